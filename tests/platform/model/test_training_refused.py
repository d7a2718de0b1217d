"""What cannot be learnt from, or answered, is refused with its count and its names."""

import numpy as np
import pandas as pd
import pytest
from model_samples import FEATURES, fitted, labels, learn, rows

from caf_platform.errors import BadInput
from caf_platform.model.training import fit, predict
from caf_platform.project.model import Features, Task


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
