"""What each row is expected to bring under a model's own answers, and what follows for a window.

Binary follows labels, the other tasks losses: a row's *outcome* is its label or its loss, its
*surprise* the outcome minus what was expected. A window's numbers are linear in the surprises, or
are made so (delta method): each comes with its derivative by every row's surprise.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from caf_platform.measures.metrics import SMALLEST
from caf_platform.project.model import Task

Floats = NDArray[np.float64]

ERROR_BINS: Final = 10
"""Bins of equal mass in which a regression's error is looked up by score."""


@dataclass(frozen=True)
class Trusted:
    """How far a model's answers can be trusted; unchanged answers unless labelled rows told.

    `shift` and `slope` recalibrate log-odds (binary); for several classes `shift` is what is
    added to the expected loss. `edges` part scores into bins, each with its mean absolute error
    and that error's variance (regression).
    """

    shift: float = 0.0
    slope: float = 1.0
    edges: Floats = field(default_factory=lambda: np.empty(0))
    errors: Floats = field(default_factory=lambda: np.empty(0))
    variances: Floats = field(default_factory=lambda: np.empty(0))


@dataclass(frozen=True)
class Expectation:
    """Rows' expected outcomes (n,), their variance (n,), and the numbers that follow.

    `weight` (n,) is how strongly a row follows what its whole cluster shares, and `weight` times
    `design` (n, k) how strongly the k fitted parameters of `Trusted`. `numbers` holds each number
    with its derivative (n,) by every row's surprise.
    """

    outcome: Floats
    variance: Floats
    weight: Floats
    design: Floats
    numbers: dict[str, tuple[float, Floats]]


def learn_trust(task: Task, label: Floats, score: Floats, loss: Floats) -> Trusted:
    """What labelled rows say about a model's answers."""
    match task:
        case Task.BINARY:
            return _recalibrated(label, score)
        case Task.REGRESSION:
            return _error_by_score(score, loss)
        case Task.MULTICLASS:
            return Trusted(shift=float((loss - _entropies(score)).mean()))


def _recalibrated(label: Floats, score: Floats) -> Trusted:
    """Log-odds of the label as a straight line of the score's (D. R. Cox, *Biometrika* 45, 1958).

    Labels are drawn towards one another as by J. Platt (1999), so that a score that parts the
    classes without an error gives a finite slope.
    """
    from scipy.optimize import minimize

    ones = label.sum()
    target = np.where(label == 1, (ones + 1) / (ones + 2), 1 / (len(label) - ones + 2))
    odds = _log_odds(score)

    def loss(line: Floats) -> tuple[float, Floats]:
        logit = line[0] + line[1] * odds
        miss = _logistic(logit) - target
        value = np.logaddexp(0, logit) - target * logit
        return float(value.mean()), np.array([miss.mean(), (miss * odds).mean()])

    shift, slope = minimize(loss, np.array([0.0, 1.0]), jac=True, method="BFGS").x
    return Trusted(shift=float(shift), slope=float(slope))


def _error_by_score(score: Floats, loss: Floats) -> Trusted:
    edges = np.unique(np.quantile(score, np.arange(1, ERROR_BINS) / ERROR_BINS))
    place = np.searchsorted(edges, score, side="left")
    rows = np.maximum(np.bincount(place, minlength=len(edges) + 1), 1)
    mean = np.bincount(place, weights=loss, minlength=len(rows)) / rows
    square = np.bincount(place, weights=np.square(loss - mean[place]), minlength=len(rows))
    return Trusted(edges=edges, errors=mean, variances=square / rows)


def expect(task: Task, score: Floats, trusted: Trusted) -> Expectation:
    """What is expected of rows with these answers; they must be sound (see `estimation`)."""
    return _EXPECT[task](score, trusted)


def _binary(score: Floats, trusted: Trusted) -> Expectation:
    """Loss is linear in the labels; AUC by ranks with weights (its Hajek projection)."""
    rows = len(score)
    chance = _logistic(trusted.shift + trusted.slope * _log_odds(score))
    odds, variance = _log_odds(score), chance * (1 - chance)
    loss = float((np.logaddexp(0, odds) - chance * odds).mean())
    by_loss, rate = -odds / rows, float(chance.mean())
    entropy = -(rate * np.log(rate) + (1 - rate) * np.log1p(-rate))
    by_rate = np.log((1 - rate) / rate) / rows
    return Expectation(
        outcome=chance,
        variance=variance,
        weight=variance,
        design=np.column_stack([np.ones(rows), odds]),
        numbers={
            "loss": (loss, by_loss),
            "skill": (1 - loss / entropy, (loss / entropy * by_rate - by_loss) / entropy),
            "auc": _area(score, chance),
            "base_rate": (rate, np.full(rows, 1 / rows)),
        },
    )


def _area(score: Floats, chance: Floats) -> tuple[float, Floats]:
    """The expected number of well-ordered pairs over that of pairs, and its derivative.

    Each row is a positive with its chance and a negative with the rest of it, but never both.
    """
    _, place = np.unique(score, return_inverse=True)
    ones, zeros = np.bincount(place, chance), np.bincount(place, 1 - chance)
    below = (np.cumsum(zeros) - zeros / 2)[place]
    above = (ones.sum() - np.cumsum(ones) + ones / 2)[place]
    itself = float((chance * (1 - chance)).sum())
    pairs = ones.sum() * zeros.sum() - itself
    area = (float((chance * below).sum()) - itself / 2) / pairs
    slope = below - above - area * (zeros.sum() - ones.sum()) + (area - 0.5) * (1 - 2 * chance)
    return area, slope / pairs


def _multiclass(score: Floats, trusted: Trusted) -> Expectation:
    """The loss of a row is expected to be the entropy of its own probabilities, and the shift."""
    mean, lost = _entropies(score), -np.log(np.clip(score, SMALLEST, 1))
    variance = np.maximum((score * np.square(lost)).sum(axis=1) - np.square(mean), 0)
    return _of_losses(mean + trusted.shift, variance, np.ones((len(score), 1)))


def _entropies(score: Floats) -> Floats:
    entropies: Floats = -(score * np.log(np.clip(score, SMALLEST, 1))).sum(axis=1)
    return entropies


def _regression(score: Floats, trusted: Trusted) -> Expectation:
    place = np.searchsorted(trusted.edges, score, side="left")
    bins = place[:, None] == np.arange(len(trusted.errors))
    return _of_losses(trusted.errors[place], trusted.variances[place], bins.astype(np.float64))


def _of_losses(mean: Floats, variance: Floats, design: Floats) -> Expectation:
    share = np.full(len(mean), 1 / len(mean))
    numbers = {"loss": (float(mean.mean()), share)}
    return Expectation(mean, variance, np.ones(len(mean)), design, numbers)


_EXPECT: dict[Task, Callable[[Floats, Trusted], Expectation]] = {
    Task.BINARY: _binary,
    Task.MULTICLASS: _multiclass,
    Task.REGRESSION: _regression,
}


def _log_odds(score: Floats) -> Floats:
    clipped = np.clip(score, SMALLEST, 1 - SMALLEST)
    odds: Floats = np.log(clipped) - np.log1p(-clipped)
    return odds


def _logistic(odds: Floats) -> Floats:
    from scipy.special import expit

    chance: Floats = expit(odds)
    return chance
