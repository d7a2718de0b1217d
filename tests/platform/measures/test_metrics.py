"""Metrics against hand arithmetic and scikit-learn."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as reference

from caf_platform.measures.metrics import (
    NAMES,
    area_under_curve,
    calibration_error,
    performance,
    row_losses,
    row_values,
)
from caf_platform.project.model import ErrorValue, HitValue, OutcomeValue, Task

probability = st.floats(0, 1)
binary_rows = st.lists(st.tuples(st.integers(0, 1), probability), min_size=2, max_size=50)

DEFAULT = [0.25, 0.5, 0.25]


def test_log_loss_of_a_row_is_minus_the_log_of_the_truth():
    """Certainty costs nothing, a coin costs log 2."""
    found = row_losses(Task.BINARY, [1, 0, 1], [0.5, 0.5, 1.0])

    assert found == pytest.approx([math.log(2), math.log(2), 0.0])


def test_being_certain_and_wrong_costs_the_clipped_log():
    """Never an infinity: the probability is clipped as scikit-learn clips it."""
    found = row_losses(Task.BINARY, [1], [0.0])

    assert found == pytest.approx([-math.log(np.finfo(float).eps)])


@pytest.mark.parametrize(
    ("label", "score"), [(1, 1.2), (1, -0.1), (2, 0.5), (math.nan, 0.5), (1, math.nan)]
)
def test_what_is_no_label_or_probability_has_no_loss(label, score):
    """A score of 1.2 is a broken model; clipping it would hide that."""
    found = row_losses(Task.BINARY, [label, 1], [score, 0.5])

    assert math.isnan(found[0])
    assert found[1] == pytest.approx(math.log(2))


def test_multiclass_log_loss_looks_at_the_true_class():
    """The second class with probability a half; a row that does not add up; an unknown class."""
    found = row_losses(Task.MULTICLASS, [1, 1, 3], [DEFAULT, [0.9, 0.9, 0.9], DEFAULT])

    assert found[0] == pytest.approx(math.log(2))
    assert np.isnan(found[1:]).all()


def test_regression_loss_is_the_absolute_error():
    """In the target's unit."""
    found = row_losses(Task.REGRESSION, [10, 10], [7, 14])

    assert list(found) == [3, 4]


@given(binary_rows)
@settings(max_examples=80, deadline=None)
def test_binary_numbers_agree_with_scikit_learn(drawn):
    """Loss, Brier score and AUC are the library's."""
    label, score = (np.array(column) for column in zip(*drawn, strict=True))

    found = performance(Task.BINARY, label, score)

    assert found["loss"] == pytest.approx(reference.log_loss(label, score, labels=[0, 1]))
    assert found["brier"] == pytest.approx(reference.brier_score_loss(label, score, labels=[0, 1]))
    if len(set(label)) == 2:
        assert found["auc"] == pytest.approx(reference.roc_auc_score(label, score))
    else:
        assert found["auc"] is None
        assert found["skill"] is None


def test_multiclass_numbers_agree_with_scikit_learn():
    """Three classes, fifty rows, one class never guessed."""
    random = np.random.default_rng(0)
    label = random.integers(0, 3, 50)
    score = random.dirichlet([2, 2, 0.2], 50)
    guess = score.argmax(axis=1)

    found = performance(Task.MULTICLASS, label, score)

    assert found["loss"] == pytest.approx(reference.log_loss(label, score))
    assert found["accuracy"] == pytest.approx(reference.accuracy_score(label, guess))
    assert found["macro_recall"] == pytest.approx(reference.balanced_accuracy_score(label, guess))
    assert found["macro_f1"] == pytest.approx(reference.f1_score(label, guess, average="macro"))


def test_regression_numbers_by_hand():
    """Labels 10 and 30, scores 12 and 32: two off, a tenth too much in all."""
    found = performance(Task.REGRESSION, [10, 30], [12, 32])

    assert found["mae"] == found["loss"] == 2
    assert found["rmse"] == 2
    assert found["wape"] == pytest.approx(0.1)
    assert found["bias"] == pytest.approx(0.1)
    assert found["skill"] == pytest.approx(1 - 2 / 10)


@pytest.mark.parametrize(
    ("task", "label", "constant"),
    [
        (Task.BINARY, [0, 0, 0, 1], [0.25] * 4),
        (Task.MULTICLASS, [0, 1, 1, 2], [DEFAULT] * 4),
        (Task.REGRESSION, [1, 5, 9], [5] * 3),
    ],
)
def test_the_best_constant_has_no_skill(task, label, constant):
    """Knowing the window's own base rate (or median) and nothing else is skill zero."""
    found = performance(task, label, constant)

    assert found["skill"] == pytest.approx(0, abs=1e-12)


def test_bias_is_signed():
    """Too low is negative, as in the flagship's summer."""
    found = performance(Task.BINARY, [1, 1, 0, 0], [0.4, 0.4, 0.4, 0.4])

    assert found["bias"] == pytest.approx(-0.1)
    assert found["base_rate"] == 0.5


def test_top_class_bias_tells_overconfidence():
    """Always 0.9 sure and right half of the time: 0.4 too sure."""
    sure = [0.9, 0.05, 0.05]

    found = performance(Task.MULTICLASS, [0, 1, 0, 2], [sure] * 4)

    assert found["bias"] == pytest.approx(0.4)
    assert found["calibration_error"] == pytest.approx(0.4)


@pytest.mark.parametrize("task", list(Task))
def test_every_number_has_its_name_even_without_rows(task):
    """No rows: all names are there, and all but the count are not measured."""
    score = np.empty((0, 3)) if task is Task.MULTICLASS else []

    found = performance(task, [], score)

    assert tuple(found) == NAMES[task]
    assert found["rows"] == 0
    assert {found[name] for name in NAMES[task][1:]} == {None}


@pytest.mark.parametrize("task", [Task.BINARY, Task.REGRESSION])
def test_one_missing_score_leaves_everything_unmeasured(task):
    """A window that was scored in part has not been measured; the row count stays."""
    found = performance(task, [1, 0, 1], [0.5, math.nan, 0.5])

    assert found["rows"] == 3
    assert {found[name] for name in NAMES[task][1:]} == {None}


def test_labels_without_size_have_no_relative_error():
    """All labels zero: WAPE and bias would divide by zero."""
    found = performance(Task.REGRESSION, [0, 0], [1, 1])

    assert found["mae"] == 1
    assert found["wape"] is None
    assert found["bias"] is None
    assert found["skill"] is None


def test_calibration_error_of_a_constant_is_its_bias_in_any_row_order():
    """All rows share one bin, so a lucky order of rows cannot make up structure."""
    label = [1] * 30 + [0] * 70

    found = calibration_error(label, [0.5] * 100)

    assert found == pytest.approx(0.2)
    assert calibration_error(label[::-1], [0.5] * 100) == pytest.approx(found)


def test_calibration_error_by_hand():
    """Two groups of scores, each a tenth off in opposite directions: no bias, an error of 0.1."""
    label = [1] * 30 + [0] * 70 + [1] * 70 + [0] * 30
    score = [0.2] * 100 + [0.8] * 100

    found = performance(Task.BINARY, label, score)

    assert found["bias"] == pytest.approx(0)
    assert found["calibration_error"] == pytest.approx(0.1)


@given(binary_rows, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_numbers_do_not_depend_on_row_order(drawn, random):
    """Neither ranks nor bins look at the order in which rows came."""
    shuffled = random.sample(drawn, len(drawn))

    before = performance(Task.BINARY, *zip(*drawn, strict=True))
    after = performance(Task.BINARY, *zip(*shuffled, strict=True))

    assert before == pytest.approx(after)


def test_ties_count_half_in_the_area_under_the_curve():
    """Nothing told apart is a half; perfect order is one."""
    assert area_under_curve([0, 1], [0.5, 0.5]) == 0.5
    assert area_under_curve([0, 1], [0.1, 0.9]) == 1.0


OUTCOMES = OutcomeValue(
    unit="EUR", true_positive=40, false_positive=-10, false_negative=-50, true_negative=0
)


def test_each_outcome_has_its_worth():
    """Acting pays above 0.1: a hit, a false alarm, a miss, a rightly quiet row."""
    found = row_values(OUTCOMES, [1, 0, 1, 0], [0.9, 0.9, 0.05, 0.05])

    assert OUTCOMES.threshold == pytest.approx(0.1)
    assert list(found) == [40, -10, -50, 0]


def test_at_the_threshold_nothing_is_done():
    """Acting needs more than the threshold, for at it both are worth the same."""
    found = row_values(OUTCOMES, [1], [OUTCOMES.threshold])

    assert list(found) == [-50]


def test_errors_cost_by_their_size():
    """Two euros per bike too many or too few."""
    found = row_values(ErrorValue(unit="EUR", per_unit_error=-2.0), [10, 10], [7, 14])

    assert list(found) == [-6, -8]


def test_hits_are_worth_more_than_misses():
    """The likeliest class is the answer."""
    found = row_values(HitValue(unit="EUR", right=1, wrong=-3), [1, 0], [DEFAULT, DEFAULT])

    assert list(found) == [1, -3]


@pytest.mark.parametrize(
    ("value", "scores"),
    [
        (OUTCOMES, [math.nan, 0.9]),
        (ErrorValue(unit="EUR", per_unit_error=-2.0), [math.nan, 1.0]),
        (HitValue(unit="EUR", right=1, wrong=0), [[math.nan, 0.5], [0.2, 0.8]]),
    ],
)
def test_a_missing_score_has_no_value(value, scores):
    """It is not silently counted as doing nothing."""
    found = row_values(value, [1, 1], scores)

    assert math.isnan(found[0])
    assert not math.isnan(found[1])
