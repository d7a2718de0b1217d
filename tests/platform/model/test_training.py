"""Training: reproducible, in one thread, and clear about windows that teach nothing."""

import subprocess
import sys
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model_samples import FEATURES, SERVED, classes, fitted, labels, learn, rows
from sklearn.base import BaseEstimator, ClassifierMixin
from threadpoolctl import threadpool_info

from caf_platform.capabilities import Capability
from caf_platform.model.columns import pipeline, unread
from caf_platform.model.training import features_of, predict
from caf_platform.plugins import PLUGINS, Kind, Plugin
from caf_platform.project.model import Features, Task

BOTH = ("logistic", "gradient_boosting")
TRAIN_AND_PRINT = """
import sys
from model_samples import fitted, rows
from caf_platform.model.training import predict
from caf_platform.project.model import Task
from caf_platform.digest import digest
for family, task in [("logistic", Task.BINARY), ("gradient_boosting", Task.MULTICLASS),
                     ("gradient_boosting_regressor", Task.REGRESSION), ("ridge", Task.REGRESSION)]:
    print(family, digest(predict(fitted(family, task), rows(), task).tobytes()))
"""


def trained_in_another_process() -> str:
    """Digests of the predictions of models that were trained over there."""
    command = [sys.executable, "-c", TRAIN_AND_PRINT]
    env = {"PYTHONPATH": "tests/support", "OMP_NUM_THREADS": "4", "PYTHONHASHSEED": "random"}
    return subprocess.run(command, capture_output=True, text=True, check=True, env=env).stdout


def test_two_processes_train_the_same_model() -> None:
    """Same rows, parameters and seed give bit for bit the same predictions elsewhere."""
    first, second = trained_in_another_process(), trained_in_another_process()

    assert first == second
    assert len(first.splitlines()) == 4


@pytest.mark.parametrize(("family", "task"), SERVED)
def test_answers_have_the_shape_of_the_task(family: str, task: Task) -> None:
    """One probability, one per class, or one value for each row; always finite numbers."""
    answers = predict(fitted(family, task), rows(20), task)

    assert answers.dtype == np.float64
    assert answers.shape == ((20, 3) if task is Task.MULTICLASS else (20,))
    assert np.isfinite(answers).all()


@pytest.mark.parametrize(("family", "task"), SERVED)
def test_no_rows_get_no_answers(family: str, task: Task) -> None:
    """An empty batch is answered with an empty array of the right width."""
    answers = predict(fitted(family, task), rows(20).iloc[:0], task)

    assert answers.shape == ((0, 3) if task is Task.MULTICLASS else (0,))


@pytest.mark.parametrize("family", BOTH)
def test_the_answer_is_the_probability_of_the_positive_class(family: str) -> None:
    """Late departures in strong wind score higher than early ones in calm."""
    calm = pd.DataFrame({"wind": [2.0], "hour": [5], "origin": ["EWR"]})
    storm = pd.DataFrame({"wind": [20.0], "hour": [23], "origin": ["EWR"]})

    low, high = (predict(fitted(family), day, Task.BINARY)[0] for day in (calm, storm))

    assert low < 0.25
    assert high > 0.75


def test_multiclass_columns_follow_the_class_codes() -> None:
    """The calm row is most likely of class 0, the stormy one of class 2."""
    two = pd.DataFrame({"wind": [2.0, 20.0], "hour": [5, 23], "origin": ["EWR", "EWR"]})

    answers = predict(fitted("logistic", Task.MULTICLASS), two, Task.MULTICLASS)

    assert answers.argmax(axis=1).tolist() == [0, 2]
    assert answers.sum(axis=1) == pytest.approx([1, 1])


def test_the_dummy_answers_the_share_of_the_window() -> None:
    """The floor to beat does not look at the row."""
    share = labels(rows(), Task.BINARY).mean()

    answers = predict(fitted("dummy"), rows(5, seed=99), Task.BINARY)

    assert answers == pytest.approx([share] * 5)


@pytest.mark.parametrize("family", BOTH)
@settings(max_examples=20, deadline=None)
@given(origin=st.text(max_size=8))
def test_unknown_categories_are_answered(family: str, origin: str) -> None:
    """An origin that was never seen gets a probability like any other."""
    unseen = rows(3).assign(origin=origin)

    answers = predict(fitted(family), unseen, Task.BINARY)

    assert ((answers > 0) & (answers < 1)).all()


@pytest.mark.parametrize("family", BOTH)
def test_nulls_that_training_never_saw_are_answered(family: str) -> None:
    """`hour` had no null in training; a batch of nulls in every feature is still answered."""
    empty = rows(3).assign(hour=np.nan, wind=np.nan, origin=None)

    answers = predict(fitted(family), empty, Task.BINARY)

    assert np.isfinite(answers).all()


@pytest.mark.parametrize("family", BOTH)
def test_a_column_without_any_value_is_left_out(family: str) -> None:
    """A feature that is null throughout the window is not learnt from and not asked for."""
    frame = rows().assign(wind=np.nan, origin=None)
    frame["hour"] = frame["hour"].astype("Int64")

    model = learn(family, frame)

    assert features_of(model) == Features(numeric=("hour",), categorical=())
    assert np.isfinite(predict(model, rows(5)[["hour"]], Task.BINARY)).all()


@pytest.mark.parametrize("family", BOTH)
def test_columns_are_found_by_name(family: str) -> None:
    """The order of columns and columns nobody declared make no difference."""
    shuffled = rows(10)[["origin", "note", "hour", "wind"]].assign(more=1)

    answers = predict(fitted(family), shuffled, Task.BINARY)

    assert np.array_equal(answers, predict(fitted(family), rows(10), Task.BINARY))


@pytest.mark.parametrize("family", BOTH)
def test_hundreds_of_categories_are_learnt(family: str) -> None:
    """More categories than a boosting bin can number: the rarest share one."""
    frame = rows(900).assign(origin=[f"airport {at % 400}" for at in range(900)])

    model = learn(family, frame)

    assert np.isfinite(predict(model, frame, Task.BINARY)).all()


@pytest.mark.parametrize("family", BOTH)
@pytest.mark.parametrize(
    "features",
    [Features(numeric=("hour",), categorical=()), Features(numeric=(), categorical=("origin",))],
)
def test_one_kind_of_feature_is_enough(family: str, features: Features) -> None:
    """A model may look at numbers only, or at categories only."""
    model = learn(family, rows(), features)

    assert features_of(model) == features


class CountsThreads(ClassifierMixin, BaseEstimator):
    """Remembers how many threads each pool had while it was fitted."""

    def fit(self, _rows: object, _answers: object) -> "CountsThreads":
        """Look at the pools."""
        self.seen_ = {pool["num_threads"] for pool in threadpool_info()}
        return self


@pytest.fixture
def counting() -> Iterator[str]:
    """A family of `CountsThreads`, for one test."""
    name, key = "counts_threads", (Kind.MODEL_FAMILY, "counts_threads")
    PLUGINS.add(
        Plugin(
            Kind.MODEL_FAMILY,
            name,
            (Capability.DATA_SCIENCE,),
            lambda _parameters, numeric, categorical, _seed: pipeline(
                unread(numeric, categorical), CountsThreads()
            ),
            "Counts threads.",
            {"tasks": (Task.BINARY,), "trusted_types": ()},
        )
    )
    yield name
    del PLUGINS._found[key]


def test_a_fit_has_one_thread(counting: str) -> None:
    """While a model is fitted every pool has one thread, whatever the environment says."""
    model = learn(counting, rows(20))

    assert model.named_steps["model"].seen_ == {1}


def test_a_stranger_s_family_is_trained_like_a_built_in_one(counting: str) -> None:
    """A registered family needs nothing else to be fitted."""
    model = learn(counting, rows(20))

    assert features_of(model) == FEATURES


def test_the_sample_has_what_the_tests_say() -> None:
    """The sample rows hold nulls in both kinds of feature, and all classes."""
    frame = rows()

    assert frame[["wind", "origin"]].isna().any().all()
    assert labels(frame, Task.MULTICLASS).nunique() == classes(Task.MULTICLASS)
