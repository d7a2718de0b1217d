"""Whether what reaches the model is what it should be: equal features, fresh feeds, labels."""

from caf_monitoring.evidence import WindowEvidence
from caf_monitoring.monitors.reading import (
    NOT_ASKED,
    because,
    cannot,
    judged,
    unlabelled,
    unmeasured,
    unserved,
)
from caf_platform.capabilities import Capability
from caf_platform.decision import Action, Decision, Reason, Verdict
from caf_platform.plugins import Kind, register
from caf_platform.project.policy import Policy

COLUMNS_SHOWN = 5


@register(
    Kind.MONITOR,
    "skew",
    Capability.INCIDENT_AND_PROBLEM_MANAGEMENT,
    Capability.DATA_ENGINEERING,
    calls_for=Action.DATA_INCIDENT,
)
def skew(evidence: WindowEvidence, policy: Policy) -> Decision:
    """Breached when served features differ from the same features computed afresh.

    With fewer rows checked than the policy samples, a breach stands if the rest of the sample
    could not undo it, and nothing else is judged.
    """
    by, limit = "skew", policy.monitoring.max_skewed_share
    checked, skewed = evidence.skew_checked, evidence.skewed_rows
    numbers = {"checked": checked, "skewed": skewed, "columns": len(evidence.skewed_columns)}
    early = unserved(by, evidence)
    if early is not None:
        return early
    needed = min(policy.monitoring.skew_sample_rows.value, evidence.served_rows)
    if checked <= 0 or needed <= 0:
        return cannot(by, unmeasured("any served row against its recomputation"), numbers=numbers)
    share = skewed / max(checked, needed)
    text = f"{skewed} of {checked} rows differ when computed afresh{_named(evidence)}"
    if share <= limit.value and checked < needed:
        text += f"; {needed} rows should have been checked"
        reason = because("too_few_rows", text, checked, policy.monitoring.skew_sample_rows)
        return cannot(by, reason, numbers=numbers)
    text += f", a share of at most {limit.value:.2%} is allowed"
    return judged(by, share > limit.value, text, share, limit, numbers | {"share": share})


def _named(evidence: WindowEvidence) -> str:
    worst = sorted(evidence.skewed_columns.items(), key=lambda pair: (-pair[1], pair[0]))
    shown = ", ".join(f"{column} {rows}" for column, rows in worst[:COLUMNS_SHOWN])
    return f" (rows by column: {shown})" if shown else ""


@register(
    Kind.MONITOR,
    "labels",
    Capability.INCIDENT_AND_PROBLEM_MANAGEMENT,
    Capability.OBSERVABILITY,
    calls_for=Action.DATA_INCIDENT,
)
def labels(evidence: WindowEvidence, policy: Policy) -> Decision:
    """Breached by silence: rows were served and not one label came back."""
    by, limit = "labels", policy.monitoring.min_labelled_rows
    numbers = {"served_rows": evidence.served_rows, "labelled_rows": evidence.labelled_rows}
    early = unserved(by, evidence)
    if early is not None:
        return early
    if evidence.served_rows <= 0:
        return cannot(by, unmeasured("anything served"), numbers=numbers)
    if evidence.labelled_rows <= 0:
        text = f"not one label came in for {evidence.served_rows} served rows"
        return judged(by, True, text, evidence.labelled_rows, limit, numbers)
    few = unlabelled(by, evidence, policy)
    if few is not None:
        return few
    text = f"{evidence.labelled_rows} of {evidence.served_rows} served rows have labels"
    return judged(by, False, text, evidence.labelled_rows, limit, numbers)


@register(
    Kind.MONITOR,
    "freshness",
    Capability.DATA_ENGINEERING,
    Capability.INCIDENT_AND_PROBLEM_MANAGEMENT,
    calls_for=Action.DATA_INCIDENT,
)
def freshness(evidence: WindowEvidence, policy: Policy) -> Decision:
    """Breached when a feed is older than its limit, or it or one of its columns stands still."""
    by, limits = "freshness", policy.validation.max_feed_age_hours
    numbers = {f"hours.{feed}": age for feed, age in evidence.feeds.items()}
    ages = {feed: evidence.feeds.get(feed) for feed in limits}
    bad = [
        Reason(code="frozen_feed", text=f"feed '{feed}' repeats itself")
        for feed in evidence.frozen_feeds
    ]
    bad += [
        Reason(
            code="stuck_column", text=f"'{column}' held one value over {batches} batches in a row"
        )
        for column, batches in evidence.stuck_columns.items()
    ]
    bad += [
        because(
            "stale_feed",
            f"feed '{feed}' was {age:.1f} h old, at most {limits[feed].value:g} h is allowed",
            age,
            limits[feed],
        )
        for feed, age in ages.items()
        if age is not None and age > limits[feed].value
    ]
    if bad:
        return Decision(by=by, verdict=Verdict.BREACH, reasons=tuple(bad), numbers=numbers)
    missing = [feed for feed, age in ages.items() if age is None]
    if missing:
        reasons = [unmeasured(f"the age of feed '{feed}'") for feed in missing]
        return cannot(by, *reasons, numbers=numbers)
    if not limits:
        reason = Reason(code=NOT_ASKED, text="the policy limits no feed's age")
        return cannot(by, reason, numbers=numbers)
    fresh = [
        because("fresh_feed", f"feed '{feed}' was {age:.1f} h old at worst", age, limits[feed])
        for feed, age in ages.items()
    ]
    return Decision(by=by, verdict=Verdict.OK, reasons=tuple(fresh), numbers=numbers)
