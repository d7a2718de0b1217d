"""Performance without labels: closed forms, simulations, and what cannot be estimated."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from caf_platform.measures.estimation import MIN_ROWS, NAMES, Learnt, estimate, learn
from caf_platform.measures.metrics import performance
from caf_platform.project.model import Task

NOTHING = Learnt()
DAYS = np.repeat(np.arange(10), 30)
probabilities = st.lists(st.floats(0.01, 0.99), min_size=2, max_size=40)


def expected(score, learnt=NOTHING, task=Task.BINARY, cluster=None):
    """The estimate of some answers; each row is a cluster of its own unless told otherwise."""
    cluster = np.arange(len(score)) if cluster is None else cluster
    return estimate(task, np.array(score), cluster, learnt, level=0.95)


def values(found):
    """The numbers without their intervals."""
    return {name: number.value for name, number in found.numbers.items()}


def world(random, days, *, odds=0.0, slope=1.0, luck=0.0, rows=100):
    """Labels, scores and days: the truth is a line of the scores' log-odds, and each day's luck."""
    day = np.repeat(np.arange(days), rows)
    score = random.normal(-1, 1.2, len(day))
    truth = expit(odds + slope * score + random.normal(0, luck, days)[day])
    return (random.random(len(day)) < truth).astype(float), expit(score), day


def test_two_rows_by_hand():
    """Half and half: the loss is ln 2, a constant does as well, and no pair is well ordered."""
    found = values(expected([0.5, 0.5]))

    assert found == pytest.approx({"loss": np.log(2), "skill": 0, "auc": 0.5, "base_rate": 0.5})


def test_a_row_in_ten_by_hand():
    """Scores of 0.1 and 0.9: the expected loss of either is the entropy of one in ten."""
    found = values(expected([0.1, 0.9]))

    entropy = -(0.1 * np.log(0.1) + 0.9 * np.log(0.9))
    assert found["loss"] == pytest.approx(entropy)
    assert found["skill"] == pytest.approx(1 - entropy / np.log(2))
    assert found["auc"] == pytest.approx(0.9 * 0.9 / (0.9 * 0.9 + 0.1 * 0.1))


@settings(max_examples=50, deadline=None)
@given(probabilities)
def test_the_area_is_that_of_all_pairs(score):
    """Ranks give what the definition over pairs of different rows gives, ties counting half."""
    found = values(expected(score))["auc"]

    chance = np.array(score)
    pairs = np.outer(chance, 1 - chance)
    np.fill_diagonal(pairs, 0)
    ordered = (chance[:, None] > chance) + (chance[:, None] == chance) / 2
    assert found == pytest.approx((pairs * ordered).sum() / pairs.sum(), abs=1e-9)


@settings(max_examples=50, deadline=None)
@given(probabilities, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(score, random):
    """Neither for a number nor for its interval."""
    learnt = learn(Task.BINARY, *world(np.random.default_rng(0), 10))
    order = random.sample(range(len(score)), len(score))
    cluster = np.arange(len(score)) % 3

    one = expected(score, learnt, cluster=cluster).numbers
    other = expected(np.array(score)[order], learnt, cluster=cluster[order]).numbers

    for name, number in one.items():
        assert vars(other[name]) == pytest.approx(vars(number), abs=1e-9)


def test_without_anything_learnt_there_are_no_intervals():
    """Nobody knows how much days differ: a number, its method, and no bounds."""
    found = expected([0.2, 0.7, 0.4])

    assert (found.method, found.method_version, found.learnt_rows) == ("cbpe", 1, 0)
    assert found.known
    assert not any(number.bounded for number in found.numbers.values())


def test_scores_are_recalibrated_on_the_labelled_rows():
    """A model that says too little by one in log-odds is expected to lose as it truly does."""
    random = np.random.default_rng(1)
    learnt = learn(Task.BINARY, *world(random, 60, odds=1.0, slope=0.5))
    label, score, day = world(random, 60, odds=1.0, slope=0.5)

    found, plain = expected(score, learnt, cluster=day), expected(score, cluster=day)

    truth = performance(Task.BINARY, label, score)
    assert (learnt.trusted.shift, learnt.trusted.slope) == pytest.approx((1, 0.5), abs=0.1)
    for name, number in found.numbers.items():
        assert number.value == pytest.approx(truth[name], abs=0.03)
        assert number.low < truth[name] < number.high
    assert abs(plain.numbers["base_rate"].value - truth["base_rate"]) > 0.1


@pytest.mark.parametrize("luck", [0.0, 0.5], ids=["rows alone", "days that share their luck"])
def test_the_interval_holds_as_often_as_it_says(luck):
    """Of 150 simulated months about 95 in 100 come true within it, also where days cluster."""
    random = np.random.default_rng(2)
    held = dict.fromkeys(NAMES[Task.BINARY], 0)
    for _ in range(150):
        learnt = learn(Task.BINARY, *world(random, 14, luck=luck))
        label, score, day = world(random, 30, luck=luck)
        truth = performance(Task.BINARY, label, score)
        for name, number in expected(score, learnt, cluster=day).numbers.items():
            held[name] += number.low <= truth[name] <= number.high

    assert all(0.88 * 150 <= count <= 150 for count in held.values()), held


def test_clusters_make_the_interval_wider():
    """The same rows, learnt from days that differ: rows alone would claim too much certainty."""
    random = np.random.default_rng(3)
    score = world(random, 30)[1]
    calm = learn(Task.BINARY, *world(random, 14))
    lucky = learn(Task.BINARY, *world(random, 14, luck=1.0))

    wide, narrow = (
        expected(score, learnt, cluster=np.repeat(np.arange(30), 100)).numbers["base_rate"]
        for learnt in (lucky, calm)
    )

    assert lucky.spread > calm.spread
    assert wide.high - wide.low > 3 * (narrow.high - narrow.low)


def test_when_the_concept_moves_the_estimate_misses_it():
    """The same answers, but twice as many come true: nothing in the answers says so."""
    random = np.random.default_rng(4)
    learnt = learn(Task.BINARY, *world(random, 14))
    label, score, day = world(random, 30, odds=1.5)

    found = expected(score, learnt, cluster=day)

    truth = performance(Task.BINARY, label, score)
    assert truth["base_rate"] > found.numbers["base_rate"].high
    assert truth["loss"] > found.numbers["loss"].high


@pytest.mark.parametrize(
    ("score", "told"),
    [
        ([], "no rows"),
        ([0.2, np.nan], "missing"),
        ([0.2, np.inf], "missing"),
        ([0.2, 1.2], "no probability"),
        ([-0.1, 0.2], "no probability"),
        ([0.0, 0.0, 0.0], "0 or 1"),
        ([1.0, 0.0, 1.0], "0 or 1"),
        ([[0.2, 0.8], [0.5, 0.5]], "shape"),
    ],
)
def test_what_cannot_be_estimated_is_no_number(score, told):
    """Every number is there by name and None, with the reason."""
    found = expected(score)

    assert told in found.reason
    assert values(found) == dict.fromkeys(NAMES[Task.BINARY])
    assert not found.known


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=8), st.sampled_from(Task))
def test_no_answers_raise(score, task):
    """Whatever a model answered: numbers are finite or None, and bounds are in order."""
    found = expected(score, task=task)

    for number in found.numbers.values():
        assert number.value is None or np.isfinite(number.value)
    assert found.known or found.reason


def test_answers_that_are_all_alike():
    """One and the same score: knowing the rate does as well, and an interval is still possible."""
    learnt = learn(Task.BINARY, *world(np.random.default_rng(5), 10))

    found = expected(np.full(300, 0.3), learnt, cluster=DAYS)

    assert found.numbers["auc"].value == pytest.approx(0.5)
    assert found.numbers["base_rate"].bounded


def test_a_row_without_a_cluster_takes_the_interval_away():
    """The numbers stay."""
    learnt = learn(Task.BINARY, *world(np.random.default_rng(6), 10))

    found = expected([0.2, 0.4], learnt, cluster=["mon", None])

    assert found.known
    assert not found.numbers["loss"].bounded


LABEL, SCORE, DAY = world(np.random.default_rng(7), 10, rows=30)


@pytest.mark.parametrize(
    ("label", "score", "day"),
    [
        ([], [], []),
        (LABEL[: MIN_ROWS - 1], SCORE[: MIN_ROWS - 1], DAY[: MIN_ROWS - 1]),
        (np.zeros(300), SCORE, DAY),
        (np.where(DAY == 0, np.nan, LABEL), SCORE, DAY),
        (LABEL, np.where(DAY == 0, np.nan, SCORE), DAY),
        (LABEL, SCORE, [None, *DAY[1:]]),
        (LABEL, SCORE[:-1], DAY),
        (LABEL, np.round(SCORE), DAY),
    ],
    ids=["empty", "few", "one class", "label", "score", "day", "lengths", "certain"],
)
def test_what_teaches_nothing(label, score, day):
    """Too few rows, or some that are not whole: answers are then taken as they are."""
    found = learn(Task.BINARY, label, score, day)

    assert (found.rows, found.clusters, found.spread) == (0, 0, None)


def test_one_labelled_day_recalibrates_and_says_nothing_of_days():
    """How much days differ takes two of them: no interval."""
    learnt = learn(Task.BINARY, LABEL, SCORE, np.zeros(len(LABEL)))

    assert (learnt.rows, learnt.clusters, learnt.spread) == (300, 1, None)
    assert not expected(SCORE, learnt).numbers["loss"].bounded


def test_classes_that_a_score_parts_without_an_error_give_a_finite_slope():
    """Labelled rows that look too good to be true."""
    learnt = learn(Task.BINARY, (SCORE > 0.3).astype(float), SCORE, DAY)

    assert np.isfinite([learnt.trusted.shift, learnt.trusted.slope]).all()
    assert expected(SCORE, learnt, cluster=DAY).numbers["auc"].value <= 1
