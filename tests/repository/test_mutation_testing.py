"""Mutation testing itself: it sees what is not tested, and tells words from decisions."""

import json
from pathlib import Path

import pytest
from checkout import ROOT
from mutation import Area, Survivor, tried
from survivors import LEFT_OUT, RESULTS, WORDS, page, reason, reasons, unexplained

AREAS = ("audit", "door", "gates", "monitors", "quarantine")

CODE = '''
def larger(a, b):
    """The larger of two numbers."""
    return a if a > b else b


def doubled(a):
    """Twice as much; nobody tests it."""
    return a + a
'''

TEST = """
from tiny.numbers import larger


def test_larger():
    assert (larger(1, 2), larger(3, 2)) == (2, 3)
"""


def test_what_nobody_tests_survives(tmp_path: Path) -> None:
    """Of two functions one is tested: the other's mutants live, and have no reason to."""
    for name, text in {
        "tiny/__init__.py": "",
        "tiny/numbers.py": CODE,
        "tests/test_tiny.py": TEST,
        "tests/support/empty.txt": "",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")

    found = tried(Area("tiny", ("tiny/*",), ("tests",)), tmp_path, ("tiny",))

    assert 0 < found.score < 0.85
    assert "tiny.numbers.doubled" in {one.function for one in unexplained(found, {})}
    told = {(one.function, one.after): "why" for one in found.survivors}
    assert unexplained(found, told) == []


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ('text = "it is gone"', 'text = "XXit is goneXX"', WORDS),
        ('text = "It is gone"', 'text = "IT IS GONE"', WORDS),
        ('return passes("holds", text)', 'return passes("XXholdsXX", text)', ""),
        ('return passes("holds", "it holds")', 'return passes("HOLDS", "it holds")', ""),
        ('raise BadInput(a, next_step="Do it.")', "raise BadInput(a, next_step=None)", LEFT_OUT),
        ('raise BadInput(a, next_step="Do it.")', "raise BadInput(a, )", LEFT_OUT),
        ("if a < b:", "if a <= b:", ""),
        ("f(found=1, because=why)", "f(found=None, because=why)", ""),
    ],
)
def test_only_what_people_read_is_explained_by_rule(before: str, after: str, why: str) -> None:
    """Codes, numbers and comparisons need a reason of their own."""
    assert reason(Survivor("a.b", before, after), {}) == why


def test_a_reason_of_the_table_is_for_its_function_and_its_line_alone() -> None:
    """Another change of the same function needs its own."""
    survivor = Survivor("a.b", "1", "2")

    assert reason(survivor, {("a.b", "2"): "the same"}) == "the same"
    assert reason(survivor, {("a.b", "3"): "the same"}) == ""
    assert reason(survivor, {("a.c", "2"): "the same"}) == ""


def test_the_page_is_what_is_kept() -> None:
    """Whoever edits the page by hand, or forgets to write it, is told."""
    results = json.loads(RESULTS.read_text("utf-8"))

    assert (ROOT / "docs" / "mutation.md").read_text("utf-8") == page(results)


@pytest.mark.parametrize("area", AREAS)
def test_each_area_has_a_result_that_is_good_enough(area: str) -> None:
    """At least 85 % of its mutants were noticed when it was last tried in full."""
    said = json.loads(RESULTS.read_text("utf-8"))[area]

    assert said["mutants"] > 500
    assert 1 - len(said["survivors"]) / said["mutants"] >= 0.85


@pytest.mark.parametrize("area", AREAS)
def test_each_survivor_of_an_area_has_a_reason(area: str) -> None:
    """By rule or from the table."""
    said = json.loads(RESULTS.read_text("utf-8"))[area]
    survivors = [Survivor(**one) for one in said["survivors"]]

    assert [one for one in survivors if not reason(one, reasons())] == []
