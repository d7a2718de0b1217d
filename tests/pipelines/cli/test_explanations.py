"""`caf explain`: one recorded prediction, replayed and explained; what cannot be is told."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from played import Played, document, environment

from caf_platform.ledger.events import BatchScored


def prediction(played: Played, batch: str = "day-28", role: str = "champion") -> pd.Series:
    """The third recorded answer of a batch."""
    events = [record.event for record in played.records(BatchScored)]
    scored = next(one for one in events if isinstance(one, BatchScored) and one.batch == batch)
    by = next(one for one in scored.by if one.role == role)
    return pd.read_parquet(io.BytesIO(played.platform().lake.read(by.predictions_key))).iloc[2]


def explain(played: Played, capsys: pytest.CaptureFixture[str], *words: str) -> dict:
    """The JSON of `caf explain`, which ends with 1 where something is not as it was recorded."""
    code = played.caf("explain", *words, "--json")
    found = document(capsys.readouterr().out)
    assert code == (0 if found["good"] else 1)
    return found


def test_a_prediction_is_replayed_and_explained(
    whole_life: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """The recorded score, the action it led to, cells on their way, and shares that add up."""
    row = prediction(whole_life)

    found = explain(whole_life, capsys, row["prediction_id"])

    drivers, inputs = found["drivers"], {one["column"]: one for one in found["inputs"]}
    total = drivers["base"] + sum(one["worth"] for one in drivers["columns"])
    assert found["replay"]["scores"]["score"] == pytest.approx(row["score"], abs=1e-9)
    assert found["replay"]["same"] is True
    assert found["lineage"] == {"verified": True, "wrong": []}
    assert total == pytest.approx(row["score"], abs=1e-8)
    assert found["action"]["threshold"] == pytest.approx(1 / 3)
    assert found["action"]["decision"] == ("act" if row["score"] > 1 / 3 else "do not act")
    assert float(inputs["heat"]["raw"]) == inputs["heat"]["value"]
    assert "mean" in inputs["heat"]["seen"]
    assert found["model"]["version"] == row["version"]


def test_another_process_writes_the_same_bytes(whole_life: Played) -> None:
    """Twice from nothing, with other hash seeds: the explanation follows from what is recorded."""
    command = [sys.executable, "-c", "from caf_pipelines.cli import main; main()", "explain"]
    command += [prediction(whole_life)["prediction_id"], "--json"]

    first, again = (
        subprocess.run(
            command,
            env=environment(whole_life, PYTHONHASHSEED=seed),
            capture_output=True,
            check=True,
            timeout=60,
        ).stdout
        for seed in ("1", "2")
    )

    assert first == again
    assert json.loads(first)["drivers"]["columns"]


def test_a_counterfactual_really_changes_the_decision(
    whole_life: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """Asked as a what-if, the change comes to the score and decision that were told."""
    one = prediction(whole_life)["prediction_id"]
    nearest = explain(whole_life, capsys, one)["counterfactual"]

    what = f"{nearest['column']}={nearest['after']}"
    asked = explain(whole_life, capsys, one, "--what-if", what)

    assert asked["what_if"]["scores"]["score"] == pytest.approx(nearest["score"], abs=1e-8)
    assert asked["what_if"]["action"]["decision"] == nearest["decision"]
    assert asked["what_if"]["action"]["decision"] != asked["action"]["decision"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("heat=99", "heat:maximum"),
        ("heat=hot", "heat:type"),
        ("site=z", "site:not_allowed"),
        ("heat=", "heat:null"),
        ("haet=1", "Did you mean 'heat'?"),
        ("day=day-01", "does not look at 'day'"),
        ("heat", "column=value"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_rule(
    whole_life: Played, capsys: pytest.CaptureFixture[str], change: str, told: str
) -> None:
    """A cell that a batch could not hold is not scored: what it breaks is named."""
    code = whole_life.caf("explain", prediction(whole_life)["prediction_id"], "--what-if", change)

    assert code == 2
    assert told in capsys.readouterr().err


def test_a_column_is_changed_once(whole_life: Played, capsys: pytest.CaptureFixture[str]) -> None:
    """Two cells of one column are no question; of two columns they are."""
    one = prediction(whole_life)["prediction_id"]
    both = ("--what-if", "heat=2", "--what-if")

    assert whole_life.caf("explain", one, *both, "heat=3") == 2
    assert "changed twice" in capsys.readouterr().err
    found = explain(whole_life, capsys, one, *both, "site=a")
    assert set(found["what_if"]["changes"]) == {"heat", "site"}


def test_an_id_that_nobody_recorded_is_told(
    whole_life: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """With where to find one."""
    code = whole_life.caf("explain", "0123456789abcdef")

    assert code == 2
    assert "No prediction '0123456789abcdef'" in capsys.readouterr().err


def test_a_damaged_prediction_file_is_told(
    lived: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """What cannot be read is not explained; how many files that are is said."""
    one = prediction(lived)["prediction_id"]
    event = next(
        record.event
        for record in lived.records(BatchScored)
        if isinstance(record.event, BatchScored) and record.event.batch == "day-28"
    )
    for by in event.by:
        lived.tamper(by.predictions_key)

    code = lived.caf("explain", one)

    assert code == 2
    assert "2 prediction files could not be read" in capsys.readouterr().err


def test_a_row_that_is_gone_is_no_replay(lived: Played, capsys: pytest.CaptureFixture[str]) -> None:
    """Its validated file is not there any more: the answer stands, and is not explained."""
    one = prediction(lived)["prediction_id"]
    validated = lived.state().batches["day-28"].validated
    assert validated is not None
    (lived.home / "lake" / validated.validated_key).unlink()

    found = explain(lived, capsys, one)

    assert found["good"] is False
    assert found["drivers"] is None
    assert "not in the validated files of day-28" in found["replay"]["failure"]
    assert lived.caf("explain", one, "--what-if", "heat=1") == 2


def test_a_changed_model_file_is_not_asked(
    lived: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is opened that was not signed, and looking records nothing."""
    row = prediction(lived)
    lived.tamper(lived.state().models[row["version"]].manifest.keys["artifact"])
    before = len(list(lived.platform().ledger.read()))

    found = explain(lived, capsys, row["prediction_id"])

    assert found["replay"]["same"] is False
    assert "the model cannot be opened" in found["replay"]["failure"]
    assert found["drivers"] is None
    assert len(list(lived.platform().ledger.read())) == before


def test_lost_golden_rows_leave_the_replay(
    lived: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """The answer is still the recorded one, but there is nothing to measure its drivers against."""
    row = prediction(lived)
    (lived.home / "lake" / lived.state().models[row["version"]].manifest.keys["golden"]).unlink()

    found = explain(lived, capsys, row["prediction_id"])

    assert found["replay"]["same"] is True
    assert found["drivers"] is None
    assert "golden rows" in found["says"][0]
    assert found["good"] is False


def test_a_fallback_s_answer_rests_on_no_column(
    lived: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """The constant beside the champion: replayed like any answer, driven by nothing."""
    folder = lived.root / "stopped"
    stopped = Played.begun(folder).with_people()
    stopped.play(windows=2)
    stopped.caf("stop", "--reason", "odd answers", "--as", "ops")
    stopped.play(windows=1)
    row = prediction(stopped, "day-13", "fallback")
    capsys.readouterr()

    found = explain(stopped, capsys, row["prediction_id"])

    assert found["good"] is True
    assert found["prediction"]["version"] == "v1/dummy"
    assert found["drivers"] is None
    assert "rests on no column" in found["says"][0]
    assert {one["seen"] for one in found["inputs"]} == {"not looked at"}
    assert stopped.caf("explain", row["prediction_id"], "--what-if", "heat=1") == 2
    assert "no column at all" in capsys.readouterr().err


def test_people_read_it_on_a_terminal_and_on_a_page(
    whole_life: Played, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The same parts in both; the page loads nothing."""
    one = prediction(whole_life)["prediction_id"]

    assert whole_life.caf("explain", one, "--what-if", "heat=3") == 0
    told = capsys.readouterr().out
    assert whole_life.caf("explain", one, "--out", str(tmp_path / "page.html")) == 0

    page = (tmp_path / "page.html").read_text("utf-8")
    for text in ("What drove it", "Replay", "Inputs", "it says nothing of what causes"):
        assert text in told
        assert text in page.replace("&#39;", "'")
    assert "What if" in told
    assert "default-src 'none'" in page
