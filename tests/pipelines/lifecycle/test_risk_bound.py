"""A policy may bound the register's risks: then what their controls' tests say decides too."""

import json
from pathlib import Path

import pytest
from micro_play import World, recorded, under

from caf_pipelines.proving.checkout import tree
from caf_pipelines.proving.ran import FAILED, KEPT, PASSED, REACHED
from caf_platform.decision import Decision
from caf_platform.ledger.events import GateDecided

BOUND = under(release={"max_risk": 12})
CONTROL, TEST = "tests/test_control.py", "test_it_holds"
REGISTER = f"""
risks:
  - name: harm
    risk: somebody is harmed
    owner: model owner
    inherent: {{likelihood: 4, impact: 4, because: it happens}}
    controls: [{{control: it is stopped, where: [{CONTROL}], tests: [{CONTROL}::{TEST}]}}]
    residual: {{likelihood: 1, impact: 4, because: it is stopped}}
"""


def clone(root: Path, outcome: str = "", register: str = REGISTER) -> Path:
    """A clone of one risk and its test, which ended so, or was not run."""
    for folder in ("governance", "tests", KEPT):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / "governance/risks.yaml").write_text(register, "utf-8")
    (root / CONTROL).write_text(f"def {TEST}():\n    assert True\n", "utf-8")
    ended = {f"{CONTROL}::{TEST}": outcome} if outcome else {}
    said = {"tree": tree(root), "outcomes": ended, REACHED: []}
    (root / KEPT / "1.json").write_text(json.dumps(said), "utf-8")
    return root


def played(world: World, root: Path) -> list[Decision]:
    """What the gate said of each version of a play that asks this clone."""
    play = world.opened(BOUND)
    play.session.platform.clone = root
    play.run()
    return [one.parts["risks_held"] for one in recorded(world, GateDecided)]


def test_a_failed_control_keeps_the_next_model_out_and_a_mended_one_lets_it_in(
    tmp_path: Path,
) -> None:
    """The same play twice: nobody touched the register, only the test ended otherwise."""
    failed, passed = World(), World()
    refusals = played(failed, clone(tmp_path / "failed", FAILED))
    agreed = played(passed, clone(tmp_path / "passed", PASSED))

    assert {reason.code for one in refusals for reason in one.reasons} == {"risk_red"}
    assert refusals[0].reasons[0].found == 16
    assert f"{CONTROL}::{TEST} failed" in refusals[0].reasons[0].text
    assert failed.opened(BOUND).session.state.champion is None
    assert {one.verdict.value for one in agreed} == {"pass"}
    assert passed.opened(BOUND).session.state.champion is not None


@pytest.mark.parametrize(
    ("register", "code"), [(REGISTER, "risk_unproved"), ("risks: [", "risks_not_read")]
)
def test_what_nobody_ran_or_can_read_never_passes(tmp_path: Path, register: str, code: str) -> None:
    """Neither does a register with a mistake pass for an empty one."""
    world = World()
    said = played(world, clone(tmp_path, register=register))

    assert {one.verdict.value for one in said} == {"cannot_judge"}
    assert {reason.code for one in said for reason in one.reasons} == {code}
    assert world.opened(BOUND).session.state.champion is None
