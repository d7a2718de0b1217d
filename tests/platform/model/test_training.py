"""Training: reproducible, in one thread, and clear about windows that teach nothing."""

import subprocess
import sys
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model_samples import FEATURES, SERVED, classes, fitted, labels, rows
from sklearn.base import BaseEstimator, ClassifierMixin
from threadpoolctl import threadpool_info

from caf_platform.capabilities import Capability
from caf_platform.errors import BadInput
from caf_platform.model.columns import pipeline, unread
from caf_platform.model.training import features_of, fit, predict
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


def learn(family: str, frame: pd.DataFrame, features: Features = FEATURES) -> object:
    """A binary model of the frame."""
    answers = labels(frame, Task.BINARY)
    return fit(family, {}, frame, answers, features=features, task=Task.BINARY, seed=1)


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


def test_a_window_of_one_class_is_refused() -> None:
    """Without a single late flight there is nothing to tell apart; the missing class is named."""
    frame = rows(20)
    none_late = pd.Series([0] * 20)

    with pytest.raises(BadInput, match=r"no row of class 1.*longer window"):
        fit("logistic", {}, frame, none_late, features=FEATURES, task=Task.BINARY, seed=1)


def test_a_missing_class_of_three_is_refused() -> None:
    """A class that the target declares and the window lacks is named."""
    frame = rows(20)
    middle_missing = pd.Series([0, 2] * 10)

    with pytest.raises(BadInput, match="no row of class 1"):
        fit(
            "dummy",
            {},
            frame,
            middle_missing,
            features=FEATURES,
            task=Task.MULTICLASS,
            seed=1,
            classes=3,
        )


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([1, None, 0], "1 of 3 labels are null or not finite"),
        ([1, np.inf, 0], "1 of 3 labels are null or not finite"),
        ([1, 7, 0], "Labels are 7; expected class codes 0 to 1"),
        (["late", "early", "late"], "A label is no number"),
        ([1, 0], "2 labels for 3 rows"),
    ],
)
def test_unusable_labels_are_refused(values: list[object], message: str) -> None:
    """What cannot be learnt from is refused with its count, never dropped in silence."""
    with pytest.raises(BadInput, match=message):
        fit("logistic", {}, rows(3), pd.Series(values), features=FEATURES, task=Task.BINARY, seed=1)


def test_an_empty_window_is_refused() -> None:
    """No rows, no model."""
    with pytest.raises(BadInput, match="no rows"):
        learn("logistic", rows(20).iloc[:0])


def test_a_window_of_nulls_is_refused() -> None:
    """If every feature is null in every row there is nothing to look at."""
    with pytest.raises(BadInput, match="Every feature is null"):
        learn(
            "logistic", rows(20).assign(origin=None), Features(numeric=(), categorical=("origin",))
        )


def test_missing_features_are_all_named() -> None:
    """Both absent columns are reported at once."""
    renamed = rows(20).rename(columns={"wind": "w", "origin": "o"})

    with pytest.raises(BadInput, match="missing: wind, origin"):
        predict(fitted("logistic"), renamed, Task.BINARY)


def test_text_in_a_number_is_refused() -> None:
    """A cell that is no number is bad input, in training and in serving."""
    with pytest.raises(BadInput, match="no number"):
        predict(fitted("logistic"), rows(2).assign(wind="strong"), Task.BINARY)


def test_an_infinite_cell_is_refused() -> None:
    """An infinity would be scored as if it meant something."""
    with pytest.raises(BadInput, match="cannot be scored"):
        predict(fitted("logistic"), rows(2).assign(wind=np.inf), Task.BINARY)


def test_a_family_of_another_task_is_refused() -> None:
    """A regression family does not answer a yes/no question."""
    with pytest.raises(BadInput, match="'ridge' serves regression, not binary"):
        learn("ridge", rows(20))


def test_a_parameter_that_the_model_refuses_is_bad_input() -> None:
    """scikit-learn's complaint about a value comes through as ours."""
    with pytest.raises(BadInput, match=r"cannot be fitted.*max_iter"):
        fit(
            "gradient_boosting",
            {"max_iter": -1},
            rows(),
            labels(rows(), Task.BINARY),
            features=FEATURES,
            task=Task.BINARY,
            seed=1,
        )


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
