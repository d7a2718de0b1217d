"""Performance without labels: what a model's own probabilities say to expect, never a verdict.

Confidence-based performance estimation (CBPE) after NannyML's documentation, *How it works:
performance estimation*, and J. Bialek et al., *Estimating Model Performance Under Covariate
Shift Without Labels* (arXiv 2401.08348, 2024). A row scored 0.2 is expected to be a positive one
time in five; the expected loss, skill, AUC and base rate follow. Scores are first recalibrated
on labelled rows that the model did not learn from (its gate's). A regression has no confidence:
its error is looked up by score among those rows, a plain form of NannyML's direct loss
estimation (DLE). Related: the difference of confidences (D. Guillory et al., ICCV 2021) and
average thresholded confidence (S. Garg et al., ICLR 2022), both about accuracy.

**It assumes** that the scores, so recalibrated, are calibrated on the rows at hand: what rows
look like may change, what follows from how they look may not. When the concept moves, the
estimate misses it, and no method can do better without another assumption (Garg et al.). That is
why it never gates, and why no monitor reads ok on it.

**Its interval** is about what will come true of these very rows. Labels vary by chance, and rows
of one cluster (day) share what no score knows: each cluster's log-odds (for other tasks its
loss) are off by an effect of its own, whose variance the labelled clusters tell (method of
moments; D. A. Williams, *Applied Statistics* 31, 1982, in the linear form of N. E. Breslow and
D. G. Clayton, *JASA* 88, 1993). What was learnt from those clusters is in doubt by the same token.
"""

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from caf_platform.measures.estimate import Estimate, Ranged
from caf_platform.measures.expectation import Expectation, Trusted, expect, learn_trust
from caf_platform.measures.metrics import row_losses
from caf_platform.project.model import Task

Floats = NDArray[np.float64]

METHODS: Final = {Task.BINARY: "cbpe", Task.MULTICLASS: "cbpe", Task.REGRESSION: "dle"}
VERSION: Final = 1
"""Raised when the same rows would give other numbers."""

NAMES: Final = {
    Task.BINARY: ("loss", "skill", "auc", "base_rate"),
    Task.MULTICLASS: ("loss",),
    Task.REGRESSION: ("loss",),
}
"""What is estimated for each task, with the names of `measures.metrics`."""

MIN_ROWS: Final = 100
"""Labelled rows without which nothing is learnt from them: a slope would be luck."""
MIN_CLUSTERS: Final = 2
_ENDS: Final = {"loss": (0.0, np.inf), "skill": (-np.inf, 1.0)}
_SHARE: Final = (0.0, 1.0)
_SUM_TOLERANCE: Final = 1e-3


@dataclass(frozen=True)
class Learnt:
    """What labelled rows that are new to a model say of its answers; nothing without any.

    `spread` is the variance of what a whole cluster shares, None where too few clusters told.
    `doubt` (k, k) is the covariance of what was fitted into `trusted`.
    """

    rows: int = 0
    clusters: int = 0
    trusted: Trusted = field(default_factory=Trusted)
    spread: float | None = None
    doubt: Floats = field(default_factory=lambda: np.empty((0, 0)))


def learn(task: Task, label: ArrayLike, score: ArrayLike, cluster: Any) -> Learnt:
    """What labelled rows, which the model did not learn from, say of its answers.

    `label`, `score` and `cluster` as for `metrics.row_losses` and `intervals.paired_interval`.
    Fewer than `MIN_ROWS` rows, one without label, score or cluster, or labels of a single class
    teach nothing; that is no error.
    """
    labels, scores = np.asarray(label, dtype=np.float64), np.asarray(score, dtype=np.float64)
    if len(labels) < MIN_ROWS or len(labels) != len(scores) or _unsound(task, scores):
        return Learnt()
    losses, codes = row_losses(task, labels, scores), _codes(cluster, len(labels))
    single = task is Task.BINARY and labels.min() == labels.max()
    if codes is None or single or not np.isfinite(losses).all():
        return Learnt()
    trusted = learn_trust(task, labels, scores, losses)
    expected = expect(task, scores, trusted)
    surprise = (labels if task is Task.BINARY else losses) - expected.outcome
    clusters = int(codes.max()) + 1
    spread = _spread(surprise, expected, codes, clusters)
    doubt = _doubt(expected, codes, spread or 0.0)
    return Learnt(len(labels), clusters, trusted, spread, doubt)


def _spread(surprise: Floats, expected: Expectation, codes: Any, clusters: int) -> float | None:
    """By how much more than chance whole clusters surprise: a variance, None with too few.

    The factor makes up for the mean of the clusters having been fitted.
    """
    if clusters < MIN_CLUSTERS:
        return None
    together = np.square(np.bincount(codes, surprise)).sum() * clusters / (clusters - 1)
    reach = np.square(np.bincount(codes, expected.weight)).sum()
    excess = together - expected.variance.sum()
    return max(0.0, float(excess / reach)) if reach > 0 else None


def _doubt(expected: Expectation, codes: Any, spread: float) -> Floats:
    """The covariance of the fitted parameters when rows vary by chance and clusters by `spread`.

    The sandwich of K.-Y. Liang and S. Zeger, *Biometrika* 73, 1986, with the variances expected.
    """
    pulls = expected.weight[:, None] * expected.design
    bread = np.linalg.pinv(expected.design.T @ pulls)
    by_cluster = np.column_stack([np.bincount(codes, pull) for pull in pulls.T])
    chance = expected.design.T @ (expected.variance[:, None] * expected.design)
    filling = chance + spread * by_cluster.T @ by_cluster
    doubt: Floats = bread @ filling @ bread
    return doubt


def estimate(
    task: Task, score: ArrayLike, cluster: Any, learnt: Learnt, *, level: float
) -> Estimate:
    """What performance to expect of served rows, from the model's answers alone.

    `score` (rows,) or (rows, classes), `cluster` (rows,) names each row's cluster, `level` is
    the intervals' coverage (0.95), by Student's t with one degree of freedom less than there
    were clusters to learn from. What cannot be estimated is None, with the reason; that is
    never an error. Without anything learnt, answers are taken as they are and there are no
    intervals, for nobody knows how much clusters differ.
    """
    scores = np.asarray(score, dtype=np.float64)
    reason = _unsound(task, scores) or _unlearnt(task, learnt)
    numbers = {} if reason else _ranged(task, scores, _codes(cluster, len(scores)), learnt, level)
    return Estimate(
        method=METHODS[task],
        method_version=VERSION,
        rows=len(scores),
        level=level,
        numbers={name: numbers.get(name, Ranged()) for name in NAMES[task]},
        learnt_rows=learnt.rows,
        learnt_clusters=learnt.clusters,
        reason=reason,
    )


def _ranged(
    task: Task, scores: Floats, codes: Any, learnt: Learnt, level: float
) -> dict[str, Ranged]:
    with np.errstate(all="ignore"):
        expected = expect(task, scores, learnt.trusted)
        return {
            name: _number(value, _reach(slope, expected, codes, learnt, level), name)
            for name, (value, slope) in expected.numbers.items()
        }


def _reach(
    slope: Floats, expected: Expectation, codes: Any, learnt: Learnt, level: float
) -> float | None:
    """Half the width of a number's interval: chance, clusters, and what was learnt too little."""
    from scipy.special import stdtrit

    if learnt.spread is None or codes is None:
        return None
    chance = np.square(slope) @ expected.variance
    pull = slope * expected.weight
    shared = learnt.spread * np.square(np.bincount(codes, pull)).sum()
    fitted = pull @ expected.design
    deviation = np.sqrt(chance + shared + fitted @ learnt.doubt @ fitted)
    return float(deviation * stdtrit(learnt.clusters - 1, (1 + level) / 2))


def _number(value: float, reach: float | None, name: str) -> Ranged:
    if not np.isfinite(value):
        return Ranged()
    if reach is None or not np.isfinite(reach):
        return Ranged(value=value)
    low, high = _ENDS.get(name, _SHARE)
    return Ranged(value=value, low=max(low, value - reach), high=min(high, value + reach))


def _unsound(task: Task, scores: Floats) -> str:
    """Why these answers say nothing about themselves; empty when they do."""
    if len(scores) == 0:
        return "no rows were served"
    if scores.ndim != (2 if task is Task.MULTICLASS else 1):
        return f"answers of shape {scores.shape} are none of a {task} model"
    if not np.isfinite(scores).all():
        return "an answer is missing or not finite"
    return "" if task is Task.REGRESSION else _improbable(task, scores)


def _improbable(task: Task, scores: Floats) -> str:
    sums = scores.sum(axis=1) if task is Task.MULTICLASS else np.ones(1)
    if scores.min() < 0 or scores.max() > 1 or np.abs(sums - 1).max() > _SUM_TOLERANCE:
        return "an answer is no probability"
    if np.isin(scores, (0, 1)).all():
        return "every answer is 0 or 1, as if no doubt were possible"
    return ""


def _unlearnt(task: Task, learnt: Learnt) -> str:
    if task is Task.REGRESSION and not learnt.rows:
        return f"a regression's error is learnt from at least {MIN_ROWS} labelled rows, none here"
    return ""


def _codes(cluster: Any, rows: int) -> NDArray[np.int64] | None:
    """Each row's cluster as a number from 0; None when a row has none."""
    codes, _ = pd.factorize(pd.Series(cluster))
    return None if len(codes) != rows or not rows or (codes < 0).any() else codes
