"""Whether inputs, predictions or labels look different from what the champion was trained on."""

from caf_monitoring.evidence import WindowEvidence
from caf_monitoring.monitors.reading import (
    because,
    cannot,
    judged,
    unlabelled,
    unmeasured,
    unserved,
)
from caf_platform.capabilities import Capability
from caf_platform.decision import Action, Decision, Number
from caf_platform.plugins import Kind, register
from caf_platform.project.policy import Policy

WORST_SHOWN = 5


@register(
    Kind.MONITOR,
    "data_drift",
    Capability.DATA_CURATION,
    Capability.OBSERVABILITY,
    calls_for=Action.RETRAIN,
)
def data_drift(evidence: WindowEvidence, policy: Policy) -> Decision:
    """Breached when the share of drifted columns reaches the policy's retraining share.

    A column that could not be measured might have drifted: the reading is ok only if the share
    stays below the limit even then. `watch` is 1 when any column drifted at all.
    """
    by, limits = "data_drift", policy.monitoring
    early = unserved(by, evidence) or _too_few(by, evidence.drift_rows, policy)
    if early is not None:
        return early
    if not evidence.drift:
        return cannot(by, unmeasured("the drift of any column"))
    numbers = _counts(evidence.drift, limits.drift_column_psi.value)
    numbers["rows"] = evidence.drift_rows
    share, possible = numbers["share"] or 0.0, numbers["possible_share"] or 0.0
    limit = limits.drift_retrain_share
    text = (
        f"{share:.0%} of {len(evidence.drift)} columns moved by more than "
        f"{limits.drift_column_psi.value:g} (PSI), retraining is due from {limit.value:.0%}"
        f"{_named(evidence.drift)}"
    )
    if _due(possible, limit.value) and not _due(share, limit.value):
        text += f"; {numbers['unmeasured']} columns were not measured and could reach it"
        return cannot(by, because("columns_unmeasured", text, possible, limit), numbers=numbers)
    return judged(by, _due(share, limit.value), text, share, limit, numbers)


def _due(share: float, limit: float) -> bool:
    return share > 0 and share >= limit


def _counts(drift: dict[str, Number], column_limit: float) -> dict[str, Number]:
    drifted = sum(score is not None and score > column_limit for score in drift.values())
    unmeasured_columns = sum(score is None for score in drift.values())
    counts: dict[str, Number] = {
        "share": drifted / len(drift),
        "possible_share": (drifted + unmeasured_columns) / len(drift),
        "drifted": drifted,
        "columns": len(drift),
        "unmeasured": unmeasured_columns,
        "watch": int(drifted > 0),
    }
    return counts | {f"psi.{column}": score for column, score in _worst(drift)}


def _worst(drift: dict[str, Number]) -> list[tuple[str, float]]:
    scored = [(column, float(score)) for column, score in drift.items() if score is not None]
    return sorted(scored, key=lambda pair: (-pair[1], pair[0]))[:WORST_SHOWN]


def _named(drift: dict[str, Number]) -> str:
    worst = ", ".join(f"{column} {score:.2f}" for column, score in _worst(drift))
    return f"; most moved: {worst}" if worst else ""


def _too_few(by: str, rows: int, policy: Policy) -> Decision | None:
    limit = policy.monitoring.min_drift_rows
    if rows >= limit.value:
        return None
    text = f"{rows} rows were compared, {limit.value} are needed"
    return cannot(by, because("too_few_rows", text, rows, limit), numbers={"rows": rows})


@register(
    Kind.MONITOR,
    "prediction_drift",
    Capability.AI_LIFECYCLE_MANAGEMENT,
    Capability.OBSERVABILITY,
    calls_for=Action.WATCH,
)
def prediction_drift(evidence: WindowEvidence, policy: Policy) -> Decision:
    """Breached when the scores are distributed unlike those on the training rows."""
    by, limit, psi = (
        "prediction_drift",
        policy.monitoring.prediction_drift_psi,
        evidence.prediction_psi,
    )
    early = unserved(by, evidence) or _too_few(by, evidence.served_rows, policy)
    if early is not None:
        return early
    if psi is None:
        return cannot(by, unmeasured("the drift of predictions"))
    text = f"predictions moved by {psi:.3f} (PSI), at most {limit.value:g} is allowed"
    return judged(by, psi > limit.value, text, psi, limit, {"psi": psi})


@register(
    Kind.MONITOR,
    "target_drift",
    Capability.AI_LIFECYCLE_MANAGEMENT,
    Capability.BUSINESS_INSIGHT,
    calls_for=Action.WATCH,
)
def target_drift(evidence: WindowEvidence, policy: Policy) -> Decision:
    """Breached when the labels moved by more than is allowed for a single column."""
    by, limit, psi = "target_drift", policy.monitoring.drift_column_psi, evidence.target_psi
    early = unserved(by, evidence) or unlabelled(by, evidence, policy)
    if early is not None:
        return early
    if psi is None:
        return cannot(by, unmeasured("the drift of labels"))
    text = f"labels moved by {psi:.3f} (PSI), at most {limit.value:g} is allowed"
    return judged(by, psi > limit.value, text, psi, limit, {"psi": psi})
