"""`THREATS.md` names what is there: every control's module, and every test that shows it."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from checkout import ROOT

PAGE = ROOT / "THREATS.md"
CODE = re.compile(r"`([^`]+)`")
OPEN = "Not controlled"


def sections() -> dict[str, list[list[str]]]:
    """The table under each heading: rows of cells."""
    found = {}
    for part in PAGE.read_text("utf-8").split("\n## ")[1:]:
        title, _, text = part.partition("\n")
        lines = [line for line in text.splitlines() if line.startswith("|")][2:]
        found[title] = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return found


ROWS = [row for title, rows in sections().items() if title != OPEN for row in rows]


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
