"""Resampling whole clusters: what the intervals promise, on data small enough to see."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from scipy.stats import bootstrap

from caf_platform.errors import BadInput
from caf_platform.measures.bootstrap import paired_interval
from caf_platform.measures.interval import Interval

finite = st.floats(-1e6, 1e6)
rows = st.lists(st.tuples(finite, st.integers(0, 8)), min_size=2, max_size=60)


def estimate(values, clusters, **changes):
    """An interval with a few draws."""
    return paired_interval(values, clusters, **({"level": 0.95, "draws": 300, "seed": 0} | changes))


def simulated_days(seed, days=30, rows_a_day=20):
    """Rows whose true mean is 0 and that share their day's luck: values and day numbers."""
    random = np.random.default_rng(seed)
    day = np.repeat(np.arange(days), random.poisson(rows_a_day, days) + 1)
    return random.normal(0, 1, days)[day] + random.normal(0, 1, len(day)), day


def test_the_point_is_the_mean_over_rows_not_over_clusters():
    """Three rows on one day and one on another: the mean of four rows."""
    found = estimate([1.0, 1.0, 1.0, 5.0], ["mon", "mon", "mon", "tue"])

    assert found.point == 2.0
    assert (found.rows, found.clusters) == (4, 2)


def test_a_draw_is_the_ratio_of_sums_to_counts():
    """Drawing Monday twice gives 1, Tuesday twice 5, one of each 2: nothing else can happen."""
    found = estimate([1.0, 1.0, 1.0, 5.0], ["mon", "mon", "mon", "tue"], level=0.999)

    assert (found.low, found.high) == (1.0, 5.0)


def test_the_confidence_that_an_effect_is_positive_is_a_share_of_draws():
    """Of two equal clusters worth -1 and +2, the mean is negative only if -1 is drawn twice."""
    found = estimate([-1.0, 2.0], ["a", "b"], draws=20_000)

    assert found.share_above_zero == pytest.approx(0.75, abs=0.01)


def test_no_difference_is_not_positive():
    """A copy of the champion is better in no draw."""
    found = estimate([0.0, 0.0, 0.0], ["a", "b", "c"])

    assert found.share_above_zero == 0
    assert (found.low, found.high) == (0, 0)


def test_row_wise_intervals_are_too_narrow_on_clustered_rows():
    """The lesson of the flagship: rows of a day share their luck, so rows are no evidence each."""
    values, day = simulated_days(seed=3)

    by_day = estimate(values, day)
    by_row = estimate(values, np.arange(len(values)))

    assert (by_day.high - by_day.low) > 2.5 * (by_row.high - by_row.low)


def test_coverage_on_clustered_rows_is_near_nominal_and_row_wise_is_not():
    """Of 200 simulated months, a 95 % interval by day covers the truth about 190 times."""
    months = [simulated_days(seed) for seed in range(200)]

    by_day = [estimate(values, day) for values, day in months]
    by_row = [estimate(values, np.arange(len(values)), draws=100) for values, _ in months]

    assert 0.90 <= np.mean([i.low <= 0 <= i.high for i in by_day]) <= 0.98
    assert np.mean([i.low <= 0 <= i.high for i in by_row]) < 0.6


def test_one_row_per_cluster_is_the_ordinary_bootstrap():
    """The same distribution as scipy's row bootstrap: bounds agree to a few per cent of a width."""
    values = np.random.default_rng(7).exponential(size=200)

    ours = estimate(values, np.arange(200), draws=5000)
    theirs = bootstrap(
        (values,), np.mean, n_resamples=5000, method="percentile", rng=1, vectorized=True
    ).confidence_interval

    width = theirs.high - theirs.low
    assert ours.low == pytest.approx(theirs.low, abs=0.05 * width)
    assert ours.high == pytest.approx(theirs.high, abs=0.05 * width)


@given(rows, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_row_order_does_not_matter(drawn, random):
    """The same rows shuffled give the same interval, up to the rounding of sums."""
    shuffled = random.sample(drawn, len(drawn))

    before = estimate(*zip(*drawn, strict=True))
    after = estimate(*zip(*shuffled, strict=True))

    assert before.clusters == after.clusters
    assert before.point == pytest.approx(after.point, abs=1e-6)
    if before.low is not None:
        assert before.low == pytest.approx(after.low, abs=1e-6)
        assert before.high == pytest.approx(after.high, abs=1e-6)


@given(rows, finite)
@settings(max_examples=60, deadline=None)
def test_adding_a_constant_moves_the_interval_by_it(drawn, constant):
    """The interval is about the mean, so it moves with it."""
    values, clusters = zip(*drawn, strict=True)

    before = estimate(values, clusters)
    after = estimate([value + constant for value in values], clusters)

    assert after.point == pytest.approx(before.point + constant, abs=1e-6)
    if before.low is not None:
        assert after.low == pytest.approx(before.low + constant, abs=1e-6)


@given(rows, st.sampled_from([0.5, 0.8, 0.9]))
@settings(max_examples=60, deadline=None)
def test_a_higher_level_is_never_narrower(drawn, level):
    """Wanting to be surer costs width."""
    values, clusters = zip(*drawn, strict=True)

    narrow = estimate(values, clusters, level=level)
    wide = estimate(values, clusters, level=0.99)

    assert narrow.low is None or (wide.low <= narrow.low and narrow.high <= wide.high)


def test_the_seed_decides_everything():
    """The same seed gives the same interval to the last bit, another seed another one."""
    values, day = simulated_days(seed=1)

    first, again, other = (estimate(values, day, seed=seed) for seed in (5, 5, 6))

    assert first == again
    assert first.low != other.low


def test_many_clusters_are_drawn_in_slices():
    """200 draws of 9,000 clusters fit at once, 400 are sliced; the bounds agree to a hundredth."""
    values = np.random.default_rng(0).normal(size=9000)

    whole = estimate(values, np.arange(9000), draws=200)
    sliced = estimate(values, np.arange(9000), draws=400)

    assert whole.point == sliced.point
    assert whole.low == pytest.approx(sliced.low, abs=0.01)


@pytest.mark.parametrize(
    ("values", "clusters"),
    [
        ([], []),
        ([1.0, math.nan], ["a", "b"]),
        ([1.0, math.inf], ["a", "b"]),
        ([1.0, 2.0], ["a", None]),
    ],
    ids=["no rows", "a NaN", "an infinity", "a row without cluster"],
)
def test_what_cannot_be_measured_is_none(values, clusters):
    """Nothing is guessed and nothing is raised."""
    found = estimate(values, clusters)

    assert (found.point, found.low, found.high) == (None, None, None)
    assert found.share_above_zero is None
    assert not found.complete


def test_one_cluster_has_a_point_but_no_interval():
    """How much clusters differ cannot be seen from one of them."""
    found = estimate([1.0, 3.0], ["a", "a"])

    assert found.point == 2.0
    assert (found.low, found.high) == (None, None)
    assert not found.complete


def test_different_lengths_are_wrong_usage():
    """Three values with two cluster names are a mistake of the caller."""
    with pytest.raises(BadInput, match="3 values came with 2 cluster names"):
        estimate([1.0, 2.0, 3.0], ["a", "b"])


def test_an_interval_upside_down_cannot_be_written():
    """Stored evidence with its bounds swapped would look certain."""
    found = estimate([1.0, 3.0], ["a", "b"]).model_dump()

    with pytest.raises(ValidationError, match="lies above"):
        Interval(**(found | {"low": 2.0, "high": -2.0}))


def test_people_read_signs():
    """The text shows the direction of point and bounds, and what is missing."""
    whole = estimate([1.0, 1.0], ["a", "b"])
    half = estimate([1.0, 1.0], ["a", "a"])

    assert whole.text == "+1.0000 [+1.0000, +1.0000]"
    assert half.text == "+1.0000 [not measured, not measured]"
