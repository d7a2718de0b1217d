"""What one feature alone says about the label."""

import numpy as np
import pandas as pd
import pytest

from caf_platform.measures.alone import skill_alone
from caf_platform.project.model import Task

ROWS = 4_000
FOLD = np.arange(ROWS) % 2 == 1
random = np.random.default_rng(0)
LATE = (random.uniform(size=ROWS) < 0.3).astype(float)
NOISE = pd.Series(random.normal(size=ROWS))


def test_a_feature_that_is_the_answer_has_nearly_all_the_skill():
    """As a number, as words, and with every fifth value missing."""
    words = pd.Series(np.where(LATE == 1, "late", "on time"))

    assert skill_alone(Task.BINARY, pd.Series(LATE), LATE, FOLD) > 0.9
    assert skill_alone(Task.BINARY, words, LATE, FOLD) > 0.9
    assert skill_alone(Task.BINARY, words.mask(NOISE > 0.84), LATE, FOLD) > 0.6


def test_chance_earns_nothing():
    """Noise, one group, and a group for each row are worth no more than the base rate."""
    every = pd.Series(np.arange(ROWS)).astype(str)

    for feature in (NOISE, pd.Series(np.zeros(ROWS)), every):
        assert skill_alone(Task.BINARY, feature, LATE, FOLD) == pytest.approx(0, abs=0.01)


def test_a_step_that_no_line_follows_is_found():
    """Late in the middle of the range only."""
    middle = (NOISE.abs() < 0.5).to_numpy().astype(float)

    assert skill_alone(Task.BINARY, NOISE, middle, FOLD) > 0.8


def test_other_tasks():
    """Several classes in log loss, numbers in absolute error."""
    classes = np.arange(ROWS) // 2 % 3
    feature = pd.Series(classes)

    assert skill_alone(Task.MULTICLASS, feature, classes, FOLD) > 0.9
    assert skill_alone(Task.MULTICLASS, NOISE, classes, FOLD) == pytest.approx(0, abs=0.02)
    assert skill_alone(Task.REGRESSION, NOISE, NOISE * 3 + 5, FOLD) > 0.8


@pytest.mark.parametrize(
    ("feature", "label", "fold"),
    [
        (NOISE.head(0), [], []),
        (NOISE.head(4), [1, 0, 1, 0], [True] * 4),
        (NOISE.head(4), [1, 0, 1, 0], [False] * 4),
        (NOISE.head(4), [1, 1, 1, 1], [False, True] * 2),
    ],
)
def test_what_cannot_be_measured_is_none(feature, label, fold):
    """No rows, no second half, or labels that never vary."""
    assert skill_alone(Task.BINARY, feature, np.array(label, dtype=float), np.array(fold)) is None
