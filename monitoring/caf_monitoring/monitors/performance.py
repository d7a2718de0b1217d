"""Whether the served predictions still fit the labels that came in."""

from caf_monitoring.evidence import WindowEvidence
from caf_monitoring.monitors.reading import (
    beside,
    cannot,
    judged,
    unlabelled,
    unmeasured,
    unserved,
)
from caf_platform.capabilities import Capability
from caf_platform.decision import Action, Decision
from caf_platform.plugins import Kind, register
from caf_platform.project.policy import Policy


@register(
    Kind.MONITOR,
    "calibration",
    Capability.AI_LIFECYCLE_MANAGEMENT,
    Capability.RISK_MANAGEMENT,
    calls_for=Action.RETRAIN,
)
def calibration(evidence: WindowEvidence, policy: Policy) -> Decision:
    """Breached when mean prediction and mean label lie further apart than the policy allows."""
    by, limit, bias = "calibration", policy.monitoring.max_calibration_bias, _of(evidence, "bias")
    numbers = {name: _of(evidence, name) for name in ("bias", "calibration_error", "base_rate")}
    early = unserved(by, evidence) or unlabelled(by, evidence, policy)
    if early is not None:
        return early
    if bias is None:
        return cannot(by, unmeasured("the bias"), numbers=numbers)
    text = f"the bias is {bias:+.4f}, at most {limit.value:g} either way is allowed"
    return judged(by, abs(bias) > limit.value, text, bias, limit, numbers)


@register(
    Kind.MONITOR,
    "skill",
    Capability.AI_LIFECYCLE_MANAGEMENT,
    Capability.OBSERVABILITY,
    calls_for=Action.RETRAIN,
)
def skill(evidence: WindowEvidence, policy: Policy) -> Decision:
    """Breached when the model is hardly better than a constant that knows the window's average.

    Without labels enough it cannot be judged, whatever was estimated; the estimate is named.
    """
    by, limit, found = "skill", policy.monitoring.min_skill, _of(evidence, "skill")
    interval = evidence.loss_interval
    numbers = {name: _of(evidence, name) for name in ("skill", "loss", "auc", "rows")}
    if interval is not None:
        numbers |= {"loss_low": interval.low, "loss_high": interval.high}
    early = unserved(by, evidence) or unlabelled(by, evidence, policy)
    if early is not None:
        return beside(early, evidence)
    if found is None:
        return beside(cannot(by, unmeasured("the skill"), numbers=numbers), evidence)
    text = f"the skill over a constant is {found:+.4f}, at least {limit.value:g} is asked"
    return judged(by, found < limit.value, text, found, limit, numbers)


def _of(evidence: WindowEvidence, name: str) -> float | int | None:
    return evidence.performance.get(name)
