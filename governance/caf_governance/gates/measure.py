"""From arrays of scores to release evidence. Measures only; the gates judge."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from caf_governance.gates.evidence import (
    Comparison,
    Contender,
    Membership,
    ReleaseEvidence,
    SegmentEvidence,
)
from caf_governance.gates.segments_hold import NONE, SEPARATOR, judgeable, segment_level
from caf_platform.decision import Number
from caf_platform.errors import BadInput
from caf_platform.fairness.gaps import GroupGap
from caf_platform.fairness.groups import measure_groups
from caf_platform.measures.alone import skill_alone
from caf_platform.measures.bootstrap import paired_interval
from caf_platform.measures.estimate import VALUE_ROWS
from caf_platform.measures.interval import Interval
from caf_platform.measures.membership import Asked, told_apart
from caf_platform.measures.metrics import performance, row_losses, row_values
from caf_platform.project.model import ErrorValue, HitValue, OutcomeValue, Task
from caf_platform.project.policy import ReleasePolicy

Value = OutcomeValue | ErrorValue | HitValue
Floats = NDArray[np.float64]


def overlap(gate_ids: ArrayLike, training_ids: ArrayLike) -> int | None:
    """How many gate rows are in the training data, by row key; compared as text.

    None when it cannot be known: no training keys at all (every model has learnt from some
    rows, so they were lost), or a row without a key on either side.
    """
    asked, learnt = (np.asarray(ids, dtype=object) for ids in (gate_ids, training_ids))
    if not len(learnt) or pd.isna(learnt).any() or pd.isna(asked).any():
        return None
    seen = set(map(str, learnt))
    return sum(str(row) in seen for row in asked)


@dataclass(frozen=True)
class Learnt:
    """Rows that the challenger learnt from, the newest: label, cluster and scores, in one order.

    `scores` are those of challenger and baseline, both of which learnt from these rows.
    """

    label: ArrayLike
    cluster: Any
    scores: Mapping[str, ArrayLike]


@dataclass(frozen=True)
class _Measuring:
    """The gate's rows with what every interval shares."""

    cluster: pd.Series
    policy: ReleasePolicy
    seed: int

    def interval(
        self, values: Floats, *, level: float | None = None, of: NDArray[np.bool_] | None = None
    ) -> Interval:
        cluster = self.cluster.to_numpy()
        return paired_interval(
            values if of is None else values[of],
            cluster if of is None else cluster[of],
            level=self.policy.interval_level.value if level is None else level,
            draws=self.policy.bootstrap_draws.value,
            seed=self.seed,
        )


def measure(
    comparison: Comparison,
    *,
    task: Task,
    value: Value,
    label: ArrayLike,
    cluster: Any,
    segments: pd.DataFrame,
    features: pd.DataFrame,
    scores: Mapping[str, ArrayLike],
    policy: ReleasePolicy,
    seed: int,
    protected: pd.DataFrame | None = None,
    importance: Mapping[str, Interval] | None = None,
    learnt: Learnt | None = None,
) -> ReleaseEvidence:
    """All contenders on the same rows, in the same row order, as release evidence.

    `label` and `cluster` have shape (rows,), `segments` one column per declared segment,
    `features` one per feature, `protected` one per protected column, `scores` an array per
    `Contender` (shape as in `measures.metrics`): challenger, dummy and baseline always, champion
    unless there is none. `importance` is what the challenger loses without each feature, measured
    by whoever can ask it again. `learnt` are rows that the challenger does know, for what it gives
    away.
    The same input gives the same evidence.
    Raises BadInput when a contender is missing or row counts differ.
    """
    labels = np.asarray(label, dtype=np.float64)
    lengths = {"segments": len(segments), "features": len(features)}
    if protected is not None:
        lengths["protected"] = len(protected)
    by_name = _checked(comparison, scores, len(labels), lengths)
    here = _Measuring(pd.Series(cluster).reset_index(drop=True), policy, seed)
    losses = {name: row_losses(task, labels, score) for name, score in by_name.items()}
    worth = {name: row_values(value, labels, score) for name, score in by_name.items()}
    gains = {name: loss - losses[Contender.CHALLENGER] for name, loss in losses.items()}
    reference = Contender.DUMMY if comparison.champion is None else Contender.CHAMPION
    value_gain = (worth[Contender.CHALLENGER] - worth[reference]) * VALUE_ROWS
    champion = gains.get(Contender.CHAMPION)
    return ReleaseEvidence(
        **comparison.model_dump(),
        gate_rows=len(labels),
        gate_clusters=int(here.cluster.nunique()),
        improvement_on_champion=None if champion is None else here.interval(champion),
        improvement_on_dummy=here.interval(gains[Contender.DUMMY]),
        improvement_on_baseline=here.interval(gains[Contender.BASELINE]),
        performance={name: performance(task, labels, score) for name, score in by_name.items()},
        segment_columns=tuple(str(column) for column in segments.columns),
        segments=_segments(segments, gains[reference], here),
        value_gain=here.interval(value_gain),
        value_unit=value.unit,
        feature_skill=_alone(task, features, labels, here.cluster),
        importance=dict(importance or {}),
        protected=() if protected is None else tuple(str(name) for name in protected),
        groups=_groups(protected, value, labels, by_name[Contender.CHALLENGER], here),
        membership=None if learnt is None else _membership(task, learnt, labels, losses, here),
    )


def _membership(
    task: Task, learnt: Learnt, labels: Floats, losses: Mapping[str, Floats], here: _Measuring
) -> Membership:
    """Rows that were learnt from against the gate's, which were not (the gate `unseen_rows`)."""
    known = np.asarray(learnt.label, dtype=np.float64)
    numbers = task is Task.REGRESSION

    def area(who: Contender) -> Interval:
        told = row_losses(task, known, learnt.scores[who])
        return told_apart(
            Asked(told, None if numbers else known, learnt.cluster),
            Asked(losses[who], None if numbers else labels, here.cluster),
            level=here.policy.interval_level.value,
            draws=here.policy.bootstrap_draws.value,
            seed=here.seed,
        )

    return Membership(
        members=len(known),
        others=len(labels),
        auc=area(Contender.CHALLENGER),
        baseline=area(Contender.BASELINE).point,
    )


def _groups(
    protected: pd.DataFrame | None,
    value: Value,
    labels: Floats,
    score: Floats,
    here: _Measuring,
) -> tuple[GroupGap, ...]:
    """How the challenger's answers fall on groups of people; nothing where none is protected."""
    fairness = here.policy.fairness
    if protected is None or fairness is None or not isinstance(value, OutcomeValue):
        return ()
    return measure_groups(
        protected.reset_index(drop=True),
        labels,
        score,
        here.cluster.to_numpy(),
        threshold=value.threshold,
        policy=fairness,
        level=here.policy.interval_level.value,
        draws=here.policy.bootstrap_draws.value,
        seed=here.seed,
    )


def _alone(
    task: Task, features: pd.DataFrame, labels: Floats, cluster: pd.Series
) -> dict[str, Number]:
    """Each feature's own skill; every other cluster is guessed from those between."""
    fold = pd.factorize(cluster)[0] % 2 == 1
    return {str(name): skill_alone(task, features[name], labels, fold) for name in features}


def _checked(
    comparison: Comparison,
    scores: Mapping[str, ArrayLike],
    rows: int,
    lengths: dict[str, int],
) -> dict[str, Floats]:
    wanted = [name for name in Contender if name != Contender.CHAMPION or comparison.champion]
    missing = [name.value for name in wanted if name not in scores]
    if missing:
        raise BadInput(f"No scores of: {', '.join(missing)}.", next_step="Score them all.")
    by_name = {name.value: np.asarray(scores[name], dtype=np.float64) for name in wanted}
    lengths = lengths | {name: len(score) for name, score in by_name.items()}
    wrong = {name: length for name, length in lengths.items() if length != rows}
    if wrong:
        raise BadInput(f"There are {rows} labels, but these differ in rows: {wrong}.")
    return by_name


def _segments(
    segments: pd.DataFrame, gain: Floats, here: _Measuring
) -> tuple[SegmentEvidence, ...]:
    """Every value of every column; the Bonferroni level counts only those large enough."""
    masks = dict(_masks(segments))
    clusters = here.cluster.to_numpy()
    large = sum(
        judgeable(int(mask.sum()), pd.Series(clusters[mask]).nunique(), here.policy)
        for mask in masks.values()
    )
    level = segment_level(here.policy.interval_level.value, large)
    return tuple(
        SegmentEvidence(
            name=name, rows=int(mask.sum()), improvement=here.interval(gain, level=level, of=mask)
        )
        for name, mask in masks.items()
    )


def _masks(segments: pd.DataFrame) -> Iterable[tuple[str, NDArray[np.bool_]]]:
    for column in segments.columns:
        text = segments[column].astype("string").fillna(NONE).to_numpy()
        for one in sorted(set(text)):
            yield f"{column}{SEPARATOR}{one}", text == one
