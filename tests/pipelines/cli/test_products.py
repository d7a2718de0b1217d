"""A data product that left: it leads back to its sources, and whoever asks after them meets it."""

import json

import pytest
from played import Played, document
from released import export

Capture = pytest.CaptureFixture[str]


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
    path = lived.root / "p.parquet"
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
