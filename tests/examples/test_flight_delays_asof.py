"""What had happened up to a moment: never more, never less."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import example_module

asof = example_module("flight_delays", "asof")
moment = st.integers(0, 30)
event = st.tuples(st.integers(0, 3), st.one_of(moment, st.just(asof.NEVER)), st.integers(-5, 5))
question = st.tuples(st.integers(0, 4), moment)


def events(rows):
    """Rows of (group, moment, amount)."""
    return asof.Events(*np.array(rows, dtype="int64").reshape(-1, 3).T)


def questions(rows):
    """Rows of (group, moment)."""
    return asof.Questions(*np.array(rows, dtype="int64").reshape(-1, 2).T)


def test_an_event_counts_from_its_own_minute_on():
    """At 10 the event of 10 has happened, at 9 it has not."""
    happened = events([(0, 10, 5), (0, 12, 1)])

    totals = asof.total_until(happened, questions([(0, 9), (0, 10), (0, 11), (0, 12)]))

    assert totals.tolist() == [0, 5, 5, 6]


def test_an_event_that_did_not_happen_never_counts():
    """A flight that never left adds nothing, however late one asks."""
    happened = events([(0, asof.NEVER, 7), (0, 3, 1)])

    assert asof.total_until(happened, questions([(0, 1_000_000)])).tolist() == [1]


def test_groups_do_not_see_each_other():
    """What happened at one airport says nothing about another, not even beside it in order."""
    happened = events([(0, 10, 5), (1, 1, 2)])

    assert asof.total_until(happened, questions([(0, 30), (1, 30), (2, 30)])).tolist() == [5, 2, 0]
    assert asof.latest_until(happened, questions([(0, 30), (1, 0), (2, 30)])).tolist() == [
        10,
        -1,
        -1,
    ]


@pytest.mark.parametrize("answer", [asof.total_until, asof.latest_until])
def test_no_events_at_all(answer):
    """Without events there is nothing to sum and no newest one."""
    found = answer(events([]), questions([(0, 5)]))

    assert found.tolist() == [0 if answer is asof.total_until else -1]


@settings(deadline=None)
@given(st.lists(event, max_size=30), st.lists(question, min_size=1, max_size=10))
def test_the_answers_are_those_of_a_plain_loop(rows, asked):
    """For any events and questions: the sum and the newest of group and moment."""
    totals = asof.total_until(events(rows), questions(asked)).tolist()
    newest = asof.latest_until(events(rows), questions(asked)).tolist()

    past = [[row for row in rows if row[0] == group and row[1] <= now] for group, now in asked]
    assert totals == [sum(amount for _, _, amount in found) for found in past]
    assert newest == [max((when for _, when, _ in found), default=-1) for found in past]
