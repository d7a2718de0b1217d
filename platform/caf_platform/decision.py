"""What judging returns: a verdict, its reasons, and every number that was looked at.

Whatever judges (gates, monitors, triage, the governor, the door's rules) is a pure function
from typed evidence and a typed policy to a `Decision`. Three-valued on purpose: what was not
measured, is not a number, or had too few rows is *cannot judge*, and that never passes.
"""

import math
from collections.abc import Iterable
from enum import StrEnum
from functools import partial
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict


class Verdict(StrEnum):
    """The answer of a gate (pass or refuse) or of a monitor (ok or breach)."""

    PASS = "pass"  # nosec B105 # noqa: S105 - a verdict, no password
    REFUSE = "refuse"
    OK = "ok"
    BREACH = "breach"
    CANNOT_JUDGE = "cannot_judge"

    @property
    def good(self) -> bool:
        """Only a measured pass or ok is good; *cannot judge* never is."""
        return self in (Verdict.PASS, Verdict.OK)


class Action(StrEnum):
    """What the platform does after a window, from the safest to the boldest."""

    ROLL_BACK = "roll_back"
    DATA_INCIDENT = "data_incident"
    RETRAIN = "retrain"
    WATCH = "watch"
    NOTHING = "nothing"


def _finite_or_none(value: object) -> object:
    return None if isinstance(value, float) and not math.isfinite(value) else value


Number = Annotated[float | int | None, BeforeValidator(_finite_or_none)]
"""A measured number; NaN and infinities become None, which means *not measured*."""


def _within(low: float, high: float, value: float | None) -> float | None:
    return None if value is None or not low <= value <= high else value


Amount = Annotated[Number, AfterValidator(partial(_within, 0, math.inf))]
"""A number that cannot be negative: one that is was not measured."""

Share = Annotated[Number, AfterValidator(partial(_within, 0, 1))]
"""A number from 0 to 1: one that lies elsewhere was not measured."""

AtMostOne = Annotated[Number, AfterValidator(partial(_within, -math.inf, 1))]
"""A number that cannot exceed 1, as a skill: one that does was not measured."""


class Frozen(BaseModel):
    """The base of every value that is recorded: frozen, strict, nothing extra."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Reason(Frozen):
    """Why, in a code that machines match and a sentence that people read.

    `found` and `limit` are the two numbers that were compared, `because` the policy's own
    justification of the limit.
    """

    code: str
    text: str
    found: Number = None
    limit: Number = None
    because: str = ""


class Decision(Frozen):
    """One verdict by one judge, with the numbers it saw (None: not measured)."""

    by: str
    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    numbers: dict[str, Number] = {}

    @property
    def summary(self) -> str:
        """One plain sentence for the timeline."""
        return "; ".join(reason.text for reason in self.reasons) or self.verdict.value


def measured(value: float | None) -> bool:
    """Whether a number exists at all: not None, not NaN, not infinite."""
    return value is not None and math.isfinite(value)


def all_of(by: str, decisions: Iterable[Decision]) -> Decision:
    """The gate of gates: passes only if every part passes, and at least one was asked.

    One refusal refuses; otherwise one *cannot judge* makes the whole *cannot judge*.
    """
    parts = tuple(decisions)
    bad = tuple(part for part in parts if not part.verdict.good)
    reasons = tuple(reason for part in bad for reason in part.reasons)
    numbers = {f"{part.by}.{name}": value for part in parts for name, value in part.numbers.items()}
    if any(part.verdict in (Verdict.REFUSE, Verdict.BREACH) for part in bad):
        verdict = Verdict.REFUSE
    elif bad or not parts:
        verdict = Verdict.CANNOT_JUDGE
    else:
        verdict = Verdict.PASS
        reasons = tuple(reason for part in parts for reason in part.reasons)
    if not parts:
        reasons = (Reason(code="no_gates", text="no gate was asked, so nothing was judged"),)
    return Decision(by=by, verdict=verdict, reasons=reasons, numbers=numbers)
