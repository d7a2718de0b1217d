"""The release decision: every registered gate is asked, and all must pass."""

from caf_governance import gates as _built_in  # noqa: F401 - importing registers the built-in gates
from caf_governance.gates.evidence import ReleaseEvidence
from caf_governance.gates.gate import conclude, unknown
from caf_platform.decision import Decision, Reason, Verdict, all_of, measured
from caf_platform.plugins import PLUGINS, Kind, Plugin, Plugins
from caf_platform.project.policy import ReleasePolicy, TrainingPolicy

NAME = "release"


def judge(
    evidence: ReleaseEvidence,
    policy: ReleasePolicy,
    training: TrainingPolicy,
    *,
    plugins: Plugins = PLUGINS,
) -> tuple[Decision, dict[str, Decision]]:
    """The whole decision and each gate's own by name, in order of registration.

    Passes only if every gate passes. Never raises for what a gate does: see `_asked`.
    """
    parts = {gate.name: _asked(gate, evidence, policy, training) for gate in plugins.of(Kind.GATE)}
    return all_of(NAME, parts.values()), parts


def _asked(
    gate: Plugin, evidence: ReleaseEvidence, policy: ReleasePolicy, training: TrainingPolicy
) -> Decision:
    """One gate's decision under its registered name.

    A gate that raises, answers something else than a decision, or passes on a number that was
    not measured has not judged.
    """
    try:
        said = gate.target(evidence, policy, training)
    except Exception as error:  # noqa: BLE001 - whatever a stranger's gate raises, it is no pass
        text = f"the gate '{gate.name}' failed with {type(error).__name__}: {error}"
        return conclude(gate.name, [unknown("gate_failed", text)], {})
    if not isinstance(said, Decision):
        text = f"the gate '{gate.name}' gave no decision but {type(said).__name__}"
        return conclude(gate.name, [unknown("gate_gave_no_decision", text)], {})
    missing = [name for name, number in said.numbers.items() if not measured(number)]
    if said.verdict.good and missing:
        text = f"the gate '{gate.name}' passed without having measured: {', '.join(missing)}"
        reason = Reason(code="passed_unmeasured", text=text)
        said = said.model_copy(update={"verdict": Verdict.CANNOT_JUDGE, "reasons": (reason,)})
    return said.model_copy(update={"by": gate.name})
