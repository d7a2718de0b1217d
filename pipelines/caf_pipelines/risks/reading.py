"""Reads the register, the tests that there are, and how they ended; the judging is elsewhere."""

import ast
import json
from pathlib import Path
from typing import Final

from caf_governance.risks.register import Register
from caf_governance.risks.status import Judged, judge
from caf_platform.errors import BadInput, Mistakes
from caf_platform.project.load import typed

REGISTER: Final = Path("governance") / "risks.yaml"
TESTS: Final = Path("tests")


def read_register(root: Path) -> Register:
    """The register of a clone; `BadInput` where there is none, `Mistakes` with all of them."""
    path = root / REGISTER
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            f"There is no risk register in '{path}'.",
            next_step="Run this in the root of the clone.",
        ) from error
    found, mistakes = typed(Register, text, path.name)
    if found is None:
        raise Mistakes("The risk register", mistakes)
    return found


def judged_risks(root: Path, outcomes: Path | None) -> tuple[Judged, ...]:
    """Every risk as it stands in a clone; without outcomes no control is proved."""
    register = read_register(root)
    ended = read_outcomes(outcomes) if outcomes else {}
    return judge(register, ended, existing_tests(root, register))


def existing_tests(root: Path, register: Register) -> frozenset[str]:
    """Of the files that the register names: every test in them, by its node id."""
    files = {test.partition("::")[0] for risk in register.risks for test in risk.tests}
    return frozenset(f"{file}::{name}" for file in files for name in _tests_in(root / file))


def _tests_in(path: Path) -> frozenset[str]:
    """The names of a file's tests; none of a file that is not there or is no Python."""
    try:
        tree = ast.parse(path.read_text("utf-8"))
    except (OSError, SyntaxError, ValueError):
        return frozenset()
    return frozenset(
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


def read_outcomes(path: Path) -> dict[str, str]:
    """How tests ended, by node id; `BadInput` for what is no such file."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(f"'{path}' cannot be read.", next_step="Run: make risks") from error
    if not isinstance(found, dict) or not all(isinstance(said, str) for said in found.values()):
        raise BadInput(
            f"'{path}' does not say how tests ended.",
            why="Wanted: one JSON object, node id to passed, failed or skipped.",
            next_step="Run: make risks",
        )
    return found
