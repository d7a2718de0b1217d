"""Whether labels contradict a model more often than they did when it was evaluated.

A flipped label contradicts a model that was sure. Rows are binned by the deciles of the score in
the model's own evaluation. In each bin the side that most labels took then is what the model
*says*; a row whose label is on the other side *disagrees*. Counted are the disagreements of all
rows and of each decile, each against what the evaluation foretells for as many rows: a
beta-binomial law, which is the exact binomial one with the evaluation's own uncertainty in it
(Jeffreys' prior; L. Brown, T. Cai, A. DasGupta, *Statistical Science* 16, 2001).

All rows are counted with the weights by which a share of flipped labels is best told from none
(J. Neyman and E. Pearson, 1933): a contradiction weighs the more, the rarer it was. The law of
that weighted count is the exact convolution of those of its bins, on a lattice. Half of the
allowed false alarms goes to it, the other half is parted among the deciles (Bonferroni).

A base rate that moves is drift and no poison: the evaluation's log-odds are shifted as one until
they fit the number of positives, by no more than `LARGEST_SHIFT`. What remains is a change of
shape. Drift changes shapes too, so `margin` is how much more often a bin may disagree before it
counts: 0 where the world stands still.

What this cannot see: flips in both directions where the model is not sure, since such labels are a
coin's toss to it; flips smaller than the margin; and labels made from the model's own answers,
which agree with it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from caf_platform.decision import Frozen, Share

BINS = 10
FLIPPED = 0.03
"""The share of flipped labels that the weights are made for; others are found as well."""
LARGEST_SHIFT = 1.0
"""In log-odds: a base rate that goes from 0.13 to 0.29. More than that is not told from poison."""
LATTICE = 0.02
"""Weights are whole multiples of this; they lie between 0 and 8."""
NEGLIGIBLE = 1e-13
"""Probabilities below are left out of a law; a false alarm's is a thousandth or so."""
MAJORITY = 0.5
ALL_ROWS = "all rows"

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


class Disagreement(Frozen):
    """How unlikely a window's contradictions are, if its labels are as they were in evaluation.

    `p_value` is for all slots together: the chance of any one as unlikely as the worst. `slot` is
    the worst, in which `found` rows disagree and `expected` should. `shift` is how far the base
    rate moved, in log-odds.
    """

    p_value: Share
    slot: str
    found: int
    expected: float
    rows: int
    reference_rows: int
    shift: float


@dataclass(frozen=True)
class _Foretold:
    """What is foretold of each bin: its share of disagreements, known as from `weight` rows."""

    share: Floats
    weight: Floats


def disagreement(
    score: ArrayLike,
    label: ArrayLike,
    reference_score: ArrayLike,
    reference_label: ArrayLike,
    *,
    margin: float = 0.0,
) -> Disagreement | None:
    """Labels (0 or 1) of rows against a model's scores (n,), by those of its evaluation (m,).

    Rows whose score is not finite, or whose label is neither 0 nor 1, are left out. None when
    nothing is left on either side: then nothing was measured.
    """
    now, then = _sound(score, label), _sound(reference_score, reference_label)
    if now is None or then is None:
        return None
    edges = np.unique(np.quantile(then[0], np.arange(1, BINS) / BINS))
    rows, ones = _counted(*now, edges)
    known, known_ones = _counted(*then, edges)
    rate = (known_ones + 0.5) / (known + 1)
    shift = _shift(rate, rows, int(ones.sum()))
    likely = _moved(rate, shift)
    positive = rate >= MAJORITY
    share: Floats = np.minimum(np.where(positive, 1 - likely, likely) + margin, 1 - 1e-9)
    found = np.where(positive, rows - ones, ones)
    return _worst(
        found, rows, _Foretold(share, (known + 1).astype(np.float64)), int(known.sum()), shift
    )


def _sound(score: ArrayLike, label: ArrayLike) -> tuple[Floats, Floats] | None:
    """Scores and labels of the rows that have both."""
    scores, labels = np.asarray(score, np.float64), np.asarray(label, np.float64)
    if scores.ndim != 1 or scores.shape != labels.shape:
        return None
    good = np.isfinite(scores) & ((labels == 0) | (labels == 1))
    return (scores[good], labels[good]) if good.any() else None


def _counted(score: Floats, label: Floats, edges: Floats) -> tuple[Counts, Counts]:
    """Rows per bin, and those of them with label 1."""
    place = np.searchsorted(edges, score)
    rows = np.bincount(place, minlength=len(edges) + 1)
    return rows, np.bincount(place, label, len(edges) + 1).astype(np.int64)


def _moved(rate: Floats, shift: float) -> Floats:
    odds = rate / (1 - rate) * np.exp(shift)
    moved: Floats = odds / (1 + odds)
    return moved


def _shift(rate: Floats, rows: Counts, ones: int) -> float:
    """The common shift of log-odds with which as many ones are foretold as there are."""
    from scipy.optimize import brentq

    def over(shift: float) -> float:
        return float((rows * _moved(rate, shift)).sum()) - ones

    if over(-LARGEST_SHIFT) >= 0:
        return -LARGEST_SHIFT
    if over(LARGEST_SHIFT) <= 0:
        return LARGEST_SHIFT
    return float(brentq(over, -LARGEST_SHIFT, LARGEST_SHIFT))


def _worst(
    found: Counts, rows: Counts, foretold: _Foretold, reference_rows: int, shift: float
) -> Disagreement:
    from scipy.stats import betabinom

    alpha, beta = foretold.share * foretold.weight, (1 - foretold.share) * foretold.weight
    deciles = np.clip(betabinom.sf(found - 1, rows, alpha, beta), 0.0, 1.0)
    place = int(np.argmin(deciles))
    whole = _all_rows(found, rows, foretold)
    by_decile = len(deciles) * float(deciles[place])
    chosen = slice(None) if whole <= by_decile else slice(place, place + 1)
    return Disagreement(
        p_value=min(1.0, 2 * min(whole, by_decile)),
        slot=ALL_ROWS if whole <= by_decile else f"score decile {place + 1}",
        found=int(found[chosen].sum()),
        expected=float((rows * foretold.share)[chosen].sum()),
        rows=int(rows[chosen].sum()),
        reference_rows=reference_rows,
        shift=shift,
    )


def _all_rows(found: Counts, rows: Counts, foretold: _Foretold) -> float:
    """The chance of a weighted count of disagreements at least as large as the one found."""
    share = foretold.share
    flipped = share * (1 - FLIPPED) + (1 - share) * FLIPPED
    weight = np.log(flipped / share) - np.log((1 - flipped) / (1 - share))
    steps = np.maximum(np.rint(weight / LATTICE), 0).astype(np.int64)
    law = np.ones(1)
    for place in np.flatnonzero(steps):
        law = _sum(law, _law(int(rows[place]), int(steps[place]), foretold, int(place)))
    reached = int((found * steps).sum())
    return float(np.clip(law[reached:].sum(), 0.0, 1.0)) if steps.any() else 1.0


def _law(rows: int, step: int, foretold: _Foretold, place: int) -> Floats:
    """The chances of 0, 1, 2, … lattice steps from one bin."""
    from scipy.stats import betabinom

    share, weight = foretold.share[place], foretold.weight[place]
    chances = betabinom.pmf(np.arange(rows + 1), rows, share * weight, (1 - share) * weight)
    last = int(np.flatnonzero(chances > NEGLIGIBLE).max(initial=0))
    law = np.zeros(last * step + 1)
    law[::step] = chances[: last + 1]
    return law


def _sum(one: Floats, other: Floats) -> Floats:
    """The law of a sum of two independent counts."""
    from scipy.signal import fftconvolve

    total: Floats = np.maximum(fftconvolve(one, other), 0.0)
    return total
