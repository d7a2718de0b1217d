"""What every gate shares: its shape, and how findings become one three-valued decision."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol

from caf_governance.gates.evidence import ReleaseEvidence
from caf_platform.decision import Decision, Number, Reason, Verdict
from caf_platform.measures.interval import Interval
from caf_platform.project.policy import Limit, ReleasePolicy, TrainingPolicy


class Gate(Protocol):
    """A pure function from evidence and policy to a decision; it is called by position."""

    def __call__(
        self, evidence: ReleaseEvidence, policy: ReleasePolicy, training: TrainingPolicy, /
    ) -> Decision:
        """Judge. Raising counts as *cannot judge*."""
        ...


class Finding(NamedTuple):
    """One question answered: pass, refuse or cannot judge, with its reason."""

    verdict: Verdict
    reason: Reason


def passes(code: str, text: str, *, found: Number = None, limit: Number = None) -> Finding:
    """What was asked for holds."""
    return Finding(Verdict.PASS, Reason(code=code, text=text, found=found, limit=limit))


def refuses(code: str, text: str, *, found: Number, limit: Number, because: str) -> Finding:
    """What was asked for was measured and does not hold."""
    reason = Reason(code=code, text=text, found=found, limit=limit, because=because)
    return Finding(Verdict.REFUSE, reason)


def unknown(
    code: str, text: str, *, found: Number = None, limit: Number = None, because: str = ""
) -> Finding:
    """What was asked for was not measured, or not well enough to tell."""
    reason = Reason(code=code, text=text, found=found, limit=limit, because=because)
    return Finding(Verdict.CANNOT_JUDGE, reason)


def conclude(by: str, findings: Iterable[Finding], numbers: Mapping[str, Number]) -> Decision:
    """The worst finding is the verdict; the reasons are those that are not passes, if any.

    No finding at all is *cannot judge*.
    """
    every = tuple(findings)
    said = {finding.verdict for finding in every}
    worst = (Verdict.REFUSE, Verdict.CANNOT_JUDGE, Verdict.PASS)
    verdict = next((one for one in worst if one in said), Verdict.CANNOT_JUDGE)
    told = [finding for finding in every if not finding.verdict.good] or every
    reasons = tuple(finding.reason for finding in told)
    return Decision(by=by, verdict=verdict, reasons=reasons, numbers=dict(numbers))


def clearly_better(than: str, improvement: Interval | None, level: Limit[float]) -> Finding:
    """Whether the challenger's loss is lower than another model's beyond chance.

    Refused unless the whole interval lies above zero, so a wider interval never helps.
    """
    if improvement is None or not improvement.complete:
        return unknown(f"{than}_not_measured", f"the improvement on the {than} was not measured")
    low = improvement.low
    text = f"improvement on the {than}: {improvement.text} at level {level.value:g}"
    if low is None or low <= 0:
        return refuses(
            f"not_clearly_better_than_{than}",
            f"{text} does not lie above zero",
            found=low,
            limit=0,
            because=level.because,
        )
    return passes(f"better_than_{than}", f"{text} lies above zero", found=low, limit=0)


def interval_numbers(name: str, interval: Interval | None) -> dict[str, Number]:
    """An interval's three numbers under one name, for a decision's record."""
    if interval is None:
        return {name: None}
    return {name: interval.point, f"{name}_low": interval.low, f"{name}_high": interval.high}
