"""Flipped labels stand out against a model that was sure; drift and chance do not."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caf_platform.measures.disagreement import LARGEST_SHIFT, Disagreement, disagreement

SEED = 7


def world(rows: int, seed: int, moved: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Scores of a calibrated model that is mostly sure, and labels whose log-odds have moved."""
    rng = np.random.default_rng(seed)
    score = np.clip(rng.beta(0.15, 0.35, rows), 0.002, 0.998)
    odds = score / (1 - score) * np.exp(moved)
    return score, (rng.random(rows) < odds / (1 + odds)).astype(float)


REFERENCE = world(20_000, SEED)


def against(score: np.ndarray, label: np.ndarray, margin: float = 0.0) -> Disagreement:
    """Compared with the reference."""
    found = disagreement(score, label, *REFERENCE, margin=margin)
    assert found is not None
    assert found.p_value is not None
    return found


def flipped(label: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """The opposite label in some rows."""
    other = label.copy()
    other[rows] = 1 - other[rows]
    return other


@pytest.mark.parametrize("seed", range(5))
def test_clean_labels_are_not_suspect(seed: int) -> None:
    """A thousand fresh rows of the same world."""
    assert against(*world(1000, seed)).p_value > 0.001


@pytest.mark.parametrize("seed", range(5))
def test_three_percent_of_labels_turned_round_are_suspect(seed: int) -> None:
    """Anywhere among a thousand rows, in both directions."""
    score, label = world(1000, seed)

    found = against(score, flipped(label, np.arange(30)))

    assert found.p_value < 0.001


def test_flips_where_the_model_is_sure_are_suspect() -> None:
    """Twenty labels of the lowest scores."""
    score, label = world(1000, 1)

    found = against(score, flipped(label, np.argsort(score)[:20]))

    assert found.p_value < 0.001


@pytest.mark.parametrize("moved", [-0.9, -0.4, 0.4, 0.9])
def test_a_base_rate_that_moves_is_no_poison(moved: float) -> None:
    """All log-odds move together: the shift takes it up."""
    found = against(*world(5000, 3, moved))

    assert found.p_value > 0.001
    assert found.shift == pytest.approx(moved, abs=0.15)


def test_labels_that_are_all_the_same_are_more_than_a_shift() -> None:
    """Nobody was late in a month: the shift is bounded."""
    score, label = world(1000, 3)

    found = against(score, np.ones_like(label))

    assert found.shift == LARGEST_SHIFT
    assert found.p_value < 0.001


def test_a_margin_allows_for_what_drift_does() -> None:
    """Five in a hundred are found without one, and are within a margin of ten in a hundred."""
    score, label = world(1000, 2)
    poisoned = flipped(label, np.arange(50))

    assert against(score, poisoned).p_value < 0.001
    assert against(score, poisoned, margin=0.1).p_value > 0.001


def test_a_short_evaluation_foretells_less() -> None:
    """The same flips are less surprising when fewer rows say what is usual."""
    score, label = world(1000, 4)
    poisoned = flipped(label, np.arange(30))

    little = disagreement(score, poisoned, REFERENCE[0][:200], REFERENCE[1][:200])

    assert little is not None
    assert little.p_value is not None
    assert little.p_value > (against(score, poisoned).p_value or 0)


NOTHING = (np.empty(0), np.empty(0))


@pytest.mark.parametrize(
    ("now", "then"),
    [
        (NOTHING, REFERENCE),
        (REFERENCE, NOTHING),
        ((np.array([math.nan, 0.5]), np.array([1.0, math.nan])), REFERENCE),
        ((np.full((2, 3), 0.3), np.ones(2)), REFERENCE),
        (REFERENCE, (np.array([0.5]), np.array([2.0]))),
    ],
    ids=["no rows", "no evaluation", "no sound row", "several classes", "no label of two"],
)
def test_what_cannot_be_compared_is_not_measured(now: tuple, then: tuple) -> None:
    """No number at all, so that nobody takes it for a good one."""
    assert disagreement(*now, *then) is None


ANYTHING = st.lists(
    st.tuples(st.floats() | st.sampled_from([0.0, 0.5, 1.0]), st.sampled_from([0, 1, 2, math.nan])),
    max_size=30,
)


@settings(max_examples=150, deadline=None)
@given(ANYTHING, ANYTHING, st.sampled_from([0.0, 0.05, 1.0]))
def test_whatever_comes_in_a_probability_or_nothing_comes_out(
    now: list, then: list, margin: float
) -> None:
    """Ties, constants, infinities, one row: no exception."""
    rows, reference = (np.array(given or np.empty((0, 2)), float).T for given in (now, then))

    found = disagreement(*rows, *reference, margin=margin)

    if found is not None:
        assert found.p_value is not None
        assert 0 <= found.p_value <= 1
        assert 0 <= found.found <= found.rows <= len(now)
