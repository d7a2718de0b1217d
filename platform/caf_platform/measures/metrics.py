"""How well scores fit labels, per row and for a whole window, in one vocabulary for all tasks.

Binary: labels 0 or 1, scores (rows,) are the probability of class 1. Multiclass: labels are
class positions 0..k-1, scores (rows, k) are probabilities. Regression: both are numbers in the
target's unit. Whoever measures leaves rows without a label out first; a NaN that is still
there makes every number None, for what was not measured must not look like a number.
"""

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from caf_platform.decision import Number
from caf_platform.project.model import ErrorValue, HitValue, OutcomeValue, Task

Floats = NDArray[np.float64]
Numbers = dict[str, Number]

BINS = 10
SMALLEST = float(np.finfo(np.float64).eps)
"""Probabilities are clipped to [SMALLEST, 1 - SMALLEST], as `sklearn.metrics.log_loss` does."""
_SUM_TOLERANCE = 1e-3  # class probabilities computed in float32 add up to 1 only roughly


def row_losses(task: Task, label: ArrayLike, score: ArrayLike) -> Floats:
    """The loss of each row, shape (rows,): log loss in nats, or absolute error for regression.

    A row is NaN where its label or score is none: missing, a class that does not exist, or a
    "probability" outside 0..1, which clipping would otherwise hide.
    """
    labels, scores = np.asarray(label, dtype=np.float64), np.asarray(score, dtype=np.float64)
    return _LOSSES[task](labels, scores) if len(labels) else np.empty(0)


def _binary_losses(label: Floats, score: Floats) -> Floats:
    sound = np.isin(label, (0, 1)) & (score >= 0) & (score <= 1)
    probability = np.where(label == 1, score, 1 - score)
    return np.where(sound, -np.log(_clipped(probability)), np.nan)


def _multiclass_losses(label: Floats, score: Floats) -> Floats:
    known = np.isin(label, np.arange(score.shape[1]))
    sound = ((score >= 0) & (score <= 1)).all(axis=1)
    sound &= np.abs(score.sum(axis=1) - 1) <= _SUM_TOLERANCE
    position = np.where(known, label, 0).astype(int)
    probability = score[np.arange(len(label)), position]
    return np.where(known & sound, -np.log(_clipped(probability)), np.nan)


def _absolute_errors(label: Floats, score: Floats) -> Floats:
    error = np.abs(label - score)
    return np.where(np.isfinite(error), error, np.nan)


def _clipped(probability: Floats) -> Floats:
    return np.clip(probability, SMALLEST, 1 - SMALLEST)


_LOSSES: dict[Task, Callable[[Floats, Floats], Floats]] = {
    Task.BINARY: _binary_losses,
    Task.MULTICLASS: _multiclass_losses,
    Task.REGRESSION: _absolute_errors,
}


def performance(task: Task, label: ArrayLike, score: ArrayLike) -> Numbers:
    """Every number the platform knows about a window, None where it cannot be measured.

    All tasks: `rows`, `loss` (mean of `row_losses`), `skill` (1 - loss / loss of the best
    constant on these same rows, so 0 is as good as knowing the base rate), `bias` (mean score
    minus mean label; relative for regression), `calibration_error`. Binary adds `auc`,
    `brier`, `base_rate`; multiclass `accuracy`, `macro_recall`, `macro_f1`, `brier`;
    regression `mae`, `wape`, `rmse`.
    """
    labels, scores = np.asarray(label, dtype=np.float64), np.asarray(score, dtype=np.float64)
    losses = row_losses(task, labels, scores)
    found = dict.fromkeys(NAMES[task], None) | {"rows": len(labels)}
    if len(losses) == 0 or np.isnan(losses).any():
        return found
    return found | _finite(_MEASURES[task](labels, scores, float(losses.mean())))


def _finite(numbers: dict[str, float | None]) -> Numbers:
    return {
        name: float(number) if number is not None and np.isfinite(number) else None
        for name, number in numbers.items()
    }


_ALL_TASKS = ("rows", "loss", "skill", "bias", "calibration_error")
NAMES: dict[Task, tuple[str, ...]] = {
    Task.BINARY: (*_ALL_TASKS, "auc", "brier", "base_rate"),
    Task.MULTICLASS: (*_ALL_TASKS, "accuracy", "macro_recall", "macro_f1", "brier"),
    Task.REGRESSION: (*_ALL_TASKS, "mae", "wape", "rmse"),
}
"""The names that `performance` always returns for a task."""


def _binary(label: Floats, score: Floats, loss: float) -> dict[str, float | None]:
    base_rate = label.mean()
    return {
        "loss": loss,
        "skill": _skill(loss, _entropy(np.array([base_rate, 1 - base_rate]))),
        "bias": score.mean() - base_rate,
        "calibration_error": calibration_error(label, score),
        "auc": area_under_curve(label, score),
        "brier": np.square(score - label).mean(),
        "base_rate": base_rate,
    }


def _multiclass(label: Floats, score: Floats, loss: float) -> dict[str, float | None]:
    """Bias and calibration are those of the top class: its probability against being right."""
    classes = np.arange(score.shape[1])
    truth = label[:, None] == classes
    guess = score.argmax(axis=1)[:, None] == classes
    hit = (truth & guess).any(axis=1).astype(np.float64)
    confidence = score.max(axis=1)
    present = truth.any(axis=0)  # a class that never happened has no recall
    both, wanted, said = (truth & guess).sum(axis=0), truth.sum(axis=0), guess.sum(axis=0)
    return {
        "loss": loss,
        "skill": _skill(loss, _entropy(truth.mean(axis=0))),
        "bias": confidence.mean() - hit.mean(),
        "calibration_error": calibration_error(hit, confidence),
        "accuracy": hit.mean(),
        "macro_recall": (both[present] / wanted[present]).mean(),
        "macro_f1": (2 * both[present] / (wanted + said)[present]).mean(),
        "brier": np.square(score - truth).sum(axis=1).mean(),
    }


def _regression(label: Floats, score: Floats, loss: float) -> dict[str, float | None]:
    """Bias and calibration error are shares of the sum of absolute labels, as WAPE is.

    For labels that are never negative, bias is sum(score) / sum(label) - 1.
    """
    whole = np.abs(label).mean()
    return {
        "loss": loss,
        "skill": _skill(loss, float(np.abs(label - np.median(label)).mean())),
        "bias": (score.mean() - label.mean()) / whole if whole > 0 else None,
        "calibration_error": calibration_error(label, score) / whole if whole > 0 else None,
        "mae": loss,
        "wape": loss / whole if whole > 0 else None,
        "rmse": float(np.sqrt(np.square(score - label).mean())),
    }


_MEASURES: dict[Task, Callable[[Floats, Floats, float], dict[str, float | None]]] = {
    Task.BINARY: _binary,
    Task.MULTICLASS: _multiclass,
    Task.REGRESSION: _regression,
}


def _entropy(shares: Floats) -> float:
    some = shares[shares > 0]
    return float(-(some * np.log(some)).sum())


def _skill(loss: float, best_constant: float) -> float | None:
    return 1 - loss / best_constant if best_constant > 0 else None


def calibration_error(label: ArrayLike, score: ArrayLike) -> float:
    """Expected calibration error over ten bins of equal mass, in the label's unit.

    The mean of |mean score - mean label| over bins, weighted by rows: M. P. Naeini et al.,
    AAAI 2015, with the equal-mass bins of J. Nixon et al., CVPR workshops 2019. Equal scores
    share a bin, so a constant has one bin and row order never matters.
    """
    labels, scores = np.asarray(label, dtype=np.float64), np.asarray(score, dtype=np.float64)
    edges = np.unique(np.quantile(scores, np.arange(1, BINS) / BINS))
    place = np.searchsorted(edges, scores, side="left")
    gaps = np.bincount(place, weights=scores - labels)
    return float(np.abs(gaps).sum() / len(scores))


def area_under_curve(label: ArrayLike, score: ArrayLike) -> float | None:
    """The area under the ROC curve from ranks, ties counting half; None with a single class.

    J. A. Hanley and B. J. McNeil, *Radiology* 143(1), 1982. `sklearn.metrics` has it too, but
    takes over a second to import, which each monitor and gate would pay.
    """
    from scipy.stats import rankdata

    scores = np.asarray(score, dtype=np.float64)
    positive = np.asarray(label) == 1
    ones, zeros = int(positive.sum()), int((~positive).sum())
    if ones == 0 or zeros == 0:
        return None
    above = float(rankdata(scores)[positive].sum()) - ones * (ones + 1) / 2
    return above / (ones * zeros)


def row_values(
    value: OutcomeValue | ErrorValue | HitValue, label: ArrayLike, score: ArrayLike
) -> Floats:
    """What each row's outcome is worth in the project's unit, shape (rows,); costs negative.

    Outcomes: the platform acts when the probability is above `value.threshold`. Errors:
    `per_unit_error` (negative for a cost) times the absolute error. Hits: the likeliest class
    is right or wrong. NaN where the label or score is NaN.
    """
    labels, scores = np.asarray(label, dtype=np.float64), np.asarray(score, dtype=np.float64)
    match value:
        case OutcomeValue():
            acted = scores > value.threshold
            when_positive = np.where(acted, value.true_positive, value.false_negative)
            when_negative = np.where(acted, value.false_positive, value.true_negative)
            worth = np.where(labels == 1, when_positive, when_negative)
        case ErrorValue():
            worth = value.per_unit_error * np.abs(labels - scores)
        case HitValue():
            worth = np.where(_chosen(scores) == labels, value.right, value.wrong)
    unscored = np.isnan(scores) if scores.ndim == 1 else np.isnan(scores).any(axis=1)
    return np.where(np.isnan(labels) | unscored, np.nan, worth)


def gained_values(
    value: OutcomeValue | ErrorValue | HitValue, label: ArrayLike, score: ArrayLike
) -> Floats:
    """What each row brought more than under the best constant, in the project's unit, (rows,).

    The constant is the one that would have been worth most on these very rows, which nobody could
    know before: always act or never, the median, or the class that paid best. Labels and scores
    without NaN, at least one row.
    """
    labels, scores = np.asarray(label, dtype=np.float64), np.asarray(score, dtype=np.float64)
    constants = (np.broadcast_to(one, scores.shape) for one in _constants(value, labels, scores))
    found = [row_values(value, labels, one) for one in constants]
    gained: Floats = row_values(value, labels, scores) - max(found, key=lambda one: one.sum())
    return gained


def _constants(
    value: OutcomeValue | ErrorValue | HitValue, label: Floats, score: Floats
) -> Iterable[ArrayLike]:
    """The answers that could be given to all rows alike."""
    match value:
        case ErrorValue():
            return [float(np.median(label))]
        case HitValue() if score.ndim > 1:
            return np.eye(score.shape[1])
        case _:
            return [0.0, 1.0]


def _chosen(scores: Floats) -> NDArray[np.int64]:
    return scores.argmax(axis=1) if scores.ndim > 1 else (scores > 0.5).astype(np.int64)  # noqa: PLR2004 - the likelier of two classes
