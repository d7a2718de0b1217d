"""What came true of an estimate, as far as labels are known."""

import numpy as np
import pandas as pd
import pytest
from micro_play import micro, under

from caf_pipelines.stages.came_true import came_true
from caf_pipelines.stages.monitor import Served, estimated
from caf_platform.lake_columns import LABEL, SCORE
from caf_platform.measures.metrics import gained_values, performance
from caf_platform.project.model import Task

PROJECT = micro().declaration
POLICY = under(monitoring={"min_labelled_rows": 60, "min_label_coverage": 0.5}).policy


def served(labelled=100):
    """A hundred rows in five days, the first of them with labels as often as scored."""
    random = np.random.default_rng(0)
    score = random.uniform(0.05, 0.95, 100)
    label = (random.random(100) < score).astype(float)
    label[labelled:] = np.nan
    day = np.repeat([f"day-{at}" for at in range(5)], 20)
    return Served("v1", pd.DataFrame({SCORE: score, LABEL: label, "day": day}))


def compared(rows):
    """The comparison of a window."""
    estimate = estimated(rows, None, PROJECT, POLICY)
    return came_true("0003", estimate, rows, project=PROJECT, policy=POLICY)


def test_what_came_true_is_what_was_measured():
    """The estimate as it was made, the numbers of the measures, with intervals over days."""
    rows = served()

    found = compared(rows)

    truth = performance(Task.BINARY, rows.rows[LABEL], rows.rows[SCORE])
    assert (found.window, found.champion, found.rows, found.labelled_rows) == (
        "0003", "v1", 100, 100,
    )  # fmt: skip
    for name in estimated(rows, None, PROJECT, POLICY).numbers:
        outcome = found.numbers[name]
        assert outcome.realised.value == pytest.approx(truth[name])
        assert outcome.realised.bounded is (name != "auc")
        assert outcome.error == pytest.approx(truth[name] - outcome.estimated.value)
    assert found.enough


def test_the_value_that_came_true_is_per_thousand_rows_over_the_best_constant():
    """Nothing estimates it, so it never counts as an error of the estimate."""
    rows = served()

    outcome = compared(rows).numbers["value"]

    gained = gained_values(PROJECT.value, rows.rows[LABEL], rows.rows[SCORE])
    assert outcome.realised.value == pytest.approx(1000 * gained.mean())
    assert outcome.realised.bounded
    assert outcome.error is None


def test_labels_of_some_rows_are_compared_with_the_estimate_of_all():
    """Sixty of a hundred rows have labels; the estimate is about all."""
    found, whole = compared(served(60)), compared(served())

    assert (found.rows, found.labelled_rows, found.enough) == (100, 60, True)
    estimates = [
        {name: outcome.estimated for name, outcome in one.numbers.items()} for one in (found, whole)
    ]
    assert estimates[0] == estimates[1]
    assert found.numbers["loss"].realised != whole.numbers["loss"].realised


@pytest.mark.parametrize("labelled", [59, 45, 1])
def test_few_labels_are_told_as_few(labelled):
    """What came true of some rows is a number, but not enough of one to judge by."""
    found = compared(served(labelled))

    assert not found.enough
    assert found.numbers["loss"].realised.value is not None


def test_without_labels_nothing_came_true():
    """No number, and no error."""
    found = compared(served(0))

    assert found.labelled_rows == 0
    assert {outcome.error for outcome in found.numbers.values()} == {None}
    assert {outcome.realised.value for outcome in found.numbers.values()} == {None}
