"""Performance without labels where the answers are classes or numbers."""

import numpy as np
import pytest

from caf_platform.measures.estimation import Learnt, estimate, learn
from caf_platform.measures.metrics import performance
from caf_platform.project.model import Task


def expected(score, learnt, task, cluster=None):
    """The estimate of some answers; each row is a cluster of its own unless told otherwise."""
    cluster = np.arange(len(score)) if cluster is None else cluster
    return estimate(task, np.array(score), cluster, learnt, level=0.95)


def values(found):
    """The numbers without their intervals."""
    return {name: number.value for name, number in found.numbers.items()}


def of_classes(random, days, rows=100):
    """Labels drawn from the very probabilities of three classes, these, and days."""
    score = random.dirichlet([2, 1, 1], days * rows)
    label = (random.random(len(score))[:, None] > score.cumsum(axis=1)).sum(axis=1)
    return label.astype(float), score, np.repeat(np.arange(days), rows)


def test_several_classes_by_hand():
    """The loss of certainty spread over three classes is ln 3."""
    found = expected(np.full((4, 3), 1 / 3), Learnt(), Task.MULTICLASS)

    assert values(found) == pytest.approx({"loss": np.log(3)})


def test_several_classes_hold_as_often_as_they_say():
    """Of 100 simulated months nine in ten and more come true within the interval."""
    random = np.random.default_rng(8)
    held = 0
    for _ in range(100):
        learnt = learn(Task.MULTICLASS, *of_classes(random, 14))
        label, score, day = of_classes(random, 30)
        found = expected(score, learnt, Task.MULTICLASS, day).numbers["loss"]
        held += found.low <= performance(Task.MULTICLASS, label, score)["loss"] <= found.high

    assert held >= 88


def of_numbers(random, days, high=10.0, rows=100):
    """Numbers whose error grows with what was said, the answers, and days."""
    score = random.uniform(0, high, days * rows)
    label = score + random.normal(0, 1, len(score)) * (0.1 + score / 5)
    return label, score, np.repeat(np.arange(days), rows)


def test_a_regression_looks_its_error_up_by_score():
    """Answers in the lower half are expected to miss by less, and do."""
    random = np.random.default_rng(9)
    learnt = learn(Task.REGRESSION, *of_numbers(random, 14))
    label, score, day = of_numbers(random, 30, high=5.0)

    found = expected(score, learnt, Task.REGRESSION, day)

    assert found.method == "dle"
    assert found.numbers["loss"].value == pytest.approx(np.abs(label - score).mean(), rel=0.1)
    assert found.numbers["loss"].value < 0.7 * learnt.trusted.errors.mean()


def test_a_regression_holds_as_often_as_it_says():
    """Of 100 simulated months nine in ten and more come true within the interval."""
    random = np.random.default_rng(10)
    held = 0
    for _ in range(100):
        learnt = learn(Task.REGRESSION, *of_numbers(random, 14))
        label, score, day = of_numbers(random, 30)
        found = expected(score, learnt, Task.REGRESSION, day).numbers["loss"]
        held += found.low <= np.abs(label - score).mean() <= found.high

    assert held >= 88


def test_a_regression_without_labelled_rows_cannot_be_estimated():
    """An answer says nothing of its own error."""
    found = expected([1.0, 2.0], Learnt(), Task.REGRESSION)

    assert "labelled rows" in found.reason
    assert values(found) == {"loss": None}
