"""Whether groups of people are still treated alike, now that it came true."""

from caf_monitoring.evidence import WindowEvidence
from caf_monitoring.monitors.reading import NOT_ASKED, cannot, unlabelled, unserved
from caf_platform.capabilities import Capability
from caf_platform.decision import Action, Decision, Reason, Verdict
from caf_platform.fairness.rule import bound_numbers, judge_groups
from caf_platform.plugins import Kind, register
from caf_platform.project.policy import Policy


@register(
    Kind.MONITOR,
    "fairness",
    Capability.RESPONSIBLE_USE_OF_AI,
    Capability.OBSERVABILITY,
    calls_for=Action.RETRAIN,
)
def fairness(evidence: WindowEvidence, policy: Policy) -> Decision:
    """Breached when groups of a bound column lie further apart than a release would be allowed.

    The same rule and bounds as the release gate's, on what was served: one number for both.
    """
    by, limits = "fairness", policy.release.fairness
    early = unserved(by, evidence)
    if early is not None:
        return early
    if limits is None:
        return cannot(by, Reason(code=NOT_ASKED, text="the project protects no groups"))
    few = unlabelled(by, evidence, policy)
    if few is not None:
        return few
    answers = tuple(judge_groups(evidence.groups, limits))
    numbers = bound_numbers(evidence.groups, limits)
    for holds, verdict in ((False, Verdict.BREACH), (None, Verdict.CANNOT_JUDGE)):
        reasons = tuple(answer.reason for answer in answers if answer.holds is holds)
        if reasons:
            return Decision(by=by, verdict=verdict, reasons=reasons, numbers=numbers)
    reasons = tuple(answer.reason for answer in answers)
    if not reasons:
        return cannot(by, Reason(code="nothing_bound", text="the policy binds no column"))
    return Decision(by=by, verdict=Verdict.OK, reasons=reasons, numbers=numbers)
