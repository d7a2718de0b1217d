"""Gate: a score means what it says."""

from caf_governance.gates.evidence import Contender, ReleaseEvidence
from caf_governance.gates.gate import Finding, conclude, passes, refuses, unknown
from caf_platform.capabilities import Capability
from caf_platform.decision import Decision, Number
from caf_platform.plugins import Kind, register
from caf_platform.project.policy import Limit, ReleasePolicy, TrainingPolicy

NAME = "calibrated"


@register(Kind.GATE, NAME, Capability.RESPONSIBLE_USE_OF_AI, Capability.RISK_MANAGEMENT)
def calibrated(
    evidence: ReleaseEvidence, policy: ReleasePolicy, _training: TrainingPolicy, /
) -> Decision:
    """The challenger's mean score and its scores bin by bin lie near what really happened.

    Limits hold for the size of the bias (either sign) and for the expected calibration error;
    for regression both are relative (see `caf_platform.metrics`).
    """
    seen = evidence.performance.get(Contender.CHALLENGER, {})
    bias, error = seen.get("bias"), seen.get("calibration_error")
    findings = [
        _at_most("bias", bias, policy.max_calibration_bias),
        _at_most("calibration_error", error, policy.max_calibration_error),
    ]
    return conclude(NAME, findings, {"bias": bias, "calibration_error": error})


def _at_most(what: str, found: Number, limit: Limit[float]) -> Finding:
    words = what.replace("_", " ")
    if found is None:
        return unknown(f"{what}_not_measured", f"the challenger's {words} was not measured")
    text = f"{words} {found:+.4f}, at most {limit.value:g} either way"
    if abs(found) > limit.value:
        return refuses(
            f"{what}_too_large", text, found=found, limit=limit.value, because=limit.because
        )
    return passes(f"{what}_small", text, found=found, limit=limit.value)
