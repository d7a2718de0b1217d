"""`caf lineage`: from a prediction or a version back to the raw bytes, checked on the way."""

import json

import pandas as pd
import pytest
from played import MICRO, Played, document

from caf_platform.ledger.events import BatchReceived, BatchScored, BatchValidated
from caf_platform.ledger.streams import DATA


def lineage(played: Played, capsys: pytest.CaptureFixture[str], *subject: str) -> dict:
    """The JSON of `caf lineage`, which ends with 1 when not every byte is what was recorded."""
    code = played.caf("lineage", *subject, "--json")
    found = document(capsys.readouterr().out)
    assert code == (0 if found["verified"] else 1)
    return found


def prediction(played: Played, batch: str, role: str) -> pd.Series:
    """The third row of a batch's prediction file, as it lies in the lake."""
    scored = next(
        event
        for event in (record.event for record in played.records(BatchScored))
        if isinstance(event, BatchScored) and event.batch == batch
    )
    by = next(one for one in scored.by if one.role == role)
    return pd.read_parquet(played.home / "lake" / by.predictions_key).iloc[2]


def test_a_version_leads_back_to_its_batches(
    whole_life: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """v1: eight batches with raw and validated digests, its gate, its approval, both its moves."""
    found = lineage(whole_life, capsys, "v1")

    state = whole_life.state()
    received = state.batches["day-01"].received
    assert found["verified"] is True
    assert found["prediction"] is None
    assert found["model"]["digests"] == state.models["v1"].manifest.digests
    assert found["model"]["tracked_version"] == "1"
    assert len(found["batches"]) == 8
    assert found["batches"][0]["raw_digest"] == received.raw_digest
    assert found["gate"]["verdict"] == "pass"
    assert found["approvals"][0]["automatic"] is True
    assert found["approvals"][0]["key_id"]
    assert [move["verb"] for move in found["moves"]] == ["promoted", "rolled_back"]


def test_the_commit_comes_from_the_code_evidence(
    whole_life: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """The commit is read from the object that the manifest names, not from the checkout now."""
    found = lineage(whole_life, capsys, "v2")

    key = whole_life.state().models["v2"].manifest.keys["code"]
    code = json.loads((whole_life.home / "lake" / key).read_bytes())
    assert found["model"]["commit"] == code["commit"]
    assert found["model"]["uncommitted_changes"] == code["changed"]


@pytest.mark.parametrize(("role", "version"), [("champion", "v2"), ("shadow", "v1")])
def test_a_prediction_leads_back_to_its_raw_row(
    whole_life: Played, capsys: pytest.CaptureFixture[str], role: str, version: str
) -> None:
    """Score, version, role and batch of exactly this answer; the row is in the validated file."""
    row = prediction(whole_life, "day-28", role)

    found = lineage(whole_life, capsys, row["prediction_id"])

    told = found["prediction"]
    assert (told["role"], told["version"], told["row_id"]) == (role, version, row["_row_id"])
    assert told["scores"] == {"score": row["score"]}
    assert told["batch"]["batch"] == "day-28"
    assert (told["row_found"], told["batch"]["verified"], found["verified"]) == (True, True, True)
    assert found["model"]["version"] == version


def test_changed_raw_bytes_are_not_verified(
    lived: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """The raw file of a prediction's batch was edited: everything is told, and that it is wrong."""
    row = prediction(lived, "day-28", "champion")
    lived.tamper(lived.state().batches["day-28"].received.raw_key)

    found = lineage(lived, capsys, row["prediction_id"])
    code = lived.caf("lineage", row["prediction_id"])

    told = capsys.readouterr().out
    assert code == 1
    assert found["verified"] is False
    assert found["prediction"]["batch"]["verified"] is False
    assert found["wrong"] == ["raw bytes of day-28, revision 1"]
    assert "NOT verified" in told
    assert "raw bytes of day-28" in told


def test_changed_model_bytes_are_not_verified(
    lived: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """An artifact that is not the one that was signed is named."""
    lived.tamper(lived.state().models["v1"].manifest.keys["artifact"])

    found = lineage(lived, capsys, "v1")

    assert found["verified"] is False
    assert found["wrong"] == ["artifact of v1"]


def test_a_row_that_is_not_in_the_validated_file_is_told(
    lived: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """A prediction whose row nobody accepted: its validated file is gone."""
    row = prediction(lived, "day-28", "champion")
    validated = lived.state().batches["day-28"].validated
    assert validated is not None
    (lived.home / "lake" / validated.validated_key).unlink()

    found = lineage(lived, capsys, row["prediction_id"])

    assert found["prediction"]["row_found"] is False
    assert found["verified"] is False


def test_a_batch_that_came_again_later_does_not_change_what_a_model_learnt_from(
    lived: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """v1 learnt from revision 1 of day 1, whatever has come since."""
    batch = lived.state().batches["day-01"]
    assert batch.validated is not None
    again = {"revision": 2, "raw_digest": "f" * 64}
    lived.append(DATA, batch.received.model_copy(update=again), "again")
    lived.append(DATA, batch.validated.model_copy(update={"revision": 2}), "again", "validated")
    assert len(lived.records(BatchReceived)) == len(lived.records(BatchValidated)) + 1 == 39

    found = lineage(lived, capsys, "v1")

    assert (found["batches"][0]["batch"], found["batches"][0]["revision"]) == ("day-01", 1)
    assert found["verified"] is True


def test_without_a_subject_it_is_the_champion_with_an_example(
    whole_life: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """A newcomer sees the champion's lineage, and the id of a prediction to try."""
    code = whole_life.caf("lineage")

    told = capsys.readouterr().out
    example = told.strip().rsplit(" ", 1)[1]
    assert code == 0
    assert "v1 of micro, play 1" in told
    assert "verified: every byte named here is what was recorded" in told
    assert whole_life.caf("lineage", example) == 0
    assert f"{example} of micro" in capsys.readouterr().out


def test_without_a_champion_it_is_the_newest_version(
    first_model: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """A version that waits has a lineage too: never promoted, approved by nobody."""
    code = first_model.caf("lineage")

    told = capsys.readouterr().out
    assert code == 0
    assert "never promoted" in told
    assert "One of its predictions" not in told


@pytest.mark.parametrize(
    ("subject", "hint"),
    [
        ("v11", "Did you mean 'v1'?"),
        ("0123456789abcdef", "caf lineage"),
        ("V1", "Versions: v1, v2"),
    ],
)
def test_an_unknown_subject_is_wrong_input(
    whole_life: Played, capsys: pytest.CaptureFixture[str], subject: str, hint: str
) -> None:
    """Neither a version nor a prediction of this play: exit code 2 and what to do."""
    code = whole_life.caf("lineage", subject)

    assert code == 2
    assert hint in capsys.readouterr().err


def test_damaged_prediction_files_do_not_hide_the_others(
    lived: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """Older predictions are found, and a vain search says how much it could not read."""
    newest = lived.records(BatchScored)[-1].event
    assert isinstance(newest, BatchScored)
    lived.tamper(newest.by[0].predictions_key)
    row = prediction(lived, "day-28", "champion")

    found = lineage(lived, capsys, row["prediction_id"])
    code = lived.caf("lineage", "0123456789abcdef")

    assert found["verified"] is True
    assert code == 2
    assert "1 prediction files could not be read" in capsys.readouterr().err


def test_a_project_without_a_model_says_so(tmp_path, capsys: pytest.CaptureFixture[str]) -> None:
    """There is nothing to walk back from after one window."""
    young = Played.begun(tmp_path)
    young.play(windows=1)

    code = young.caf("lineage")

    assert code == 2
    assert f"{MICRO} has no model yet" in capsys.readouterr().err
