"""`caf features`: what each feature of a judged version is worth, kept as evidence."""

import json

import pytest
from other_questions import played
from played import Played, document

from caf_pipelines.explanations.features import features
from caf_platform.digest import digest
from caf_platform.project.model import Task


def told(lived: Played, capsys: pytest.CaptureFixture[str], *words: str) -> dict:
    """The JSON of `caf features`."""
    assert lived.caf("features", *words, "--json") == 0
    return document(capsys.readouterr().out)


def test_the_champion_s_features_are_measured_and_kept(
    lived: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """On the gate's days, as evidence with its digest; the ledger is not touched."""
    before = len(list(lived.platform().ledger.read()))

    found = told(lived, capsys)

    kept = (lived.home / "lake" / found["key"]).read_bytes()
    gate = lived.state().models["v1"].gate
    assert gate is not None
    assert found["version"] == lived.state().champion == "v1"
    assert found["rows"] == gate.parts["enough_evidence"].numbers["rows"]
    assert {one["columns"][0] for one in found["features"]} == {"heat", "noise", "site"}
    assert found["features"][0]["columns"] == ["heat"]
    assert found["features"][0]["verdict"] == "worth it"
    assert digest(kept) == found["digest"]
    assert json.loads(kept)["features"][0]["loss"] == found["features"][0]["loss"]
    assert len(list(lived.platform().ledger.read())) == before


def test_whoever_asks_again_reads_it_back(
    lived: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """Even the seconds are those that were measured; a damaged file is measured anew."""
    first = told(lived, capsys)

    assert told(lived, capsys) == first

    lived.tamper(first["key"])
    again = told(lived, capsys)
    assert [one["loss"] for one in again["features"]] == [one["loss"] for one in first["features"]]


def test_a_terminal_names_what_is_not_told_from_nothing(
    lived: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the chance of it, and where the evidence lies."""
    assert lived.caf("features", "v1") == 0

    out = capsys.readouterr().out
    assert "Not told from nothing, one by one:" in out
    assert "noise" in out.partition("one by one:")[2].splitlines()[0]
    assert "by chance" in out
    assert "Evidence evidence/micro/" in out


@pytest.mark.parametrize("task", [Task.MULTICLASS, Task.REGRESSION])
def test_other_tasks_are_measured_too(task: Task) -> None:
    """Three states and a number: the heat is what they rest on."""
    found = features(played(task), "v1")

    assert found.worth.features[0].columns == ("heat",)
    assert found.worth.features[0].verdict == "worth it"


def test_a_version_that_nobody_made_is_told(
    lived: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the names that there are."""
    assert lived.caf("features", "v9") == 2

    assert "v1, v2" in capsys.readouterr().err


def test_a_model_that_is_declared_otherwise_now_is_not_measured(
    lived: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is trained again must answer the golden rows as the version did; else it is another."""
    declared = lived.root / "projects" / "micro" / "project.py"
    text = declared.read_text("utf-8")
    old = 'candidates=(Candidate(family="logistic", parameters={}),)'
    assert old in text
    declared.write_text(
        text.replace(old, 'candidates=(Candidate(family="logistic", parameters={"C": 0.1}),)')
    )

    assert lived.caf("features", "v1") == 2

    assert "cannot be trained again as it was" in capsys.readouterr().err


def test_before_any_champion_there_is_nothing_to_measure(
    waiting: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """A version that waits can be named; by default there is nobody."""
    assert waiting.caf("features") == 2
    assert "no champion yet" in capsys.readouterr().err

    assert waiting.caf("features", "v1") == 0
