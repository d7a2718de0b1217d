"""The second use case from end to end: two models are refused for how they treat people."""

import json
from pathlib import Path

import pytest

from caf_pipelines.cli.app import run


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which all four years were played, without an orchestrator."""
    home = tmp_path_factory.mktemp("employment")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("CAF_HOME", str(home))
        patched.setenv("CAF_ORCHESTRATOR", "none")
        assert run(["run", "--project", "employment"]) == 0
    return home


@pytest.fixture
def history(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> list[dict[str, object]]:
    """Every decision, as machines read it."""
    monkeypatch.setenv("CAF_HOME", str(home))
    assert run(["history", "--project", "employment", "--json"]) == 0
    found: list[dict[str, object]] = json.loads(capsys.readouterr().out)["decisions"]
    return found


def test_two_are_refused_and_the_reweighed_one_serves(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The plain model, then the one without stand-ins, then the one that passes."""
    monkeypatch.setenv("CAF_HOME", str(home))
    evidence = {}
    for version in ("v1", "v2", "v3"):
        [path] = (home / "lake" / "evidence" / "employment" / version / "evaluation").glob("*.json")
        evidence[version] = json.loads(path.read_text())
    assert run(["champion", "--project", "employment", "--json"]) == 0

    said = {name: found["parts"]["fair"]["verdict"] for name, found in evidence.items()}
    assert said == {"v1": "refuse", "v2": "refuse", "v3": "pass"}
    assert json.loads(capsys.readouterr().out)["version"] == "v3"
    others = {
        part["verdict"]
        for found in evidence.values()
        for name, part in found["parts"].items()
        if name != "fair"
    }
    assert others == {"pass"}


def test_the_numbers_of_its_readme_are_those_of_the_play(home: Path) -> None:
    """Gaps, ratios, losses and minutes as the table prints them."""
    page = (Path(__file__).parents[2] / "examples" / "employment" / "README.md").read_text()
    for version in ("v1", "v2", "v3"):
        [path] = (home / "lake" / "evidence" / "employment" / version / "evaluation").glob("*.json")
        found = json.loads(path.read_text())["evidence"]
        gap = next(one for one in found["groups"] if one["column"] == "DIS")
        row = next(line for line in page.splitlines() if line.startswith(f"| {version}:"))
        for interval in (gap["tpr_difference"], gap["selection_ratio"]):
            text = "{point:.3f} [{low:.3f}, {high:.3f}]".format(**interval).replace("0.", ".")
            assert text in row
        assert f"{found['performance']['challenger']['loss']:.4f}".lstrip("0") in row
        assert f"{found['value_gain']['point']:,.0f}" in row


def test_a_world_that_stands_still_is_left_alone(history: list[dict[str, object]]) -> None:
    """Two years in service: healthy, and nothing retrained."""
    actions = [one["verdict"] for one in history if str(one["subject"]).startswith("000")]

    assert actions == ["nothing", "retrain", "nothing", "nothing"]
