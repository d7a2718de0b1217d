"""Gate: there is enough to judge on, and it was measured the way the policy says."""

from collections.abc import Iterator

from caf_governance.gates.evidence import ReleaseEvidence
from caf_governance.gates.gate import Finding, conclude, passes, refuses, unknown
from caf_platform.capabilities import Capability
from caf_platform.decision import Decision
from caf_platform.measures.interval import Interval
from caf_platform.plugins import Kind, register
from caf_platform.project.policy import Limit, ReleasePolicy, TrainingPolicy

NAME = "enough_evidence"


@register(Kind.GATE, NAME, Capability.AI_LIFECYCLE_MANAGEMENT, Capability.RISK_MANAGEMENT)
def enough_evidence(
    evidence: ReleaseEvidence, policy: ReleasePolicy, training: TrainingPolicy, /
) -> Decision:
    """Enough rows and clusters, and intervals as wide and as well drawn as the policy demands.

    Too few rows or clusters is *cannot judge*: more data may still show either. An interval
    over other rows, at a lower level or with fewer draws than the policy's is refused, for it
    answers another question than the one that was asked.
    """
    findings = [
        _at_least("rows", evidence.gate_rows, training.min_gate_rows),
        _at_least("clusters", evidence.gate_clusters, policy.min_clusters),
        *(
            finding
            for name, interval in _intervals(evidence)
            for finding in _as_asked(name, interval, evidence, policy)
        ),
    ]
    numbers = {"rows": evidence.gate_rows, "clusters": evidence.gate_clusters}
    return conclude(NAME, findings, numbers)


def _intervals(evidence: ReleaseEvidence) -> Iterator[tuple[str, Interval]]:
    for name in ("improvement_on_champion", "improvement_on_dummy", "improvement_on_baseline"):
        interval = getattr(evidence, name)
        if interval is not None:  # an absent one is for the gate that needs it to judge
            yield name, interval
    if evidence.value_gain is not None:
        yield "value_gain", evidence.value_gain


def _at_least(what: str, found: int, limit: Limit[int]) -> Finding:
    text = f"{found} gate {what}, at least {limit.value} needed"
    if found < limit.value:
        return unknown(
            f"too_few_{what}", text, found=found, limit=limit.value, because=limit.because
        )
    return passes(f"enough_{what}", text, found=found, limit=limit.value)


def _as_asked(
    name: str, interval: Interval, evidence: ReleaseEvidence, policy: ReleasePolicy
) -> Iterator[Finding]:
    asked = (
        ("level", interval.level, policy.interval_level),
        ("draws", interval.draws, policy.bootstrap_draws),
    )
    for what, found, limit in asked:
        if found < limit.value:
            text = f"{name} has {what} {found:g}, the policy asks for {limit.value:g}"
            yield refuses(
                f"lower_{what}", text, found=found, limit=limit.value, because=limit.because
            )
    if (interval.rows, interval.clusters) != (evidence.gate_rows, evidence.gate_clusters):
        yield refuses(
            "other_rows",
            f"{name} rests on {interval.rows} rows in {interval.clusters} clusters, the gate has "
            f"{evidence.gate_rows} in {evidence.gate_clusters}",
            found=interval.rows,
            limit=evidence.gate_rows,
            because="models are compared on exactly the same rows",
        )
