"""Gate: groups of people are treated alike, as far as the policy binds it."""

from caf_governance.gates.evidence import ReleaseEvidence
from caf_governance.gates.gate import Finding, conclude, passes, unknown
from caf_platform.capabilities import Capability
from caf_platform.decision import Decision, Verdict
from caf_platform.fairness.rule import Held, bound_numbers, judge_groups
from caf_platform.plugins import Kind, register
from caf_platform.project.policy import ReleasePolicy, TrainingPolicy

NAME = "fair"

_VERDICTS = {True: Verdict.PASS, False: Verdict.REFUSE, None: Verdict.CANNOT_JUDGE}


@register(Kind.GATE, NAME, Capability.RESPONSIBLE_USE_OF_AI, Capability.RISK_MANAGEMENT)
def fair(
    evidence: ReleaseEvidence, policy: ReleasePolicy, _training: TrainingPolicy, /
) -> Decision:
    """In each bound column no group's rates lie further from another's than the policy allows.

    The challenger alone is asked: an unfair champion excuses nobody.
    """
    if not evidence.protected and policy.fairness is None:
        return conclude(NAME, [passes("no_protected_groups", "the project protects no groups")], {})
    if policy.fairness is None:
        text = "the policy says nothing of the protected groups"
        return conclude(NAME, [unknown("no_fairness_policy", text)], {})
    findings = [_finding(held) for held in judge_groups(evidence.groups, policy.fairness)]
    return conclude(NAME, findings, bound_numbers(evidence.groups, policy.fairness))


def _finding(held: Held) -> Finding:
    return Finding(_VERDICTS[held.holds], held.reason)
