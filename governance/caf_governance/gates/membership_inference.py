"""Gate: a model does not give away which rows it learnt from."""

from collections.abc import Iterator

from caf_governance.gates.evidence import Membership, ReleaseEvidence
from caf_governance.gates.gate import Finding, conclude, passes, refuses, unknown
from caf_platform.capabilities import Capability
from caf_platform.decision import Decision
from caf_platform.plugins import Kind, register
from caf_platform.project.policy import Limit, ReleasePolicy, TrainingPolicy

NAME = "membership_inference"


@register(Kind.GATE, NAME, Capability.SECURITY_ASSURANCE, Capability.RESPONSIBLE_USE_OF_AI)
def membership_inference(
    evidence: ReleaseEvidence, policy: ReleasePolicy, training: TrainingPolicy, /
) -> Decision:
    """By its loss the rows that the challenger learnt from are hardly told from rows it never saw.

    The point is compared with the bound, and the interval shown beside it, as for groups of people
    (`fairness.rule`): were the interval to lie below the bound, few rows would always refuse; were
    it to lie above, few rows would always pass. Too few of either side is *cannot judge*. The
    challenger alone is asked: a champion that tells more excuses nobody.
    """
    found = evidence.membership
    if found is None or not found.auc.complete:
        text = "what the challenger tells of the rows that it learnt from was not measured"
        return conclude(NAME, [unknown("membership_not_measured", text)], {})
    findings = [*_few(found, training.min_gate_rows), _judged(found, policy.max_membership_auc)]
    return conclude(NAME, findings, {"auc": found.auc.point})


def _few(found: Membership, least: Limit[int]) -> Iterator[Finding]:
    for what, rows in (("learnt", found.members), ("unseen", found.others)):
        if rows < least.value:
            text = f"{rows} {what} rows, at least {least.value} needed"
            yield unknown(
                f"too_few_{what}", text, found=rows, limit=least.value, because=least.because
            )


def _judged(found: Membership, limit: Limit[float]) -> Finding:
    auc = found.auc
    text = (
        f"rows that were learnt from are told from others with an AUC of {auc.point:.3f} "
        f"[{auc.low:.3f}, {auc.high:.3f}], at most {limit.value:g} is allowed; 0.5 is chance"
    )
    point = auc.point
    if point is not None and point <= limit.value:
        return passes("members_hidden", text, found=point, limit=limit.value)
    return refuses("members_told", text, found=point, limit=limit.value, because=limit.because)
