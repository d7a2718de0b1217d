"""How sure a paired difference is, when rows come in clusters (days, shops, patients).

Rows of one day share their weather, so treating them as independent claims far too much
certainty: on the flagship, row-wise intervals were 3 to 7 times too narrow. Whole clusters are
therefore drawn with replacement, after B. Efron and R. Tibshirani, *An Introduction to the
Bootstrap* (1993), chapters 8 and 13, and A. C. Davison and D. V. Hinkley, *Bootstrap Methods
and their Application* (1997), section 3.8 (cluster sampling).

`scipy.stats.bootstrap` draws single observations and knows no clusters; a statistic over
cluster indices would run as a Python loop over the draws, so the few lines are written here.
"""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from caf_platform.errors import BadInput
from caf_platform.measures.interval import Interval

Floats = NDArray[np.float64]

_CELLS_AT_ONCE = 2_000_000  # bounds the memory of draws x clusters to some 16 MB


def paired_interval(
    values: ArrayLike, clusters: Any, *, level: float, draws: int, seed: int
) -> Interval:
    """The mean of `values` over rows, with an interval that draws whole clusters.

    `values` (rows,) are usually paired differences, `clusters` (rows,) names each row's
    cluster. A draw's mean is the ratio estimator: sum of the drawn clusters' sums over the sum
    of their row counts. The same rows in any order, with the same seed, give the same answer.

    What cannot be measured is None, never an error: without rows, with a value that is not
    finite or a row without cluster nothing is measured; with one cluster there is a point and
    no interval. Measured coverage of a nominal 95 % on simulated days: 0.88 with 7, 0.92 with
    14, 0.94 with 40; a policy's `min_clusters` guards against too few (compare A. C. Cameron,
    J. B. Gelbach and D. L. Miller, *Rev. Econ. Stat.* 90(3), 2008).
    Raises BadInput when the two differ in length.
    """
    numbers = np.asarray(values, dtype=np.float64)
    if len(numbers) != len(clusters):
        raise BadInput(f"{len(numbers)} values came with {len(clusters)} cluster names.")
    codes, names = pd.factorize(pd.Series(clusters), sort=True)
    usable = len(numbers) > 0 and bool(np.isfinite(numbers).all()) and bool((codes >= 0).all())
    point = float(numbers.mean()) if usable else None
    means = _means(numbers, codes, draws, seed) if usable and len(names) > 1 else None
    low, high = (None, None) if means is None else percentiles(means, level)
    return Interval(
        point=point,
        low=low,
        high=high,
        level=level,
        draws=draws,
        clusters=len(names),
        rows=len(numbers),
        share_above_zero=None if means is None else float((means > 0).mean()),
    )


def percentiles(drawn: Floats, level: float) -> tuple[float, float]:
    """The percentile interval of what was drawn."""
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _means(numbers: Floats, codes: NDArray[np.int64], draws: int, seed: int) -> Floats:
    """One mean per draw."""
    sums = redrawn(
        np.column_stack([np.bincount(codes, weights=numbers), np.bincount(codes)]), draws, seed
    )
    return np.asarray(sums[:, 0] / sums[:, 1])


def redrawn(sums: Floats, draws: int, seed: int) -> Floats:
    """Sums over drawn clusters, shape (draws, k), of each cluster's own `sums` (clusters, k).

    A draw is how often each cluster was drawn (a multinomial count).
    """
    many = len(sums)
    generator = np.random.default_rng(seed)
    found = np.empty((draws, sums.shape[1]))
    step = max(1, _CELLS_AT_ONCE // many)
    for start in range(0, draws, step):
        stop = min(start + step, draws)
        drawn = generator.multinomial(many, np.full(many, 1 / many), size=stop - start)
        found[start:stop] = drawn @ sums
    return found
