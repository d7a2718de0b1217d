"""Gate: a model that a constant or a simple rule equals is not worth its upkeep."""

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
from caf_platform.measures.interval import Interval
from caf_platform.plugins import Kind, register
from caf_platform.project.policy import ReleasePolicy, TrainingPolicy

NAME = "beats_baselines"


@register(Kind.GATE, NAME, Capability.DATA_SCIENCE, Capability.AI_LIFECYCLE_MANAGEMENT)
def beats_baselines(
    evidence: ReleaseEvidence, policy: ReleasePolicy, _training: TrainingPolicy, /
) -> Decision:
    """The challenger is better than a constant and than the declared simple model.

    A first model must be so beyond chance: nothing else vouches for it. A challenger has to
    prove itself against the champion, who has passed this gate; here it must only lie ahead
    on the same rows. After test M5 of E. Breck et al., *The ML Test Score* (2017): a simpler
    model is not better.
    """
    on = {
        Contender.DUMMY: evidence.improvement_on_dummy,
        Contender.BASELINE: evidence.improvement_on_baseline,
    }
    findings = [
        clearly_better(who, found, policy.interval_level)
        if evidence.champion is None
        else _ahead(who, found)
        for who, found in on.items()
    ]
    numbers = {
        name: number
        for who, found in on.items()
        for name, number in interval_numbers(f"improvement_on_{who}", found).items()
    }
    return conclude(NAME, findings, numbers)


def _ahead(than: str, improvement: Interval) -> Finding:
    if not improvement.complete or improvement.point is None:
        return unknown(f"{than}_not_measured", f"the improvement on the {than} was not measured")
    text = f"improvement on the {than}: {improvement.text}"
    if improvement.point <= 0:
        why = "a model that a simpler one equals is not worth its upkeep"
        return refuses(f"not_ahead_of_{than}", text, found=improvement.point, limit=0, because=why)
    return passes(f"ahead_of_{than}", text, found=improvement.point, limit=0)
