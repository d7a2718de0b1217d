"""`THREATS.md` names what is there: every control's module, and every test that shows it."""

import ast
from functools import cache
from pathlib import Path

import pytest
from checkout import ROOT
from threats import CODE, OPEN, controlled, sections

ROWS = controlled()


@cache
def names_in(path: Path) -> frozenset[str]:
    """The names of a file's tests."""
    tree = ast.parse(path.read_text("utf-8"))
    return frozenset(
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_every_control_is_there_and_shown(row: list[str]) -> None:
    """A threat, a control in words, the file that holds it, and a test that exists."""
    threat, control, where, shown = row
    files, tests = CODE.findall(where), CODE.findall(shown)

    assert threat
    assert control
    assert files
    assert [name for name in files if not (ROOT / name).is_file()] == []
    assert tests
    for test in tests:
        path, _, name = test.partition("::")
        assert name in names_in(ROOT / path), f"there is no test {test}"


def test_what_is_not_controlled_is_said() -> None:
    """Each with a reason; no threat stands twice."""
    known = sections()[OPEN]
    names = [row[0] for row in [*ROWS, *known]]

    assert all(len(row) == 2 and all(row) for row in known)
    assert len(known) > 5
    assert len(set(names)) == len(names)
