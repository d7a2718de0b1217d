"""Reads the register, and has it judged by the tests that ran."""

from pathlib import Path
from typing import Final

from caf_governance.risks.register import Register
from caf_governance.risks.status import Judged, judge
from caf_pipelines.proving.checkout import written_tests
from caf_pipelines.proving.ran import by_test, outcomes
from caf_platform.errors import BadInput, Mistakes
from caf_platform.project.load import typed

REGISTER: Final = Path("governance") / "risks.yaml"


def read_register(root: Path) -> Register:
    """The register of a clone; `BadInput` where there is none, `Mistakes` with all of them."""
    path = root / REGISTER
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            f"There is no risk register in '{path}'.",
            next_step="Run this with the environment that the clone has made: make setup",
        ) from error
    found, mistakes = typed(Register, text, path.name)
    if found is None:
        raise Mistakes("The risk register", mistakes)
    return found


def judged_risks(root: Path) -> tuple[Judged, ...]:
    """Every risk as it stands in a clone, by the tests that ran over exactly its tree."""
    register = read_register(root)
    return judge(register, by_test(outcomes(root)), existing_tests(root, register))


def existing_tests(root: Path, register: Register) -> frozenset[str]:
    """Of the tests that the register names those that are written."""
    return written_tests((test for risk in register.risks for test in risk.tests), root)
