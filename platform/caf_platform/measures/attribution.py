"""What each column adds to one answer: Shapley values by sampled orders, for any model.

After E. Štrumbelj and I. Kononenko, *Explaining prediction models and individual predictions with
feature contributions*, Knowl. Inf. Syst. 41 (2014): walk from a background row to the case, one
column at a time in a random order, and note how far each step moves the answer. Each order is also
walked backwards (antithetic: R. Mitchell et al., *Sampling Permutations for Shapley Value
Estimation*, JMLR 23, 2022). Every walk ends at the case and each background row begins equally
many: whatever was drawn, the values add up to the answer minus the mean answer to the background.

It says what the model did with a row, not what causes the outcome; of two columns that tell the
same, it shares the credit as the model happens to use them.
"""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from caf_platform.decision import Frozen
from caf_platform.errors import BadInput

Floats = NDArray[np.float64]
Answer: TypeAlias = Callable[[pd.DataFrame], Floats]
"""Rows to one number each, shape (rows,)."""

PAIRS = 4
"""Orders drawn for each background row, two at least; with each its reverse."""


class Attribution(Frozen):
    """The answer to a case, split over the columns, all in the answer's unit.

    `base` is the mean answer to the background; `base` plus all of `worth` is `score`. `error` is
    the standard error of each value over the drawn orders: the background itself is held fixed.
    """

    base: float
    score: float
    worth: dict[str, float]
    error: dict[str, float]


def shapley(
    answer: Answer, case: pd.DataFrame, background: pd.DataFrame, *, seed: int, pairs: int = PAIRS
) -> Attribution:
    """The Shapley value of each column of `case` (one row) against `background` (rows).

    Both have the same columns with the same types. The same input and seed give the same values.
    The model is asked once about rows x 2 `pairs` x (columns + 1) rows. Raises `BadInput` without a
    background row or with other than one case.
    """
    if len(case) != 1 or not len(background):
        raise BadInput("An answer is explained by one row and at least one background row.")
    columns = [str(name) for name in case.columns]
    orders = _orders(len(background), len(columns), pairs, seed)
    answers = answer(_walked(case, background, orders)).reshape(len(orders), len(columns) + 1)
    steps = np.empty((len(orders), len(columns)))
    np.put_along_axis(steps, orders, np.diff(answers, axis=1), axis=1)
    both = steps.reshape(len(background), pairs, 2, len(columns)).mean(axis=2)
    error = np.sqrt(both.var(axis=1, ddof=1).mean(axis=0) / (len(background) * pairs))
    return Attribution(
        base=float(answers[:, 0].mean()),
        score=float(answers[0, -1]),
        worth=dict(zip(columns, map(float, steps.mean(axis=0)), strict=True)),
        error=dict(zip(columns, map(float, error), strict=True)),
    )


def _orders(rows: int, columns: int, pairs: int, seed: int) -> NDArray[np.int64]:
    """Orders of the columns, shape (rows x pairs x 2, columns); each is followed by its reverse."""
    generator = np.random.default_rng(seed)
    straight = np.tile(np.arange(columns, dtype=np.int64), (rows * pairs, 1))
    drawn = generator.permuted(straight, axis=1)
    return np.stack([drawn, drawn[:, ::-1]], axis=1).reshape(-1, columns)


def _walked(
    case: pd.DataFrame, background: pd.DataFrame, orders: NDArray[np.int64]
) -> pd.DataFrame:
    """Every walk's rows below each other: first the background row, last the case."""
    walks, columns = orders.shape
    place = np.argsort(orders, axis=1)  # at which step each column is changed
    begins = np.repeat(np.arange(len(background)), walks // len(background))
    found = {}
    for at, name in enumerate(case.columns):
        changed = np.arange(columns + 1) > place[:, at, None]
        cells = np.repeat(background[name].to_numpy()[begins], columns + 1)
        cells[changed.ravel()] = case[name].iloc[0]
        found[name] = cells
    return pd.DataFrame(found)
