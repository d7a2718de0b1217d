"""Gate: no feature may know the answer."""

from caf_governance.gates.evidence import ReleaseEvidence
from caf_governance.gates.gate import Finding, conclude, passes, refuses, unknown
from caf_platform.capabilities import Capability
from caf_platform.decision import Decision
from caf_platform.plugins import Kind, register
from caf_platform.project.policy import Limit, ReleasePolicy, TrainingPolicy

NAME = "no_leakage"


@register(Kind.GATE, NAME, Capability.DATA_SCIENCE, Capability.DATA_CURATION)
def no_leakage(
    evidence: ReleaseEvidence, policy: ReleasePolicy, _training: TrainingPolicy, /
) -> Decision:
    """No feature alone foretells the label better than the policy thinks possible.

    A model is never refused for being good, only a feature for being good all by itself: it may
    have been written after the event, and will not be there when the model is asked.
    """
    found = evidence.feature_skill
    measured = {name: skill for name, skill in found.items() if skill is not None}
    findings = [
        unknown("feature_not_measured", f"what '{name}' says alone was not measured")
        for name in found or ("any feature",)
        if name not in measured
    ]
    limit = policy.max_feature_skill
    strongest = sorted(measured, key=lambda name: -measured[name])
    too_strong = [name for name in strongest if measured[name] > limit.value]
    findings += [_said(name, measured[name], limit) for name in too_strong or strongest[:1]]
    top = measured[strongest[0]] if strongest else None
    return conclude(NAME, findings, {"strongest_feature": top})


def _said(feature: str, skill: float, limit: Limit[float]) -> Finding:
    text = f"'{feature}' alone has a skill of {skill:.3f}, at most {limit.value:g} is plausible"
    if skill > limit.value:
        because = limit.because
        return refuses("feature_leaks", text, found=skill, limit=limit.value, because=because)
    return passes("features_plausible", text, found=skill, limit=limit.value)
