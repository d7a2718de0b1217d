"""Gate: a model that a constant or a simple rule equals is not worth its upkeep."""

from caf_governance.gates.evidence import Contender, ReleaseEvidence
from caf_governance.gates.gate import clearly_better, conclude, interval_numbers
from caf_platform.capabilities import Capability
from caf_platform.decision import Decision
from caf_platform.plugins import Kind, register
from caf_platform.project.policy import ReleasePolicy, TrainingPolicy

NAME = "beats_baselines"


@register(Kind.GATE, NAME, Capability.DATA_SCIENCE, Capability.AI_LIFECYCLE_MANAGEMENT)
def beats_baselines(
    evidence: ReleaseEvidence, policy: ReleasePolicy, _training: TrainingPolicy, /
) -> Decision:
    """The challenger is better than a constant and than the declared simple model, beyond chance.

    After test M5 of E. Breck et al., *The ML Test Score* (2017): a simpler model is not better.
    """
    on = {
        Contender.DUMMY: evidence.improvement_on_dummy,
        Contender.BASELINE: evidence.improvement_on_baseline,
    }
    findings = [clearly_better(who, found, policy.interval_level) for who, found in on.items()]
    numbers = {
        name: number
        for who, found in on.items()
        for name, number in interval_numbers(f"improvement_on_{who}", found).items()
    }
    return conclude(NAME, findings, numbers)
