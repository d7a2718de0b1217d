"""Mutation testing itself: it sees what is not tested, and tells words from decisions."""

from pathlib import Path

import pytest
from mutation import Area, Survivor, tried
from survivors import LEFT_OUT, WORDS, reason, unexplained

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
    assert unexplained(found, {one.function: "why" for one in found.survivors}) == []


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


def test_a_reason_of_the_table_is_for_its_function_alone() -> None:
    """By its whole name."""
    survivor = Survivor("a.b", "1", "2")

    assert reason(survivor, {"a.b": "the same"}) == "the same"
    assert reason(survivor, {"a.c": "the same"}) == ""
