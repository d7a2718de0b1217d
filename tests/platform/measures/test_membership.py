"""Telling rows that were learnt from by their loss: small cases by eye, and worlds that move."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from caf_platform.measures.membership import Asked, told_apart

DRAWN = {"level": 0.9, "draws": 200, "seed": 0}


def asked(loss, group=None, cluster=None):
    """One side: each row its own cluster unless told otherwise."""
    losses = np.asarray(loss, dtype=np.float64)
    groups = None if group is None else np.asarray(group, dtype=np.float64)
    return Asked(losses, groups, np.arange(len(losses)) if cluster is None else cluster)


def auc(members, others):
    """The point alone."""
    return told_apart(members, others, **DRAWN).point


@pytest.mark.parametrize(
    ("members", "others", "area"),
    [
        ([0.1, 0.2], [0.3, 0.4], 1.0),
        ([0.3, 0.4], [0.1, 0.2], 0.0),
        ([0.1, 0.4], [0.2, 0.3], 0.5),
        ([0.2, 0.2], [0.2, 0.2], 0.5),
        ([0.1, 0.3], [0.2, 0.2, 0.4], 2 / 3),
    ],
)
def test_it_is_how_often_a_member_has_the_smaller_loss(members, others, area):
    """Of all pairs; ties count half."""
    assert auc(asked(members), asked(others)) == pytest.approx(area)


@settings(max_examples=50)
@given(
    st.lists(st.integers(0, 5), min_size=1, max_size=30),
    st.lists(st.integers(0, 5), min_size=1, max_size=30),
)
def test_it_is_the_area_under_the_curve_that_scikit_learn_draws(members, others):
    """With ties, of any number of rows on either side."""
    truth = np.r_[np.ones(len(members)), np.zeros(len(others))]
    area = roc_auc_score(truth, -np.r_[members, others].astype(float))

    assert auc(asked(members), asked(others)) == pytest.approx(area)


def test_a_constant_tells_nothing_however_much_the_base_rate_moves():
    """Three in ten against half: without classes the rarer one's loss would give them away."""
    members, others = np.repeat([0.0, 1.0], [70, 30]), np.repeat([0.0, 1.0], [50, 50])
    losses = [np.where(side == 1, 1.2, 0.36) for side in (members, others)]

    assert auc(asked(losses[0]), asked(losses[1])) == pytest.approx(0.6)
    assert auc(asked(losses[0], members), asked(losses[1], others)) == 0.5


def test_classes_weigh_as_many_as_they_have_members():
    """Three members that are told for certain, one that is not."""
    members = asked([0.1, 0.1, 0.1, 0.9], [0, 0, 0, 1])
    others = asked([0.5, 0.9], [0, 1])

    assert auc(members, others) == pytest.approx(0.75 * 1 + 0.25 * 0.5)


def test_a_class_of_one_side_only_is_left_out():
    """Nobody is there to compare it with; how many rows it rests on says so."""
    found = told_apart(asked([0.1, 0.2, 0.0], [0, 0, 7]), asked([0.3, 9.0], [0, 5]), **DRAWN)

    assert (found.point, found.rows) == (1.0, 3)


@pytest.mark.parametrize(
    ("members", "others"),
    [([], [0.1]), ([0.1], []), ([], []), ([0.1, np.nan], [0.2]), ([0.1], [np.inf])],
)
def test_what_was_not_measured_has_no_number(members, others):
    """No rows on a side, or a loss that is none."""
    assert not told_apart(asked(members), asked(others), **DRAWN).complete


def days(random, many, rows, shift):
    """Losses of many days, which share each day's luck, with their days."""
    luck = random.normal(0, 0.3, many)
    return random.normal(0, 1, (many, rows)) + luck[:, None] + shift


def drawn_anew(random, members, others, draws):
    """What drawing whole days anew, and measuring each time, comes to: slow and plain."""
    found = []
    for _ in range(draws):
        here = members[random.integers(len(members), size=len(members))].ravel()
        there = others[random.integers(len(others), size=len(others))].ravel()
        found.append(auc(asked(here), asked(there)))
    return np.std(found)


def test_its_interval_is_that_of_drawing_whole_days_and_measuring_anew():
    """As wide, within a fifth; taking rows for independent would be far too narrow."""
    random = np.random.default_rng(1)
    members, others = days(random, 20, 40, 0.0), days(random, 15, 60, 0.3)
    sides = [
        asked(side.ravel(), cluster=first + np.repeat(np.arange(len(side)), side.shape[1]))
        for side, first in ((members, 0), (others, 100))
    ]

    found = told_apart(*sides, level=0.9, draws=2000, seed=0)
    alone = told_apart(*(asked(s.loss, cluster=np.arange(len(s.loss)) + 9999 * at)
                         for at, s in enumerate(sides)), level=0.9, draws=2000, seed=0)  # fmt: skip

    width = 2 * 1.645 * drawn_anew(random, members, others, 300)
    assert found.clusters == 35
    assert found.high - found.low == pytest.approx(width, rel=0.2)
    assert found.high - found.low > 1.5 * (alone.high - alone.low)


def test_the_order_of_rows_never_matters():
    """The same rows turned round give the same area and interval."""
    random = np.random.default_rng(2)
    loss, group, day = random.uniform(size=90), np.arange(90) % 3, np.arange(90) // 10
    others = asked(loss[::-1] + 0.1, group, day + 50)

    straight = told_apart(asked(loss, group, day), others, **DRAWN)
    turned = told_apart(asked(loss[::-1], group[::-1], day[::-1]), others, **DRAWN)

    assert turned.point == pytest.approx(straight.point)
    assert (turned.low, turned.high) == pytest.approx((straight.low, straight.high))
