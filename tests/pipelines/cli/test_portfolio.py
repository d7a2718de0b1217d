"""`caf portfolio`: every project that was played, from the ledger only."""

import shutil

import pytest
from played import MICRO, Played, document


def test_a_project_stands_with_value_cost_risk_and_state(
    whole_life: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """The numbers are those of the play's state."""
    code = whole_life.caf("portfolio", "--json")

    (found,) = document(capsys.readouterr().out)["projects"]
    state = whole_life.state()
    assert code == 0
    assert (found["project"], found["champion"]) == (MICRO, "v1")
    assert found["last_window"] == state.windows[-1].window
    assert found["rollbacks"] == 1
    assert found["open_incidents"] == len(state.incidents) - len(state.closed)
    assert found["rows_served"] > 0
    assert found["expected_value"] is not None
    assert 0 < found["realised_rows"] < found["rows_served"]
    assert found["realised_value"] is not None
    assert found["promised_value"] is not None
    assert found["spent"]["aws"] > 0
    assert found["model_age_days"] > 0


def test_those_that_were_not_played_are_named(
    lived: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """They have no row, for there is nothing to say of them."""
    folder = lived.root / "projects"
    shutil.copytree(folder / MICRO, folder / "other")

    code = lived.caf("portfolio")

    said = capsys.readouterr().out
    assert code == 0
    assert "Portfolio: 1 project," in said
    assert "Not played yet: other." in said


def test_before_the_first_play_there_is_a_clear_answer(
    tmp_path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing has happened yet, and what to run."""
    code = Played.begun(tmp_path).caf("portfolio")

    assert code == 2
    assert "Nothing has happened yet" in capsys.readouterr().err
