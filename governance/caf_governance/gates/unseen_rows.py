"""Gate: nobody is judged on rows that one of the models has learnt from."""

from datetime import datetime

from caf_governance.gates.evidence import Contender, ReleaseEvidence
from caf_governance.gates.gate import Finding, conclude, passes, refuses, unknown
from caf_platform.capabilities import Capability
from caf_platform.decision import Decision
from caf_platform.plugins import Kind, register
from caf_platform.project.policy import ReleasePolicy, TrainingPolicy

NAME = "unseen_rows"
BECAUSE = "a model that has seen the answers looks better than it is"


@register(Kind.GATE, NAME, Capability.AI_LIFECYCLE_MANAGEMENT, Capability.RISK_MANAGEMENT)
def unseen_rows(
    evidence: ReleaseEvidence, _policy: ReleasePolicy, _training: TrainingPolicy, /
) -> Decision:
    """The gate's rows are in neither model's training data and later than all of it.

    A rule without a threshold: one row seen in training refuses.
    """
    seen = {Contender.CHALLENGER: evidence.overlap_with_challenger}
    learnt = {Contender.CHALLENGER: evidence.last_training_event_challenger}
    if evidence.champion is not None:
        seen[Contender.CHAMPION] = evidence.overlap_with_champion
        learnt[Contender.CHAMPION] = evidence.last_training_event_champion
    findings = [_overlap(who, rows, evidence.gate_rows) for who, rows in seen.items()]
    findings += [_later(who, evidence.first_gate_event, last) for who, last in learnt.items()]
    return conclude(NAME, findings, {f"overlap_with_{who}": rows for who, rows in seen.items()})


def _overlap(who: Contender, rows: int | None, gate_rows: int) -> Finding:
    if rows is None:
        return unknown(
            "overlap_not_measured", f"overlap with the {who}'s training data was not measured"
        )
    if rows > 0:
        text = f"{rows} of {gate_rows} gate rows are in the {who}'s training data"
        return refuses("overlap", text, found=rows, limit=0, because=BECAUSE)
    return passes("no_overlap", f"no gate row is in the {who}'s training data", found=0, limit=0)


def _later(who: Contender, first: datetime | None, last: datetime | None) -> Finding:
    if first is None or last is None:
        return unknown(
            "times_not_measured", f"whether the {who}'s training data is older was not measured"
        )
    if first <= last:
        text = f"the first gate row ({first}) is not later than the {who}'s last one ({last})"
        days = (first - last).total_seconds() / 86_400
        return refuses("not_later", text, found=days, limit=0, because=BECAUSE)
    return passes("later", f"all gate rows are later than the {who}'s training data")
