"""Gate: replacing the champion must pay."""

from caf_governance.gates.evidence import Contender, ReleaseEvidence
from caf_governance.gates.gate import (
    Finding,
    clearly_better,
    conclude,
    interval_numbers,
    passes,
    refuses,
    unknown,
)
from caf_platform.capabilities import Capability
from caf_platform.decision import Decision
from caf_platform.plugins import Kind, register
from caf_platform.project.policy import Limit, ReleasePolicy, TrainingPolicy

NAME = "better_than_champion"


@register(Kind.GATE, NAME, Capability.AI_LIFECYCLE_MANAGEMENT, Capability.BENEFITS_MANAGEMENT)
def better_than_champion(
    evidence: ReleaseEvidence, policy: ReleasePolicy, _training: TrainingPolicy, /
) -> Decision:
    """The challenger's loss is lower by the policy's margin, and beyond chance.

    Both are needed: a large margin may be luck, a certain one may be too small to matter. The
    first model has nobody to beat and passes; the baselines still judge it.
    """
    improvement = evidence.improvement_on_champion
    if evidence.champion is None:
        return conclude(NAME, [_first(evidence)], {})
    findings = [clearly_better(Contender.CHAMPION, improvement, policy.interval_level)]
    if improvement is not None and improvement.point is not None:
        findings.append(_by_margin(improvement.point, policy.min_improvement))
    return conclude(NAME, findings, interval_numbers("improvement", improvement))


def _first(evidence: ReleaseEvidence) -> Finding:
    """A champion that was measured but not named is a contradiction, never a free pass."""
    traces = (evidence.improvement_on_champion, evidence.performance.get(Contender.CHAMPION))
    if any(trace is not None for trace in traces):
        return unknown("champion_not_named", "a champion was measured but is not named")
    return passes("first_model", "there is no champion yet, so there is nobody to beat")


def _by_margin(point: float, margin: Limit[float]) -> Finding:
    text = f"loss is {point:+.4f} better than the champion's, {margin.value:g} needed"
    if point < margin.value:
        return refuses(
            "below_margin", text, found=point, limit=margin.value, because=margin.because
        )
    return passes("above_margin", text, found=point, limit=margin.value)
