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
    for regression both are relative (see `measures.metrics`). Beyond a limit a challenger
    still passes when the champion errs more on the same rows: refusing it would keep the worse
    calibrated of the two in service. A first model has no such excuse.
    """
    seen = evidence.performance.get(Contender.CHALLENGER, {})
    now = evidence.performance.get(Contender.CHAMPION, {}) if evidence.champion else {}
    limits = {
        "bias": policy.max_calibration_bias,
        "calibration_error": policy.max_calibration_error,
    }
    findings = [
        _small_or_smaller(what, seen.get(what), now.get(what), limit)
        for what, limit in limits.items()
    ]
    return conclude(NAME, findings, {what: seen.get(what) for what in limits})


def _small_or_smaller(what: str, found: Number, champions: Number, limit: Limit[float]) -> Finding:
    words = what.replace("_", " ")
    if found is None:
        return unknown(f"{what}_not_measured", f"the challenger's {words} was not measured")
    text = f"{words} {found:+.4f}, at most {limit.value:g} either way"
    if abs(found) <= limit.value:
        return passes(f"{what}_small", text, found=found, limit=limit.value)
    if champions is not None and abs(found) < abs(champions):
        text = f"{text}, but the champion's is {champions:+.4f}"
        return passes(f"{what}_smaller", text, found=found, limit=champions)
    return refuses(f"{what}_too_large", text, found=found, limit=limit.value, because=limit.because)
