"""How a monitor says what it found: the few shapes that every reading has."""

from collections.abc import Callable, Mapping
from typing import Any

from caf_monitoring.evidence import WindowEvidence
from caf_platform.decision import Decision, Number, Reason, Verdict
from caf_platform.project.policy import Limit, Policy

Monitor = Callable[[WindowEvidence, Policy], Decision]
"""What a monitor is: pure, from a window's evidence and the whole policy to a reading."""

NOT_ASKED = "not_asked"
"""Code of a *cannot judge* where there was nothing to judge: no model, no limit, no rival."""
NOT_YET = "not_yet"
"""Code of a *cannot judge* that time alone will cure."""
ESTIMATED = "estimated"
"""Code of what was estimated without labels: it stands beside a *cannot judge*, never for it."""

Numbers = Mapping[str, Number]


def judged(
    by: str, breached: bool, text: str, found: Number, limit: Limit[Any], numbers: Numbers
) -> Decision:
    """A measured reading: breach or ok, with the number, its limit and the policy's because."""
    verdict = Verdict.BREACH if breached else Verdict.OK
    code = f"{by}_breached" if breached else f"{by}_kept"
    reason = because(code, text, found, limit)
    return Decision(by=by, verdict=verdict, reasons=(reason,), numbers=dict(numbers))


def cannot(by: str, *reasons: Reason, numbers: Numbers | None = None) -> Decision:
    """A reading that says nothing about health."""
    return Decision(
        by=by, verdict=Verdict.CANNOT_JUDGE, reasons=reasons, numbers=dict(numbers or {})
    )


def because(code: str, text: str, found: Number, limit: Limit[Any]) -> Reason:
    """A reason that rests on one limit of the policy."""
    return Reason(code=code, text=text, found=found, limit=limit.value, because=limit.because)


def unserved(by: str, evidence: WindowEvidence) -> Decision | None:
    """The reading of whoever judges a model when none was in service; None when one was."""
    if evidence.champion is not None:
        return None
    return cannot(by, Reason(code=NOT_ASKED, text="no model was in service in this window"))


def unlabelled(by: str, evidence: WindowEvidence, policy: Policy) -> Decision | None:
    """The reading of whoever needs labels when there are too few; None when they suffice.

    Rows count as labelled only if the performance rests on them too. Few labels mislead: late
    flights are confirmed later than punctual ones, so the first labels look too good.
    """
    limits, rows, share = policy.monitoring, labelled(evidence), evidence.label_coverage
    numbers = {"labelled_rows": rows, "label_coverage": share}
    if rows < limits.min_labelled_rows.value:
        text = f"{rows} rows have labels, {limits.min_labelled_rows.value} are needed"
        reason = because("too_few_labels", text, rows, limits.min_labelled_rows)
    elif share is None:
        reason = unmeasured("the share of rows with labels")
    elif share < limits.min_label_coverage.value:
        text = f"{share:.1%} of rows have labels, {limits.min_label_coverage.value:.1%} are needed"
        reason = because("low_label_coverage", text, share, limits.min_label_coverage)
    else:
        return None
    return cannot(by, reason, numbers=numbers)


def beside(reading: Decision, evidence: WindowEvidence) -> Decision:
    """The same reading with what was estimated without labels named for whoever reads it."""
    if evidence.estimate is None:
        return reading
    told = Reason(code=ESTIMATED, text=evidence.estimate.text)
    return reading.model_copy(update={"reasons": (*reading.reasons, told)})


def labelled(evidence: WindowEvidence) -> int:
    """The labelled rows that the performance rests on."""
    measured_on = evidence.performance.get("rows")
    return min(
        evidence.labelled_rows, int(evidence.labelled_rows if measured_on is None else measured_on)
    )


def unmeasured(what: str) -> Reason:
    """The reason when a number does not exist."""
    return Reason(code="not_measured", text=f"{what} was not measured")
