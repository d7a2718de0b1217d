"""Gate: a lower loss must not cost the business money."""

from caf_governance.gates.evidence import ReleaseEvidence
from caf_governance.gates.gate import Finding, conclude, interval_numbers, passes, refuses, unknown
from caf_platform.capabilities import Capability
from caf_platform.decision import Decision
from caf_platform.plugins import Kind, register
from caf_platform.project.policy import ReleasePolicy, TrainingPolicy

NAME = "value_holds"


@register(
    Kind.GATE,
    NAME,
    Capability.BENEFITS_MANAGEMENT,
    Capability.PRODUCT_MANAGEMENT,
    Capability.STRATEGY_MANAGEMENT,
)
def value_holds(
    evidence: ReleaseEvidence, policy: ReleasePolicy, _training: TrainingPolicy, /
) -> Decision:
    """The value of acting on the model falls by no more than the policy allows per 1,000 rows.

    Judged on the point: the best estimate of the money. The interval must have been measured
    and is reported, but its width neither helps nor harms.
    """
    findings = [_value(evidence, policy)]
    return conclude(NAME, findings, interval_numbers("value_gain", evidence.value_gain))


def _value(evidence: ReleaseEvidence, policy: ReleasePolicy) -> Finding:
    gain, limit = evidence.value_gain, policy.value_max_loss
    if gain is None or gain.point is None or not gain.complete:
        return unknown("value_not_measured", "the change in business value was not measured")
    text = f"{gain.text} {evidence.value_unit} per 1,000 rows against the {evidence.reference}"
    if -gain.point > limit.value:
        text = f"{text}, a loss of more than {limit.value:g}"
        return refuses(
            "value_falls", text, found=-gain.point, limit=limit.value, because=limit.because
        )
    return passes("value_holds", text, found=-gain.point, limit=limit.value)
