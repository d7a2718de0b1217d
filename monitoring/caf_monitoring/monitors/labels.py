"""Whether labels can be believed: flipped ones contradict a model where it was always sure."""

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
from caf_platform.decision import Action, Decision, Reason
from caf_platform.plugins import Kind, register
from caf_platform.project.policy import Policy


@register(
    Kind.MONITOR,
    "label_noise",
    Capability.INCIDENT_AND_PROBLEM_MANAGEMENT,
    Capability.RISK_MANAGEMENT,
    Capability.DATA_ENGINEERING,
    calls_for=Action.DATA_INCIDENT,
)
def label_noise(evidence: WindowEvidence, policy: Policy) -> Decision:
    """Breached when labels contradict the champion more often than chance and drift explain.

    The comparison is with the champion's own evaluation (`measures.disagreement`). Only labels of
    two classes are judged, and only against an evaluation with rows enough.
    """
    by, limits, found = "label_noise", policy.monitoring, evidence.disagreement
    early = unserved(by, evidence)
    if early is not None:
        return early
    if not evidence.two_classes:
        return cannot(by, Reason(code=NOT_ASKED, text="labels are not of two classes"))
    few = unlabelled(by, evidence, policy)
    if few is not None:
        return few
    if found is None or found.p_value is None:
        return cannot(by, unmeasured("the labels' disagreement with the champion"))
    numbers = {
        "p_value": found.p_value,
        "found": found.found,
        "expected": found.expected,
        "rows": found.rows,
        "shift": found.shift,
    }
    if found.reference_rows < limits.min_labelled_rows.value:
        text = f"{found.reference_rows} rows of evaluation to compare with are too few"
        reason = because("too_few_rows", text, found.reference_rows, limits.min_labelled_rows)
        return cannot(by, reason, numbers=numbers)
    limit = limits.label_noise_false_alarms
    text = (
        f"{found.found} of {found.rows} labels contradict the model ({found.slot}), at most "
        f"{found.expected:.0f} were to be expected: by chance in {found.p_value:.2g} of windows"
    )
    return judged(by, found.p_value < limit.value, text, found.p_value, limit, numbers)
