"""What a pipeline makes of a row, in words; checked against what it really computes."""

import re

import numpy as np
import pandas as pd
import pytest
from model_samples import fitted, rows

from caf_platform.errors import BadInput
from caf_platform.model.transforms import in_words, reads_nothing
from caf_platform.project.model import Task


def row(**cells: object) -> pd.DataFrame:
    """One row of the samples, with other cells."""
    return rows().iloc[[1]].reset_index(drop=True).assign(**cells)


@pytest.mark.parametrize("wind", [12.5, np.nan])
def test_the_number_that_is_told_is_the_number_that_is_computed(wind: float) -> None:
    """Scaled, and where it is null from the median of the training rows."""
    model, one = fitted("logistic"), row(wind=wind)

    told = in_words(model, one)["wind"]

    computed = model.named_steps["columns"].transform(one[["wind", "hour", "origin"]])[0, 0]
    assert float(told.split("= ")[-1]) == pytest.approx(float(computed), rel=1e-3)
    assert ("training median" in told) == bool(np.isnan(wind))


def test_categories_of_a_linear_model() -> None:
    """A known one has a column; one that was never seen, or is null, is told as it is treated."""
    model = fitted("logistic")

    assert "'JFK' has a column" in in_words(model, row(origin="JFK"))["origin"]
    assert "never seen" in in_words(model, row(origin="ZZZ"))["origin"]
    assert "(missing)" in in_words(model, row(origin=None))["origin"]


def test_trees_take_cells_as_they_are() -> None:
    """Numbers and nulls pass through, categories are codes; an unknown one is a null."""
    model = fitted("gradient_boosting")

    assert in_words(model, row(wind=np.nan))["wind"] == "null, as it is"
    assert in_words(model, row())["wind"] == "as it is"
    assert in_words(model, row(origin="JFK"))["origin"] == "the code of 'JFK'"
    assert in_words(model, row(origin="ZZZ"))["origin"] == "'ZZZ' was never seen: a null"
    assert in_words(model, row(origin=None))["origin"] == "null, as it is"


@pytest.mark.parametrize(
    ("family", "task", "nothing"),
    [
        ("dummy", Task.BINARY, True),
        ("dummy_regressor", Task.REGRESSION, True),
        ("ridge", Task.REGRESSION, False),
        ("gradient_boosting", Task.MULTICLASS, False),
    ],
)
def test_a_dummy_reads_nothing(family: str, task: Task, nothing: bool) -> None:
    """And says so of every column."""
    model = fitted(family, task)

    assert reads_nothing(model) is nothing
    assert (set(in_words(model, row()).values()) == {"not looked at"}) is nothing
    assert all(re.search(r"\w", text) for text in in_words(model, row()).values())


def test_a_missing_column_is_refused() -> None:
    """As in scoring."""
    with pytest.raises(BadInput, match="wind"):
        in_words(fitted("logistic"), row().drop(columns="wind"))
