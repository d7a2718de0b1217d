"""Gate: no risk of the register stands higher than the policy lets a promotion carry."""

from caf_governance.gates.evidence import ReleaseEvidence
from caf_governance.gates.gate import Finding, conclude, passes, refuses, unknown
from caf_governance.risks.status import StandingRisk, Status
from caf_platform.capabilities import Capability
from caf_platform.decision import Decision
from caf_platform.plugins import Kind, register
from caf_platform.project.policy import Limit, ReleasePolicy, TrainingPolicy

NAME = "risks_held"


@register(Kind.GATE, NAME, Capability.RISK_MANAGEMENT, Capability.RESPONSIBLE_USE_OF_AI)
def risks_held(
    evidence: ReleaseEvidence, policy: ReleasePolicy, _training: TrainingPolicy, /
) -> Decision:
    """Every risk's rating, as the tests of its controls leave it, is at most the policy's.

    A risk whose control's test failed is rated as if nothing stood against it, and refuses where
    that is too high. One whose tests nobody ran over this tree is *cannot judge*. A policy that
    names no bound asks nothing of the register.
    """
    if policy.max_risk is None:
        return conclude(NAME, [passes("no_risk_bound", "the policy bounds no risk")], {})
    if not evidence.risks:
        text = "the risk register was not read; `caf risks` says why"
        return conclude(NAME, [unknown("risks_not_read", text)], {})
    findings = [_judged(one, policy.max_risk) for one in evidence.risks]
    return conclude(NAME, findings, {"highest": max(one.rating for one in evidence.risks)})


def _judged(one: StandingRisk, limit: Limit[int]) -> Finding:
    text = (
        f"risk '{one.name}' is {one.status} and rated {one.rating}, at most {limit.value} allowed"
    )
    if one.rating <= limit.value:
        return passes("risk_held", text, found=one.rating, limit=limit.value)
    told = f"{text}: {'; '.join(one.objections)}" if one.objections else text
    if one.status is Status.UNPROVED:
        return unknown(
            "risk_unproved", told, found=one.rating, limit=limit.value, because=limit.because
        )
    code = "risk_red" if one.status is Status.RED else "risk_too_high"
    return refuses(code, told, found=one.rating, limit=limit.value, because=limit.because)
