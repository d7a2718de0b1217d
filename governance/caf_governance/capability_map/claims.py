"""What is claimed of the capabilities: `governance/capabilities.yaml`, read strictly.

A claim names what would show it: parts registered in the code, tests, records of the ledger,
pages. Whether they do is judged in `judging`; nothing here can be typed into a status.
"""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, model_validator

from caf_platform.capabilities import Capability
from caf_platform.errors import BadInput, Mistake, Mistakes
from caf_platform.project.load import typed


class Status(StrEnum):
    """How far a capability has come, the best first."""

    ENFORCED = "enforced"
    RECORDED = "recorded"
    DOCUMENTED = "documented"
    OUT_OF_SCOPE = "out of scope"
    EMPTY = "empty"


class Strict(BaseModel):
    """A part of a claims file: no unknown keys, nothing converted."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Promise(Strict):
    """One thing that the platform does for a capability, and the tests that show it."""

    says: str
    tests: tuple[str, ...]


class Crosswalk(Strict):
    """Where other frameworks ask for the same.

    `nist` are subcategories of the AI Risk Management Framework 1.0, `eu` articles of Regulation
    (EU) 2024/1689, `lens` best practices or phases of the AWS Machine Learning Lens.
    """

    nist: tuple[str, ...] = ()
    eu: tuple[str, ...] = ()
    lens: tuple[str, ...] = ()


class Claim(Strict):
    """Everything that is claimed of one capability.

    reach     the status that the capability is meant to reach
    by        what is registered for it in the code: `gate fair`; or a file outside the packages
    promises  what it does, each with tests by node id, without parameters
    red       what must have been seen to refuse, besides the gates and monitors in `by`: what the
              platform answers (`Tampered`, `approval refuse`), or a test that shows a refusal
    records   types of events that it leaves in the ledger
    pages     documents that describe it, with an anchor
    missing   what it does not do yet
    why       why it is out of scope
    """

    reach: Status
    by: tuple[str, ...] = ()
    promises: tuple[Promise, ...] = ()
    red: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    why: str = ""
    crosswalk: Crosswalk = Crosswalk()

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.reach is Status.OUT_OF_SCOPE) != bool(self.why):
            raise ValueError("a capability is out of scope with a `why`, and only then")
        if self.why and (self.by or self.promises or self.records):
            raise ValueError("what is out of scope claims nothing")
        if self.promises and not self.by:
            raise ValueError("a promise is kept `by` something")
        return self

    @property
    def parts(self) -> tuple[str, ...]:
        """What of `by` is registered in the code."""
        return tuple(name for name in self.by if " " in name)

    @property
    def files(self) -> tuple[str, ...]:
        """What of `by` are files outside the packages."""
        return tuple(name for name in self.by if " " not in name)

    @property
    def tests(self) -> tuple[str, ...]:
        """Every test that is named, each once, in order."""
        named = [test for promise in self.promises for test in promise.tests]
        return tuple(dict.fromkeys([*named, *(one for one in self.red if "::" in one)]))


Claims = Mapping[Capability, Claim]


class _File(Strict):
    capabilities: dict[Capability, Claim]


def parse(text: str, file: str) -> Claims:
    """The claims of a file for every capability, or `Mistakes` with all that is wrong."""
    claims: Claims = read_strictly(_File, text, file).capabilities
    lost = [
        Mistake(file, capability.value, "nothing", "a claim, though it be `reach: empty`")
        for capability in Capability
        if capability not in claims
    ]
    if lost:
        raise Mistakes("The claims", lost)
    return claims


def read_strictly(kind: type[Any], text: str, file: str) -> Any:
    """A YAML text as a strict model, or `Mistakes` with all that is wrong in the file."""
    value, mistakes = typed(kind, text, file)
    if value is None:
        raise Mistakes(f"'{file}'", mistakes)
    return value


def read_text(path: Path) -> str:
    """A file of the checkout, or `BadInput` where there is none."""
    try:
        return path.read_text("utf-8")
    except OSError:
        raise BadInput(
            f"There is no '{path.name}'.",
            why="What is claimed is a part of the clone, not of the installed packages.",
            next_step="Run this with the environment that the clone has made: make setup",
        ) from None
