"""The page says what the cases say, and the cases are told apart."""

from collections import Counter

from bad_input.page import CHAPTERS, page
from checkout import ROOT

PAGE = ROOT / "docs" / "bad-input.md"
CASES = [(chapter.title, case) for chapter in CHAPTERS for case in chapter.cases]


def test_the_page_is_up_to_date() -> None:
    """Write it anew with: .venv/bin/python docs/write_pages.py."""
    assert PAGE.read_text("utf-8") == page()


def test_no_case_is_there_twice() -> None:
    """Within a chapter each has a name of its own."""
    names = Counter((title, case.name) for title, case in CASES)

    assert [name for name, count in names.items() if count > 1] == []


def test_each_case_says_what_next() -> None:
    """Also where that is nothing; and every line of a table is one line."""
    for _, case in CASES:
        assert case.following.strip()
        assert "\n" not in case.told + case.following + case.name


def test_a_bar_in_a_text_splits_no_cell() -> None:
    """A formula with a bar in it stays one cell."""
    rows = [line for line in page().splitlines() if line.startswith("| ")]

    assert {line.replace("\\|", "").count("|") for line in rows} == {7}
