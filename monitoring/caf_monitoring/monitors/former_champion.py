"""Whether the last promotion was a mistake: the champion against the one it replaced."""

from caf_monitoring.evidence import WindowEvidence
from caf_monitoring.monitors.reading import (
    NOT_ASKED,
    NOT_YET,
    because,
    cannot,
    unmeasured,
    unserved,
)
from caf_platform.capabilities import Capability
from caf_platform.decision import Action, Decision, Reason, Verdict
from caf_platform.plugins import Kind, register
from caf_platform.project.policy import Policy


@register(
    Kind.MONITOR,
    "former_champion",
    Capability.CONTINUOUS_INTEGRATION_AND_DELIVERY,
    Capability.AVAILABILITY_AND_CONTINUITY,
    Capability.CHANGE_AND_RELEASE_MANAGEMENT,
    calls_for=Action.ROLL_BACK,
)
def former_champion(evidence: WindowEvidence, policy: Policy) -> Decision:
    """Breached when the former champion would have served better, by enough and surely enough.

    The confidence is the share of bootstrap draws of whole clusters in which the harm is above
    zero. It is no p-value: each window looks again at all days since the promotion, and the
    repeated looks are not corrected for, which errs towards rolling back.
    """
    by, limits, harm = "former_champion", policy.rollback, evidence.harm
    early = unserved(by, evidence)
    if early is not None:
        return early
    if evidence.former_champion is None:
        return cannot(by, Reason(code=NOT_ASKED, text="there is no former champion to compare"))
    if harm is None:
        return cannot(by, unmeasured("the champion against the former champion"))
    confidence = harm.share_above_zero
    numbers = {
        "harm": harm.point,
        "low": harm.low,
        "high": harm.high,
        "confidence": confidence,
        "clusters": harm.clusters,
    }
    if harm.clusters < limits.min_clusters.value:
        text = f"{harm.clusters} clusters since the promotion, {limits.min_clusters.value} needed"
        return cannot(
            by, because(NOT_YET, text, harm.clusters, limits.min_clusters), numbers=numbers
        )
    if harm.point is None or confidence is None:
        return cannot(by, unmeasured("the harm of the promotion"), numbers=numbers)
    mistaken = harm.point > limits.min_harm.value and confidence >= limits.min_confidence.value
    reasons = (
        because(
            "harm",
            f"the champion's loss minus {evidence.former_champion}'s is {harm.text}, "
            f"above {limits.min_harm.value:+g} the promotion was a mistake",
            harm.point,
            limits.min_harm,
        ),
        because(
            "confidence",
            f"it is worse in {confidence:.1%} of draws, asked: {limits.min_confidence.value:.0%}",
            confidence,
            limits.min_confidence,
        ),
    )
    verdict = Verdict.BREACH if mistaken else Verdict.OK
    return Decision(by=by, verdict=verdict, reasons=reasons, numbers=numbers)
