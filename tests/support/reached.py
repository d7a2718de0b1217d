"""What the product gave for an answer while tests ran: reason codes, verdicts, kinds of error.

`watch` stands at the constructors of recorded values, of what judges hand on and of errors, and
notes what product code makes, with the product's own modules on the way there: what a test makes
itself is not noted, nor what is read back from a ledger. One text for each: `platform/.../rules.py
revoked` for a code, `calibrated refuse` for a verdict, `Tampered` for an error.
"""

import sys
from collections.abc import Callable, Iterator
from functools import cache, wraps
from pathlib import Path
from types import FrameType
from typing import Any, Final

from checkout import modules, name_of

from caf_pipelines.scenarios.finding import Finding
from caf_pipelines.stages.validate import Validated
from caf_platform.decision import Decision, Frozen
from caf_platform.errors import CafError
from caf_platform.ports.validator import RuleResult

NOTED: Final[set[str]] = set()
"""What this process has seen so far."""

GIVEN: Final = ("code", "cause", "rule")
WATCHED: Final[tuple[Any, ...]] = (Frozen, Validated, RuleResult, Finding, CafError)


def watch() -> None:
    """Note from here on what product code constructs; once per process."""
    if not hasattr(Frozen.__init__, "watched"):
        for kind in WATCHED:
            kind.__init__ = _noting(kind.__init__)
        Frozen.__init__.__pydantic_base_init__ = True  # type: ignore[attr-defined]


def _noting(made: Callable[..., None]) -> Callable[..., None]:
    @wraps(made)
    def noted(self: Any, *values: Any, **named: Any) -> None:
        made(self, *values, **named)
        if said := tuple(_said(self)):
            places = _product(sys._getframe(1))
            NOTED.update(f"{place} {code}" for place in places for code in said)
            if places and isinstance(self, Decision | CafError):
                NOTED.update(said)

    noted.watched = True  # type: ignore[attr-defined]
    return noted


def _said(made: Any) -> Iterator[str]:
    """The codes of an answer; `calibrated refuse` of a decision, `Tampered` of an error."""
    if isinstance(made, Decision):
        yield f"{made.by} {made.verdict}"
    elif isinstance(made, CafError):
        yield type(made).__name__
    elif not (isinstance(made, RuleResult) and made.passed):
        codes = [getattr(made, name, None) for name in GIVEN]
        yield from (code for code in codes if isinstance(code, str))
        if isinstance(reasons := getattr(made, "reasons", None), dict):  # rows by rule
            yield from reasons


def _product(frame: FrameType | None) -> set[str]:
    """The product's modules from here upwards, until a module that is not of the product."""
    places: set[str] = set()
    while frame is not None and (place := _modules().get(frame.f_code.co_filename)):
        places.add(place)
        frame = frame.f_back
    return places


@cache
def _modules() -> dict[str, str]:
    """The product's files, and how each is named in the checkout."""
    return {str(Path(path).absolute()): name_of(path) for path in modules()}
