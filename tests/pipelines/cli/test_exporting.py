"""`caf export`: rows and answers leave on record, and nothing leaves that nobody named."""

import pandas as pd
import pytest
from played import Played, document
from released import FOR, export

from caf_platform.ledger.events import DataProductReleased, PromotionRefused
from caf_platform.project.classified import stored_classes

INTERNAL = "classification=Classification.INTERNAL"
Capture = pytest.CaptureFixture[str]


def closely_held(played: Played, old: str, new: str) -> None:
    """Change a line of the project's declaration."""
    path = played.root / "projects" / "micro" / "project.py"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def sensitive(played: Played) -> None:
    """Let every measured column be sensitive, and the data set with them; not the target."""
    held = "classification=Classification.SENSITIVE"
    closely_held(played, "classification=held", held)
    closely_held(played, f'steward="Sam",\n            {INTERNAL}', f'steward="Sam", {held}')


def test_rows_leave_with_labels_and_classes_and_all_they_came_from(
    lived: Played, capsys: Capture
) -> None:
    """Every accepted row of those days, and one signed record of who, what for and whence."""
    code = export(lived, "--json")
    found = document(capsys.readouterr().out)

    frame = pd.read_parquet(lived.root / "p.parquet")
    record = lived.records(DataProductReleased)[0]
    state = lived.state()
    accepted = sum(one.validated.accepted for one in state.batches.values() if one.validated)
    assert code == 0
    assert (found["changed"], found["actor"], found["rows"]) == (True, "ops", len(frame))
    assert len(frame) >= accepted > 0
    assert set(frame["_batch"]) == {n for n, one in state.batches.items() if one.validated}
    assert frame["_label"].notna().any()
    assert stored_classes((lived.root / "p.parquet").read_bytes()) == found["columns"]
    assert sum(one["rows"] for one in found["sources"]) == len(frame)
    assert sum(one["rows"] for one in found["labels"]) >= frame["_label"].notna().sum()
    assert (record.stream, record.envelope.actor) == ("micro/products", "ops")
    assert record.envelope.signature is not None


def test_days_bound_what_leaves(lived: Played, capsys: Capture) -> None:
    """Both ends are days of the project's own calendar."""
    export(lived, "--json", out="all.parquet")
    every = document(capsys.readouterr().out)
    first, last = every["sources"][1]["name"], every["sources"][2]["name"]
    days = sorted({*_days(lived, first), *_days(lived, last)})

    code = export(lived, "--from", days[0], "--to", days[-1], "--json")

    found = document(capsys.readouterr().out)
    assert code == 0
    assert [one["name"] for one in found["sources"]] == [first, last]
    assert (found["first_day"], found["last_day"]) == (days[0], days[-1])


def _days(played: Played, batch: str) -> list[str]:
    """The local day of a batch."""
    found = next(one for name, one in played.state().batches.items() if name == batch)
    day = pd.Timestamp(found.first.arrived_at) - pd.Timedelta(microseconds=1)
    return [f"{day:%Y-%m-%d}"]


def test_answers_leave_as_they_were_given(lived: Played, capsys: Capture) -> None:
    """What a shadow would have answered was given to nobody, and stays."""
    code = export(lived, "--json", what="predictions")
    found = document(capsys.readouterr().out)

    frame = pd.read_parquet(lived.root / "p.parquet")
    assert code == 0
    assert {"prediction_id", "_row_id", "version", "score", "_label"} <= set(frame.columns)
    assert set(frame["_role"]) <= {"champion", "fallback"}
    assert not frame["prediction_id"].duplicated().any()
    assert {one["version"] for one in found["sources"]} == set(frame["version"])


def test_the_same_again_is_no_second_release(lived: Played, capsys: Capture) -> None:
    """One record and the same bytes; for somebody else it is another release."""
    export(lived)
    before = (lived.root / "p.parquet").read_bytes()
    capsys.readouterr()

    again = export(lived)
    said = capsys.readouterr().out
    other = lived.caf(
        "export", "rows", "--out", str(lived.root / "o.parquet"), *FOR[:3], "the city", *FOR[4:]
    )

    assert (again, other) == (0, 0)
    assert "was released already" in said
    assert (lived.root / "p.parquet").read_bytes() == before
    assert len(lived.records(DataProductReleased)) == 2


def test_killed_after_its_record_the_next_try_puts_the_file_there(lived: Played) -> None:
    """The release is on record before the file has its name."""
    export(lived)
    (lived.root / "p.parquet").unlink()

    code = export(lived)

    assert code == 0
    assert (lived.root / "p.parquet").is_file()
    assert len(lived.records(DataProductReleased)) == 1


def test_looking_first_needs_no_key_and_leaves_nothing(lived: Played, capsys: Capture) -> None:
    """A dry run tells what would leave."""
    code = export(lived, "--dry-run", "--json")

    found = document(capsys.readouterr().out)
    assert code == 0
    assert (found["actor"], found["changed"], found["file"]) == (None, False, None)
    assert not (lived.root / "p.parquet").exists()
    assert lived.records(DataProductReleased) == []


def test_what_is_held_closely_leaves_only_by_name(lived: Played, capsys: Capture) -> None:
    """Sensitive columns stay, and are told, until the one who releases names them."""
    sensitive(lived)

    export(lived, "--json")
    found = document(capsys.readouterr().out)
    export(lived, "--with", "heat", "--json", out="named.parquet")
    named = document(capsys.readouterr().out)

    assert found["withheld"]["heat"] == "sensitive"
    assert not set(found["withheld"]) & set(pd.read_parquet(lived.root / "p.parquet").columns)
    assert named["columns"]["heat"] == "sensitive"
    assert "heat" in pd.read_parquet(lived.root / "named.parquet").columns


def test_the_score_of_a_model_is_held_as_what_it_was_made_of(
    lived: Played, capsys: Capture
) -> None:
    """Of a project with sensitive columns no answer leaves unnamed."""
    sensitive(lived)

    export(lived, "--dry-run", "--json", what="predictions")

    assert document(capsys.readouterr().out)["withheld"]["score"] == "sensitive"


def test_nothing_leaves_where_all_is_held_closely(lived: Played, capsys: Capture) -> None:
    """A file without a single column of the project is no product."""
    for old in ("classification=held", INTERNAL):
        closely_held(lived, old, "classification=Classification.SENSITIVE")

    code = export(lived)

    assert code != 0
    assert "held too closely" in capsys.readouterr().err
    assert not (lived.root / "p.parquet").exists()
    assert lived.records(DataProductReleased) == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--with", "haet"), "There is no column 'haet'"),
        (("--from", "2031-01-01"), "No rows of micro"),
        (("--purpose", " "), "Say why"),
        (("--as", "pat"), "no role of operator"),
        (("--as", "nobody-known"), "nobody-known"),
    ],
)
def test_what_cannot_be_released_is_answered(
    lived: Played, capsys: Capture, words: tuple[str, ...], told: str
) -> None:
    """Unknown columns, no rows, no purpose, or by somebody who may not: no file, no record."""
    code = export(lived, *words)

    assert code != 0
    assert told in capsys.readouterr().err
    assert not list(lived.root.glob("*.par*"))
    assert lived.records(DataProductReleased) == []


def test_a_try_without_the_role_is_on_record(lived: Played) -> None:
    """Like every refusal at the door."""
    export(lived, "--as", "pat")

    refused = lived.records(PromotionRefused)[-1]
    assert refused.payload["verb"] == "release data of"


def test_another_file_is_not_written_over(lived: Played, capsys: Capture) -> None:
    """What lies there stays, and nothing is recorded."""
    (lived.root / "p.parquet").write_text("mine", "utf-8")

    code = export(lived)

    assert code != 0
    assert "is another file" in capsys.readouterr().err
    assert (lived.root / "p.parquet").read_text("utf-8") == "mine"
    assert lived.records(DataProductReleased) == []


def test_a_withdrawn_batch_is_no_part_of_it(lived: Played, capsys: Capture) -> None:
    """Neither its rows nor what was answered on them."""
    lived.caf("withdraw", "day-12", "--reason", "wrong", "--as", "ops")
    capsys.readouterr()

    for what in ("rows", "predictions"):
        export(lived, "--dry-run", "--json", what=what)
        found = document(capsys.readouterr().out)
        assert "day-12" not in {one["name"] for one in found["sources"]}
