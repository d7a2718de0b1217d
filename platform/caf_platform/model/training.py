"""Fits a family on a window of rows, and asks a fitted pipeline for its answers.

In one thread: libgomp's threads spin while they wait, so that a fit of one second takes a
hundred beside two others. Same rows, parameters and seed give the same answers.
"""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped] # ships no types

from caf_platform.errors import BadInput
from caf_platform.model.families import build, tasks_of
from caf_platform.model.inputs import informative, inputs, labels
from caf_platform.project.model import Features, Task

if TYPE_CHECKING:  # a command that only looks at data need not wait for scikit-learn
    from sklearn.pipeline import Pipeline


def fit(
    family: str,
    parameters: Mapping[str, Any],
    frame: pd.DataFrame,
    label: pd.Series,
    *,
    features: Features,
    task: Task,
    seed: int,
    classes: int = 2,
    weights: NDArray[np.float64] | None = None,
) -> "Pipeline":
    """A fitted pipeline of `family` that looks at `features` of `frame` and nothing else.

    `label` has one value per row of `frame`, in row order: codes 0 to `classes` - 1 in the order
    in which the target declares its classes (binary: 1 is the positive one), or finite numbers
    for a regression. A column that is null in every row teaches nothing and is left out. `weights`
    (rows,) say how much each row counts; all the same unless told.

    Raises `BadInput` when the family does not serve the task, a column is missing, the window is
    empty, a label is null or unknown, or a class has no row at all.
    """
    served = tasks_of(family)
    if task not in served:
        raise BadInput(f"Model family '{family}' serves {', '.join(served)}, not {task}.")
    answers = labels(label, task, classes=classes, rows=len(frame))
    rows = inputs(frame, features)
    used = informative(features, rows)
    pipeline = build(family, parameters, used.numeric, used.categorical, seed)
    try:
        with _thread_pools().limit(limits=1):
            weighed = {} if weights is None else {"model__sample_weight": weights}
            return pipeline.fit(rows[list(used.all)], answers, **weighed)
    except (TypeError, ValueError) as error:
        raise BadInput(f"Model family '{family}' cannot be fitted.", why=str(error)) from error


def predict(model: "Pipeline", frame: pd.DataFrame, task: Task) -> NDArray[np.float64]:
    """The answers for each row, in row order.

    Binary: the probability of class 1, shape (rows,). Multiclass: probabilities in order of the
    class codes, shape (rows, classes). Regression: values, shape (rows,).
    Raises `BadInput` for missing columns or cells of the wrong type.
    """
    rows = inputs(frame, features_of(model))
    if not len(rows):
        return _no_answers(model, task)
    try:
        with _thread_pools().limit(limits=1):
            answers = model.predict(rows) if task is Task.REGRESSION else model.predict_proba(rows)
    except (TypeError, ValueError) as error:
        raise BadInput("The rows cannot be scored.", why=str(error)) from error
    return np.asarray(answers[:, 1] if task is Task.BINARY else answers, dtype=np.float64)


def features_of(model: "Pipeline") -> Features:
    """The columns that a fitted pipeline looks at."""
    picked = {name: tuple(names) for name, _, names in model.named_steps["columns"].transformers}
    return Features(numeric=picked["numeric"], categorical=picked["categorical"])


def _no_answers(model: "Pipeline", task: Task) -> NDArray[np.float64]:
    columns = (len(model.classes_),) if task is Task.MULTICLASS else ()
    return np.empty((0, *columns), dtype=np.float64)


@cache
def _thread_pools() -> ThreadpoolController:
    """Every thread pool there is: importing scikit-learn has loaded them all. Found once: 1 ms."""
    return ThreadpoolController()
