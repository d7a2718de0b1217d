"""Small windows of rows, and models fitted on them once per session."""

from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from caf_platform.digest import digest
from caf_platform.ledger.values import Manifest
from caf_platform.model.artifact import dump
from caf_platform.model.families import tasks_of
from caf_platform.model.training import fit
from caf_platform.project.model import Features, Task

FEATURES = Features(numeric=("wind", "hour"), categorical=("origin",))
CLASSIFIERS = ("logistic", "gradient_boosting", "dummy")
REGRESSORS = ("ridge", "gradient_boosting_regressor", "dummy_regressor")
SERVED = [(family, task) for family in CLASSIFIERS + REGRESSORS for task in tasks_of(family)]


def rows(count: int = 300, seed: int = 7) -> pd.DataFrame:
    """Wind with nulls, hours as whole numbers, an origin with nulls, and a note nobody reads."""
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "note": "unread",
            "wind": random.normal(10, 3, count),
            "hour": random.integers(5, 24, count),
            "origin": pd.Series(random.choice(["EWR", "JFK", "LGA"], count), dtype="str"),
        }
    )
    frame.loc[::9, "wind"] = np.nan
    frame.loc[::13, "origin"] = None
    return frame


def labels(frame: pd.DataFrame, task: Task) -> pd.Series:
    """Late flights leave late and in strong wind; two classes, three classes, or minutes."""
    minutes = frame["hour"] + frame["wind"].fillna(10)
    match task:
        case Task.BINARY:
            return (minutes > minutes.median()).astype("int64")
        case Task.MULTICLASS:
            return pd.Series(pd.qcut(minutes, 3, labels=False), dtype="int64")
        case Task.REGRESSION:
            return minutes


def classes(task: Task) -> int:
    """How many classes the labels of a task have."""
    return {Task.BINARY: 2, Task.MULTICLASS: 3, Task.REGRESSION: 0}[task]


@cache
def fitted(family: str, task: Task = Task.BINARY, seed: int = 1) -> Any:
    """A family fitted on the sample rows; small, so that boosting takes milliseconds."""
    frame = rows()
    parameters = {"max_iter": 10} if "boosting" in family else {}
    return fit(
        family,
        parameters,
        frame,
        labels(frame, task),
        features=FEATURES,
        task=task,
        seed=seed,
        classes=classes(task),
    )


@cache
def file_of(family: str, task: Task = Task.BINARY, seed: int = 1) -> bytes:
    """The model file of `fitted`."""
    return dump(fitted(family, task, seed))


def manifest_of(family: str, data: bytes, **changed: Any) -> Manifest:
    """A manifest that names these bytes."""
    held = {
        "project": "flights",
        "version": "v1",
        "family": family,
        "run_id": "r1",
        "digests": {"artifact": digest(data)},
    }
    return Manifest(**{**held, **changed})


def learn(family: str, frame: pd.DataFrame, features: Features = FEATURES) -> object:
    """A binary model of the frame."""
    answers = labels(frame, Task.BINARY)
    return fit(family, {}, frame, answers, features=features, task=Task.BINARY, seed=1)
