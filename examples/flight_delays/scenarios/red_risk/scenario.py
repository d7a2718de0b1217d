"""The test of a risk's only control fails while the first model waits to be judged."""

import json
from pathlib import Path

from caf_pipelines.proving.checkout import tree
from caf_pipelines.proving.ran import FAILED, KEPT, REACHED
from caf_pipelines.scenarios.game_day import GameDay
from caf_pipelines.scenarios.scenario import NOBODY, Scenario, expect

CONTROL = "tests/test_labels.py"
TEST = "test_flipped_labels_are_found"
REGISTER = f"""\
risks:
  - name: flipped-labels
    risk: Labels are flipped on purpose, and the next model learns from them.
    owner: data owner
    inherent: {{likelihood: 3, impact: 5, because: whoever delivers files can flip them}}
    controls:
      - control: labels that contradict the champion are found
        where: [{CONTROL}]
        tests: [{CONTROL}::{TEST}]
    residual: {{likelihood: 2, impact: 3, because: flips where the model is not sure are not found}}
"""


def clone_with_a_failed_test(root: Path) -> Path:
    """A clone of one risk and one test, and what its test run left: that the test failed."""
    for name, text in (
        ("governance/risks.yaml", REGISTER),
        (CONTROL, f"def {TEST}():\n    assert False\n"),
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    (root / KEPT).mkdir(parents=True, exist_ok=True)
    said = {"tree": tree(root), "outcomes": {f"{CONTROL}::{TEST}": FAILED}, REACHED: []}
    (root / KEPT / "tests.json").write_text(json.dumps(said), "utf-8")
    return root


def act(day: GameDay) -> None:
    """March ends, and the policy asks the register."""
    day.allow("release", max_risk=12)
    day.platform.clone = clone_with_a_failed_test(day.platform.home / "clone")
    day.play()


scenario = Scenario(
    begins="2013-03-30",
    ends="2013-04-01",
    act=act,
    expected=expect("risks_held", "risk_red", champion=NOBODY),
)
