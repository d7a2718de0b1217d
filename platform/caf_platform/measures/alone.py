"""How much one feature alone says about the label.

An honest feature says a little; one that says a great deal may have been written after the
event that it is to predict. After S. Kaufman et al., *Leakage in Data Mining: Formulation,
Detection, and Avoidance* (2012): look at single features with a surprisingly strong relation.
"""

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from caf_platform.decision import Number
from caf_platform.measures.metrics import performance
from caf_platform.project.model import Task

Floats = NDArray[np.float64]

BINS: Final = 20
"""A numeric feature is cut into as many groups of equal size; equal values stay together."""
PRIOR_ROWS: Final = 20
"""Each group is mixed with as many average rows, so that a small one claims nothing."""


def skill_alone(task: Task, feature: pd.Series, label: ArrayLike, fold: ArrayLike) -> Number:
    """The skill (see `metrics.performance`) of guessing the label from one feature's groups.

    `feature`, `label` and `fold` have shape (rows,). Each half (`fold` false and true) is guessed
    from the other one, so that chance earns nothing; below zero is as good as nothing. None where
    either half is empty or the label does not vary.
    """
    labels = np.asarray(label, dtype=np.float64)
    second = np.asarray(fold, dtype=bool)
    if not len(labels) or second.all() or not second.any():
        return None
    groups = _groups(feature)
    outcomes = _outcomes(task, labels)
    guesses = np.empty_like(outcomes)
    for asked in (second, ~second):
        guesses[asked] = _guessed(groups, outcomes, asked)
    answers = guesses if task is Task.MULTICLASS else guesses[:, 0]
    return performance(task, labels, answers)["skill"]


def _groups(feature: pd.Series) -> NDArray[np.int64]:
    """Which group each row is in, numbered from 0; missing values are a group of their own."""
    if pd.api.types.is_numeric_dtype(feature) and not pd.api.types.is_bool_dtype(feature):
        feature = (feature.astype("float64").rank(pct=True) * BINS).apply(np.ceil)
    codes, _ = pd.factorize(feature, use_na_sentinel=False)
    return np.asarray(codes, dtype=np.int64)


def _outcomes(task: Task, labels: Floats) -> Floats:
    """One column per class, or the number itself; shape (rows, columns)."""
    if task is not Task.MULTICLASS:
        return labels.reshape(-1, 1)
    classes: Floats = np.arange(labels.max() + 1)
    return np.asarray(labels.reshape(-1, 1) == classes, dtype=np.float64)


def _guessed(groups: NDArray[np.int64], outcomes: Floats, asked: NDArray[np.bool_]) -> Floats:
    """The mean outcome of each asked row's group among the rows that are not asked."""
    known, size = ~asked, int(groups.max()) + 1
    mean = outcomes[known].mean(axis=0)
    rows = np.bincount(groups[known], minlength=size).reshape(-1, 1)
    sums = np.column_stack(
        [np.bincount(groups[known], weights=column, minlength=size) for column in outcomes[known].T]
    )
    guess: Floats = (sums + PRIOR_ROWS * mean) / (rows + PRIOR_ROWS)
    return guess[groups[asked]]
