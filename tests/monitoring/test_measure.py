"""Pieces of evidence, on frames small enough to check by eye."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from caf_monitoring import measure

NOON = datetime(2013, 5, 1, 12, tzinfo=UTC)


def frame(**columns: list) -> pd.DataFrame:
    """Rows keyed a, b, c, ..."""
    rows = len(next(iter(columns.values())))
    return pd.DataFrame(columns, index=pd.Index(list("abcdef")[:rows]))


def test_equal_rows_are_not_skewed_whatever_their_order_and_types() -> None:
    """Order, integer or float, and null in any spelling make no difference."""
    served = frame(delay=[1, 2, 3], carrier=["UA", None, "AA"], visib=[1.0, np.nan, 3.0])
    fresh = frame(delay=[1.0, 2.0, 3.0], carrier=["UA", np.nan, "AA"], visib=[1.0, None, 3.0])

    found = measure.skew(served, fresh.iloc[::-1], ["delay", "carrier", "visib"])

    assert found == measure.Skew(checked=3, skewed=0, columns={})


def test_rows_that_differ_are_counted_once_and_by_column() -> None:
    """Row a differs in two columns, row b in one, row c in none."""
    served = frame(delay=[1.0, 2.0, 3.0], carrier=["UA", "AA", "DL"])
    fresh = frame(delay=[9.0, 2.0, 3.0], carrier=["US", "US", "DL"])

    found = measure.skew(served, fresh, ["delay", "carrier"])

    assert found == measure.Skew(checked=3, skewed=2, columns={"delay": 1, "carrier": 2})


def test_a_null_against_a_value_is_skew() -> None:
    """A default that serving filled in where the origin has nothing is a difference."""
    served = frame(delay=[0.0, 1.0], carrier=["UA", "AA"])
    fresh = frame(delay=[np.nan, 1.0], carrier=["UA", None])

    found = measure.skew(served, fresh, ["delay", "carrier"])

    assert found == measure.Skew(checked=2, skewed=2, columns={"delay": 1, "carrier": 1})


def test_the_tolerance_is_relative_and_absolute() -> None:
    """A rounding error of the last digit is no skew, a thousandth is."""
    served = frame(x=[1e6, 0.0, 1.0])
    fresh = frame(x=[1e6 + 1e-6, 1e-12, 1.001])

    found = measure.skew(served, fresh, ["x"])

    assert found.skewed == 1


def test_a_column_on_one_side_only_differs_in_every_row() -> None:
    """A feature that the recomputation does not know was not reproduced."""
    found = measure.skew(frame(x=[1.0, 2.0], y=[1.0, 1.0]), frame(x=[1.0, 2.0]), ["x", "y", "z"])

    assert found == measure.Skew(checked=2, skewed=2, columns={"y": 2})


def test_only_rows_with_one_counterpart_are_compared() -> None:
    """Rows not built afresh, and keys that occur twice, are left out of the count."""
    served = frame(x=[1.0, 2.0, 3.0])
    fresh = pd.DataFrame({"x": [1.0, 2.0, 9.0]}, index=["a", "b", "b"])

    assert measure.skew(served, fresh, ["x"]) == measure.Skew(checked=1, skewed=0, columns={})
    assert measure.skew(served, fresh.iloc[:0], ["x"]).checked == 0
    assert measure.skew(served, fresh, []) == measure.Skew(checked=1, skewed=0, columns={})


def test_text_against_number_is_skew_not_an_error() -> None:
    """A column whose type changed between the two paths differs."""
    assert measure.skew(frame(x=["1", "2"]), frame(x=[1.0, 2.0]), ["x"]).skewed == 2


def test_feed_ages_are_the_worst_of_the_window() -> None:
    """Each feed's age counts at the moment its batch arrived."""
    arrivals = [
        (NOON, {"weather": NOON - timedelta(hours=2), "flights": NOON}),
        (NOON + timedelta(days=1), {"weather": NOON + timedelta(hours=19)}),
    ]

    ages = measure.feed_ages(arrivals)

    assert ages == {"weather": 5.0, "flights": 0.0}
    assert measure.feed_ages([]) == {}


def test_content_from_after_the_arrival_is_not_late() -> None:
    """A timetable reaches into the future: its age is negative."""
    assert measure.feed_ages([(NOON, {"plan": NOON + timedelta(hours=3)})]) == {"plan": -3.0}


def test_a_feed_digest_is_of_its_distinct_values_only() -> None:
    """Joined to more rows, in another order, with other columns: the same reading."""
    one = pd.DataFrame({"temp": [20.5, 20.5, None], "wind": [1, 1, 2], "carrier": ["a", "b", "c"]})
    two = pd.DataFrame({"temp": [None, 20.5], "wind": [2, 1], "carrier": ["x", "y"]})
    other = two.assign(wind=[2, 3])

    of = measure.feed_digest
    assert of(one, ["temp", "wind"]) == of(two, ["temp", "wind"])
    assert of(two, ["temp", "wind"]) != of(other, ["temp", "wind"])
    assert of(two, ["temp", "gone"]) == of(two, ["temp"])


@pytest.mark.parametrize(
    ("digests", "expected"),
    [
        (["x", "x", "x"], ("weather",)),
        (["x", "x", "y", "x"], ()),
        (["a", "x", "x", "x", "b"], ("weather",)),
        (["x", "x", None, "x"], ()),
        (["x", "x"], ()),
        ([], ()),
    ],
)
def test_a_feed_is_frozen_when_it_repeats_itself_in_a_row(
    digests: list[str | None], expected: tuple[str, ...]
) -> None:
    """Three equal digests running freeze a feed; a gap or a change ends the run."""
    batches = [{"weather": one} if one else {} for one in digests]

    assert measure.frozen_feeds(batches) == expected


def test_a_column_that_holds_one_value_in_every_row_stands_still() -> None:
    """A gap beside a value is a second thing, gaps alone are one; of one row nothing is said."""
    rows = pd.DataFrame(
        {
            "same": [1.5, 1.5, 1.5],
            "word": ["a", "a", "a"],
            "other": [1.5, 1.5, 2.0],
            "gap": [1.5, None, 1.5],
            "none": [None, None, None],
        }
    )

    assert set(measure.held_values(rows, list(rows))) == {"same", "word", "none"}
    assert measure.held_values(rows.head(1), list(rows)) == {}


@pytest.mark.parametrize(
    ("values", "in_training", "stuck"),
    [
        ("777", "", 3),
        ("-8777--", "", 3),
        ("77", "", 0),
        ("77-77", "", 0),
        ("7887", "", 0),
        ("777", "0-0", 3),
        ("777", "0-7", 0),
        ("0777", "0", 3),
        ("", "", 0),
    ],
)
def test_a_column_is_stuck_when_it_stands_still_where_it_never_rested(
    values: str, in_training: str, stuck: int
) -> None:
    """Three batches in a row at a value at which it never stood still in training."""
    batches, reference = (
        [{} if one == "-" else {"wind": one} for one in said] for said in (values, in_training)
    )

    assert measure.stuck_columns(batches, reference) == ({"wind": stuck} if stuck else {})


def test_coverage_of_nothing_is_not_measured() -> None:
    """Nought of nought is no share."""
    assert measure.coverage(4, 3) == 0.75
    assert measure.coverage(0, 0) is None
