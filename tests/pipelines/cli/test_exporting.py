"""`caf export`: rows and answers leave on record, and a file that left is known again."""

import json
from pathlib import Path

import pandas as pd
import pytest
from played import Played, document

from caf_platform.ledger.events import DataProductReleased, PromotionRefused
from caf_platform.project.classified import stored_classes

INTERNAL = "classification=Classification.INTERNAL"
Capture = pytest.CaptureFixture[str]
FOR = ("--purpose", "a study", "--for", "the university", "--as", "ops")


def export(played: Played, *words: str, what: str = "rows", out: str = "p.parquet") -> int:
    """The verb, with a file beside the home."""
    return played.caf("export", what, "--out", str(played.root / out), *FOR, *words)


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


def test_a_file_leads_back_and_tells_what_was_withdrawn_since(
    lived: Played, capsys: Capture
) -> None:
    """By its path, its digest or the beginning of it; and withdrawing names the products."""
    export(lived, "--json")
    full = document(capsys.readouterr().out)["digest"]
    lived.caf("withdraw", "day-12", "--reason", "another machine's", "--as", "ops", "--json")
    touched = document(capsys.readouterr().out)

    told = []
    for subject in (str(lived.root / "p.parquet"), full, full[:12]):
        assert lived.caf("lineage", subject, "--json") == 0
        told.append(document(capsys.readouterr().out))
    lived.caf("lineage", full)
    tree = capsys.readouterr().out

    assert touched["products"] == [full]
    assert told[0] == told[1] == told[2]
    assert told[0]["withdrawn"] == ["day-12"]
    assert told[0]["product"]["recipient"] == "the university"
    assert told[0]["verified"] is True
    assert "WITHDRAWN since: day-12: another machine's" in tree


def test_a_changed_file_is_nobody_s(lived: Played, capsys: Capture) -> None:
    """One byte more, and it was not released from here."""
    export(lived)
    path = lived.root / "p.parquet"
    path.write_bytes(path.read_bytes() + b" ")
    capsys.readouterr()

    changed = lived.caf("lineage", str(path))
    missing = lived.caf("lineage", str(lived.root / "none.parquet"))

    said = capsys.readouterr().err
    assert (changed, missing) == (2, 2)
    assert "is on record" in said
    assert "There is no file" in said


def test_changed_sources_are_not_verified(lived: Played, capsys: Capture) -> None:
    """Exit code 1, and the object is named."""
    export(lived, "--json")
    key = document(capsys.readouterr().out)["sources"][0]["key"]
    lived.tamper(key)

    code = lived.caf("lineage", str(lived.root / "p.parquet"), "--json")

    found = document(capsys.readouterr().out)
    assert code == 1
    assert (found["verified"], found["wrong"]) == (False, [key])


def test_the_ledger_stays_proved_and_the_next_play_remembers(
    lived: Played, capsys: Capture
) -> None:
    """A release is a privileged record; a product of a former play is found in a later one."""
    export(lived)
    capsys.readouterr()

    code = lived.caf("audit", "verify", "--json")
    found = document(capsys.readouterr().out)
    lived.play()
    path = Path(lived.root / "p.parquet")
    later = lived.caf("lineage", str(path), "--json")

    assert code == 0, found
    assert later == 0
    assert json.loads(capsys.readouterr().out)["product"]["play"] == 1


def test_the_catalogue_tells_in_which_products_a_column_left(
    lived: Played, capsys: Capture
) -> None:
    """A column, its data set and the label; a column that stayed is in none."""
    export(lived, what="predictions")
    export(lived, out="rows.parquet")
    capsys.readouterr()

    kinds = {}
    for name in ("heat", "sensor", "fails"):
        lived.caf("catalog", "show", name, "--json")
        (card,) = document(capsys.readouterr().out)["cards"]
        kinds[name] = [one["kind"] for one in card["out"]]
    lived.caf("catalog", "show", "heat")
    said = capsys.readouterr().out
    page = lived.root / "catalogue.html"
    lived.caf("catalog", "page", "--out", str(page))

    both = ["predictions", "rows"]
    assert kinds == {"heat": ["rows"], "sensor": both, "fails": both}
    assert "for the university, a study; released by ops" in " ".join(said.split())
    assert "rows for the university" in page.read_text("utf-8")
