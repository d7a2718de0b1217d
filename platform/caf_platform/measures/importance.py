"""How much a model rests on each column: the loss that shuffling the column brings.

After L. Breiman, *Random Forests*, Machine Learning 45 (2001), and A. Fisher, C. Rudin and
F. Dominici, *All Models are Wrong, but Many are Useful*, JMLR 20 (2019). scikit-learn's
`permutation_importance` gives one number for each shuffle of all rows; here each row keeps its own
loss, so that the interval can draw whole clusters like every other interval of a gate.

A column whose information another one holds too looks less important than both are together.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from caf_platform.measures.bootstrap import paired_interval
from caf_platform.measures.interval import Interval
from caf_platform.measures.metrics import row_losses
from caf_platform.project.model import Task

ROWS = 1000
"""At most so many rows are asked, evenly spaced: what it takes is bounded."""


def permutation_importance(
    task: Task,
    answer: Callable[[pd.DataFrame], NDArray[np.float64]],
    rows: pd.DataFrame,
    label: ArrayLike,
    cluster: Any,
    *,
    level: float,
    draws: int,
    seed: int,
) -> dict[str, Interval]:
    """By column of `rows` how much a row loses when the column is shuffled, in the loss's unit.

    `label` and `cluster` have shape (rows,). Intervals draw whole clusters; they hold for this one
    shuffle and these rows. The same input gives the same numbers. The model is asked once.
    """
    some = np.unique(np.linspace(0, max(len(rows) - 1, 0), ROWS).round().astype(int))[: len(rows)]
    asked = rows.iloc[some].reset_index(drop=True)
    labels, clusters = np.asarray(label)[some], np.asarray(cluster)[some]
    names = [str(name) for name in asked.columns]
    answers = answer(_shuffled(asked, seed))
    losses = row_losses(task, np.tile(labels, len(names) + 1), answers).reshape(len(names) + 1, -1)
    return {
        name: paired_interval(lost - losses[0], clusters, level=level, draws=draws, seed=seed)
        for name, lost in zip(names, losses[1:], strict=True)
    }


def _shuffled(rows: pd.DataFrame, seed: int) -> pd.DataFrame:
    """The rows as they are and below them, for each column, the rows with that column shuffled."""
    straight = np.tile(np.arange(len(rows)), len(rows.columns) + 1)
    order = np.random.default_rng(seed).permutation(len(rows))
    found = {}
    for at, name in enumerate(rows.columns, start=1):
        place = straight.copy()
        place[at * len(rows) : (at + 1) * len(rows)] = order
        found[name] = rows[name].take(place).reset_index(drop=True)
    return pd.DataFrame(found)
