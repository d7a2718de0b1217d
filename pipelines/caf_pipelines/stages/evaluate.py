"""Stage *evaluate*: champion and challenger scored now, on the same later rows, and judged."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from caf_governance.gates.evidence import Comparison, Contender, ReleaseEvidence
from caf_governance.gates.measure import Learnt, measure, overlap
from caf_governance.gates.release import judge
from caf_governance.risks.status import StandingRisk
from caf_pipelines.stage import stage
from caf_platform.capabilities import Capability
from caf_platform.decision import Decision
from caf_platform.lake_columns import LABEL, ROW_ID
from caf_platform.measures.importance import permutation_importance
from caf_platform.ports.scorer import Scorer
from caf_platform.project.model import Declaration
from caf_platform.project.policy import Policy


@dataclass(frozen=True)
class TrainedOn:
    """The rows a model was trained on, as identifiers, and the newest of them in time."""

    row_ids: pd.Series
    last_event: pd.Timestamp | None


@dataclass(frozen=True)
class Evaluation:
    """What the gate saw and what it said, whole and gate by gate."""

    evidence: ReleaseEvidence
    decision: Decision
    parts: dict[str, Decision]


@stage(
    "evaluate",
    Capability.CONTINUOUS_INTEGRATION_AND_DELIVERY,
    Capability.RISK_MANAGEMENT,
    Capability.RESPONSIBLE_USE_OF_AI,
)
def evaluate(
    rows: pd.DataFrame,
    scorers: Mapping[Contender, Scorer],
    trained_on: Mapping[Contender, TrainedOn],
    *,
    project: Declaration,
    policy: Policy,
    times: pd.Series,
    taught: pd.DataFrame,
    risks: tuple[StandingRisk, ...] | None = None,
) -> Evaluation:
    """Score every contender on `rows` (labelled, later than either training window) and judge.

    What the challenger rests on is measured beside it; no gate goes by that.

    `times` holds each row's event time, or its time of arrival for a project without one.
    `taught` are labelled rows that the challenger learnt from, the newest: as many of them as there
    are `rows`, drawn by the policy's seed, are what the others are told apart from. `risks` are the
    register's, where the policy asks.
    """
    champion = scorers.get(Contender.CHAMPION)
    ids = rows[ROW_ID]
    seen = {who: overlap(ids, data.row_ids) for who, data in trained_on.items()}
    comparison = Comparison(
        challenger=scorers[Contender.CHALLENGER].version,
        champion=champion.version if champion else None,
        gate_from=times.min(),
        gate_to=times.max(),
        overlap_with_challenger=seen.get(Contender.CHALLENGER),
        overlap_with_champion=seen.get(Contender.CHAMPION),
        first_gate_event=times.min(),
        last_training_event_challenger=_last(trained_on, Contender.CHALLENGER),
        last_training_event_champion=_last(trained_on, Contender.CHAMPION),
    )
    features, label, cluster = (
        rows[list(project.features.all)],
        rows[LABEL].to_numpy(),
        rows[project.cluster].to_numpy(),
    )
    seed = policy.training.seed.value
    evidence = measure(
        comparison,
        task=project.task,
        value=project.value,
        label=label,
        cluster=cluster,
        segments=rows[list(project.segments)],
        features=features,
        protected=rows[list(project.protected)],
        scores={who: scorer.score(rows) for who, scorer in scorers.items()},
        policy=policy.release,
        seed=seed,
        importance=permutation_importance(
            project.task,
            scorers[Contender.CHALLENGER].score,
            features,
            label,
            cluster,
            level=policy.release.interval_level.value,
            draws=policy.release.bootstrap_draws.value,
            seed=seed,
        ),
        learnt=_learnt(taught, len(rows), scorers, project, seed),
    )
    evidence = evidence.model_copy(update={"risks": risks})
    decision, parts = judge(evidence, policy.release, policy.training)
    return Evaluation(evidence, decision, parts)


def _learnt(
    taught: pd.DataFrame,
    most: int,
    scorers: Mapping[Contender, Scorer],
    project: Declaration,
    seed: int,
) -> Learnt:
    """At most so many rows that were learnt from, and what challenger and baseline say of them."""
    few = taught.sample(most, random_state=seed) if len(taught) > most else taught
    return Learnt(
        label=few[LABEL].to_numpy(),
        cluster=few[project.cluster].to_numpy(),
        scores={
            who: scorers[who].score(few)
            for who in (Contender.CHALLENGER, Contender.BASELINE)
            if who in scorers
        },
    )


def _last(trained_on: Mapping[Contender, TrainedOn], who: Contender) -> pd.Timestamp | None:
    return trained_on[who].last_event if who in trained_on else None
