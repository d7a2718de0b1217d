"""`caf adoption`: what of the platform is used, from the ledger only."""

import pytest
from played import MICRO, Played, document

from caf_platform.ledger.events import GateDecided


def test_projects_and_parts_are_told(
    whole_life: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """The numbers are those of the ledger."""
    codes = whole_life.caf("adoption"), whole_life.caf("adoption", "--json")

    table, value = capsys.readouterr().out.split("{", 1)
    found = document("{" + value)
    (project,) = found["projects"]
    gates = {one["name"]: one for one in found["parts"] if one["kind"] == "gate"}
    judged = whole_life.records(GateDecided)
    assert codes == (0, 0)
    assert (project["project"], project["plays"], project["people"]) == (MICRO, 1, 0)
    assert project["versions"] == len(whole_life.state().models)
    assert gates["value_holds"]["times"] == len(judged)
    assert "Projects on this platform" in table
    assert "value_holds" in table


def test_before_the_first_play_there_is_a_clear_answer(
    tmp_path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing has happened yet, and what to run."""
    code = Played.begun(tmp_path).caf("adoption")

    assert code == 2
    assert "Nothing has happened yet" in capsys.readouterr().err
