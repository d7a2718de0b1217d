"""What answers were worth over the constant that nobody could have known to be the best."""

import numpy as np
import pytest

from caf_platform.measures.metrics import gained_values, row_values
from caf_platform.project.model import ErrorValue, HitValue, OutcomeValue

OUTCOMES = OutcomeValue(
    unit="EUR", true_positive=40, false_positive=-10, false_negative=-50, true_negative=0
)


@pytest.mark.parametrize(("labels", "constant"), [([1, 0, 0, 1], 1.0), ([0] * 19 + [1], 0.0)])
def test_the_constant_is_to_always_act_or_never_whichever_pays(labels, constant):
    """Acting on everybody pays while a tenth or more are worth it."""
    score = np.linspace(0, 1, len(labels))

    found = gained_values(OUTCOMES, labels, score)

    everywhere = np.full(len(labels), constant)
    expected = row_values(OUTCOMES, labels, score) - row_values(OUTCOMES, labels, everywhere)
    assert list(found) == list(expected)


def test_a_model_that_acts_like_the_constant_gains_nothing():
    """However its scores differ."""
    assert not gained_values(OUTCOMES, [1, 0, 1], [0.9, 0.5, 0.2]).any()


def test_errors_are_compared_with_the_median():
    """Labels 1, 2 and 9: the median is off by 1, 0 and 7."""
    found = gained_values(ErrorValue(unit="EUR", per_unit_error=-2.0), [1, 2, 9], [1, 2, 5])

    assert list(found) == [2, 0, 6]


@pytest.mark.parametrize(
    "score", [np.array([[0.1, 0.9], [0.8, 0.2], [0.3, 0.7]]), np.array([0.9, 0.2, 0.7])]
)
def test_hits_are_compared_with_the_class_that_paid_best(score):
    """Labels 1, 0, 1: always saying 1 misses the second."""
    found = gained_values(HitValue(unit="EUR", right=1, wrong=-3), [1, 0, 1], score)

    assert list(found) == [0, 4, 0]
