"""What a model is given: feature columns and labels, the same way in training and in serving."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from caf_platform.errors import BadInput
from caf_platform.project.model import Features, Task


def inputs(frame: pd.DataFrame, features: Features) -> pd.DataFrame:
    """The feature columns: numbers as float64, categories as text, NaN for null in both.

    Raises `BadInput` that names every missing column, or the cell that is no number.
    """
    missing = [name for name in features.all if name not in frame.columns]
    if missing:
        raise BadInput(
            f"Feature columns are missing: {', '.join(missing)}.",
            why=f"The rows have: {', '.join(map(str, frame.columns))}.",
        )
    try:
        numbers = frame[list(features.numeric)].astype("float64")  # at once, not one by one
    except (TypeError, ValueError) as error:
        raise BadInput("A numeric feature holds what is no number.", why=str(error)) from error
    categories = {name: _text(frame[name]) for name in features.categorical}
    columns = {name: numbers[name] for name in features.numeric}
    return pd.DataFrame({**columns, **categories}, index=frame.index)


def informative(features: Features, rows: pd.DataFrame) -> Features:
    """The features that are not null in every row; none left raises `BadInput`."""
    known = _only(features, {name for name in features.all if rows[name].notna().any()})
    if not known.all:
        raise BadInput("Every feature is null in every row of the training window.")
    return known


def labels(label: pd.Series, task: Task, *, classes: int, rows: int) -> NDArray[Any]:
    """The labels as an array: class codes (int64) or numbers (float64).

    Raises `BadInput` when there are none, they do not fit the rows, one is null or unknown, or
    a class has no row at all.
    """
    if not rows:
        raise BadInput("The training window holds no rows.")
    if len(label) != rows:
        raise BadInput(f"There are {len(label)} labels for {rows} rows.")
    try:
        values = label.to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise BadInput("A label is no number.", why=str(error)) from error
    unusable = int((~np.isfinite(values)).sum())
    if unusable:
        raise BadInput(f"{unusable} of {rows} labels are null or not finite.")
    return values if task is Task.REGRESSION else _codes(values, classes)


def _codes(values: NDArray[np.float64], classes: int) -> NDArray[np.int64]:
    found, wanted = set(np.unique(values).tolist()), set(range(classes))
    if found - wanted:
        unknown = ", ".join(f"{value:g}" for value in sorted(found - wanted))
        raise BadInput(f"Labels are {unknown}; expected class codes 0 to {classes - 1}.")
    if wanted - found:
        absent = ", ".join(str(code) for code in sorted(wanted - found))
        raise BadInput(
            f"The training window has no row of class {absent}.",
            why="A model that never saw a class cannot give it a probability.",
            next_step="Train on a longer window.",
        )
    return values.astype(np.int64)


def _only(features: Features, names: set[str]) -> Features:
    return Features(
        numeric=tuple(name for name in features.numeric if name in names),
        categorical=tuple(name for name in features.categorical if name in names),
    )


def _text(column: pd.Series) -> pd.Series:
    texts = column.to_numpy(dtype=object, copy=True)
    texts[column.isna().to_numpy()] = np.nan
    return pd.Series(texts, index=column.index, dtype=object)
