"""Stage *monitor*: what a window of served predictions says about model, data and sources."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from caf_monitoring.evidence import WindowEvidence
from caf_monitoring.measure import coverage, feed_ages, frozen_feeds, skew, stuck_columns
from caf_monitoring.monitors import look
from caf_pipelines.stage import stage
from caf_platform.capabilities import Capability
from caf_platform.decision import Decision
from caf_platform.fairness.gaps import GroupGap
from caf_platform.fairness.groups import measure_groups
from caf_platform.lake_columns import LABEL, SCORE
from caf_platform.measures.bootstrap import paired_interval
from caf_platform.measures.disagreement import Disagreement, disagreement
from caf_platform.measures.estimate import Estimate
from caf_platform.measures.estimation import Learnt, estimate, learn
from caf_platform.measures.interval import Interval
from caf_platform.measures.metrics import performance, row_losses
from caf_platform.ports.drift import DriftMeter
from caf_platform.project.model import Declaration, OutcomeValue, Task
from caf_platform.project.policy import Policy


@dataclass(frozen=True)
class Served:
    """Rows that one version scored, each with its features, cluster, `score` and `_label`.

    `_label` is NaN where no label is known yet. Several classes have `score_0`, `score_1`, …
    `batches` are those that the rows came in.
    """

    version: str
    rows: pd.DataFrame
    batches: tuple[str, ...] = ()


@dataclass(frozen=True)
class Watched:
    """What the stage looks at; what is left out was not measured.

    `reference` are the champion's training rows with its own scores on them, `gate` the labelled
    rows that came after them. `since` are the rows since the last promotion as the champion and
    as the former champion scored them, in the same row order. `recomputed` are features built
    afresh, by key. `held` and `held_in_training` say which columns stood still in each batch of the
    window, with those just before it, and in each that the champion learnt from.
    """

    window: str
    served: Served | None = None
    reference: pd.DataFrame | None = None
    gate: pd.DataFrame | None = None
    champion_since: pd.DataFrame | None = None
    former_since: pd.DataFrame | None = None
    former: str | None = None
    recomputed: pd.DataFrame | None = None
    arrivals: Sequence[tuple[datetime, Mapping[str, datetime]]] = ()
    feed_digests: Sequence[Mapping[str, str]] = field(default_factory=tuple)
    held: Sequence[Mapping[str, str]] = field(default_factory=tuple)
    held_in_training: Sequence[Mapping[str, str]] = field(default_factory=tuple)


@stage(
    "monitor",
    Capability.OBSERVABILITY,
    Capability.AI_LIFECYCLE_MANAGEMENT,
    Capability.INCIDENT_AND_PROBLEM_MANAGEMENT,
)
def monitor(
    watched: Watched, *, project: Declaration, policy: Policy, meter: DriftMeter
) -> tuple[WindowEvidence, dict[str, Decision]]:
    """The window's evidence, and every registered monitor's reading of it."""
    sources: dict[str, Any] = {
        "feeds": feed_ages(watched.arrivals),
        "frozen_feeds": frozen_feeds(watched.feed_digests),
    }
    if watched.served is not None:
        sources["stuck_columns"] = _stuck(watched, project, sources["frozen_feeds"])
    if watched.served is None:
        evidence = WindowEvidence(window=watched.window, **sources)
    else:
        evidence = _evidence(watched, watched.served, project, policy, meter, sources)
    return evidence, look(evidence, policy)


def _evidence(
    watched: Watched,
    served: Served,
    project: Declaration,
    policy: Policy,
    meter: DriftMeter,
    sources: dict[str, Any],
) -> WindowEvidence:
    labelled = served.rows.dropna(subset=[LABEL])
    drift = _drift(served.rows, watched.reference, project, meter)
    skewed = _skew(served.rows, watched.recomputed, project)
    return WindowEvidence(
        window=watched.window,
        champion=served.version,
        served_rows=len(served.rows),
        labelled_rows=len(labelled),
        label_coverage=coverage(len(served.rows), len(labelled)),
        performance=performance(project.task, labelled[LABEL].to_numpy(), answers(labelled)),
        loss_interval=_interval(_losses(labelled, project), labelled, project, policy),
        drift={name: drift.get(name) for name in project.features.all},
        drift_rows=len(served.rows),
        prediction_psi=_worst([drift.get(name) for name in score_names(served.rows)]),
        target_psi=drift.get(LABEL),
        skew_checked=skewed[0],
        skewed_rows=skewed[1],
        skewed_columns=skewed[2],
        two_classes=project.task is Task.BINARY,
        disagreement=_disagreement(labelled, watched.gate, project, policy),
        former_champion=watched.former,
        harm=_harm(watched, project, policy),
        estimate=estimated(served, watched.gate, project, policy),
        groups=_groups(labelled, project, policy),
        **sources,
    )


def _groups(labelled: pd.DataFrame, project: Declaration, policy: Policy) -> tuple[GroupGap, ...]:
    """How the champion's answers fell on groups of people, where the project protects any."""
    fairness, value = policy.release.fairness, project.value
    if fairness is None or not isinstance(value, OutcomeValue):
        return ()
    return measure_groups(
        labelled[list(project.protected)].reset_index(drop=True),
        labelled[LABEL].to_numpy(),
        answers(labelled),
        labelled[project.cluster].to_numpy(),
        threshold=value.threshold,
        policy=fairness,
        level=policy.release.interval_level.value,
        draws=policy.release.bootstrap_draws.value,
        seed=policy.training.seed.value,
    )


def estimated(
    served: Served, gate: pd.DataFrame | None, project: Declaration, policy: Policy
) -> Estimate:
    """The performance to expect of served rows; no label of theirs is looked at."""
    task, cluster = project.task, project.cluster
    known = Learnt() if gate is None else learn(task, gate[LABEL], answers(gate), gate[cluster])
    found = estimate(
        task,
        answers(served.rows),
        served.rows[cluster],
        known,
        level=policy.release.interval_level.value,
    )
    return found.model_copy(update={"champion": served.version})


def _disagreement(
    labelled: pd.DataFrame, gate: pd.DataFrame | None, project: Declaration, policy: Policy
) -> Disagreement | None:
    """How the labels contradict the champion, compared with the days that its gate judged."""
    if gate is None or project.task is not Task.BINARY:
        return None
    return disagreement(
        answers(labelled),
        labelled[LABEL],
        answers(gate),
        gate[LABEL],
        margin=policy.monitoring.label_noise_margin.value,
    )


def answers(rows: pd.DataFrame) -> np.ndarray:
    """The model's answers of some rows: one number each, or one per class."""
    names = score_names(rows)
    return rows[SCORE if names == [SCORE] else names].to_numpy(dtype=np.float64)


def score_names(rows: pd.DataFrame) -> list[str]:
    """The columns of the model's answers: `score`, or `score_0`, `score_1`, … in their order."""
    if SCORE in rows:
        return [SCORE]
    found = [str(name) for name in rows if str(name).startswith(f"{SCORE}_")]
    return sorted(found, key=lambda name: int(name.rsplit("_", 1)[1]))


def _stuck(watched: Watched, project: Declaration, frozen: Sequence[str]) -> dict[str, int]:
    """Columns that stand still by themselves; those of a frozen feed are told once, as the feed."""
    told = {column.name for column in project.contract if column.feed in frozen}
    found = stuck_columns(watched.held, watched.held_in_training)
    return {column: batches for column, batches in found.items() if column not in told}


def _worst(scores: Sequence[float | None]) -> float | None:
    """The largest; None when one was not measured, for it may be the worst."""
    known = [score for score in scores if score is not None]
    return max(known) if known and len(known) == len(scores) else None


def _losses(rows: pd.DataFrame, project: Declaration) -> np.ndarray:
    return np.asarray(row_losses(project.task, rows[LABEL].to_numpy(), answers(rows)))


def _interval(
    values: np.ndarray, rows: pd.DataFrame, project: Declaration, policy: Policy
) -> Interval:
    return paired_interval(
        values,
        rows[project.cluster].to_numpy(),
        level=policy.release.interval_level.value,
        draws=policy.release.bootstrap_draws.value,
        seed=policy.training.seed.value,
    )


def _harm(watched: Watched, project: Declaration, policy: Policy) -> Interval | None:
    """The champion's loss minus the former champion's, on the same labelled rows.

    Each window looks at all days since the promotion, so days are looked at again and again.
    The confidence is the share of bootstrap draws of whole clusters in which the harm is above
    zero: no p-value, and not corrected for the repeated looks.
    """
    if watched.champion_since is None or watched.former_since is None:
        return None
    known = watched.champion_since[LABEL].notna().to_numpy()
    now, then = watched.champion_since[known], watched.former_since[known]
    return _interval(_losses(now, project) - _losses(then, project), now, project, policy)


def _drift(
    rows: pd.DataFrame, reference: pd.DataFrame | None, project: Declaration, meter: DriftMeter
) -> dict[str, float | None]:
    """Stability index of every feature, of each score, and of the label where it is known."""
    if reference is None:
        return {}
    inputs = meter.measure(
        rows,
        reference,
        numeric=[*project.features.numeric, *score_names(rows)],
        categorical=project.features.categorical,
    )
    numbers = project.task is Task.REGRESSION
    labels = meter.measure(
        _labels(rows, as_text=not numbers),
        _labels(reference, as_text=not numbers),
        numeric=[LABEL] if numbers else [],
        categorical=[] if numbers else [LABEL],
    )
    return {column.column: column.score for column in (*inputs.columns, *labels.columns)}


def _labels(rows: pd.DataFrame, *, as_text: bool) -> pd.DataFrame:
    known = rows[[LABEL]].dropna().reset_index(drop=True)
    return known.astype(str) if as_text else known


def _skew(
    rows: pd.DataFrame, recomputed: pd.DataFrame | None, project: Declaration
) -> tuple[int, int, dict[str, int]]:
    if recomputed is None:
        return 0, 0, {}
    served = rows.set_index(project.contract.key)
    found = skew(served, recomputed, project.features.all)
    return found.checked, found.skewed, found.columns
