"""The virtual calendar: which delivery belongs to which decision."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caf_pipelines.lifecycle.calendar import windows
from caf_platform.project.model import BatchClock, Period
from caf_platform.project.source import Delivery, DeliveryKind

NEW_YORK = ZoneInfo("America/New_York")
MONTHS = BatchClock(event_time="at", decide=Period.MONTH, timezone="America/New_York")
WEEKS = BatchClock(event_time="at", decide=Period.WEEK)
THREES = BatchClock(event_time=None, decide=Period.BATCHES, every=3)


def arriving(moment, kind=DeliveryKind.BATCH, name=""):
    """A delivery that arrives then."""
    return Delivery(kind, name or f"{moment:%m-%dT%H:%M}", moment, lambda: b"")


def local(*parts):
    """A moment in New York."""
    return datetime(*parts, tzinfo=NEW_YORK)


def days(first, count, hour=6):
    """One batch a day."""
    return [arriving(first + timedelta(days=day, hours=hour)) for day in range(count)]


def told(deliveries, clock):
    """(name, how many deliveries, when it decides) of each window."""
    return [(w.name, len(w.deliveries), w.decides_at) for w in windows(deliveries, clock)]


def test_nothing_arrives():
    """No window, no decision."""
    for clock in (MONTHS, WEEKS, THREES):
        assert told([], clock) == []


def test_a_month_is_decided_at_its_local_midnight():
    """January's 31 days; February has not ended with its first batch."""
    found = told(days(local(2013, 1, 1), 32), MONTHS)

    assert found == [("2013-01", 31, local(2013, 2, 1)), ("2013-02", 1, None)]


@pytest.mark.parametrize(
    ("month", "offset"),
    [(3, timedelta(hours=-5)), (4, timedelta(hours=-4))],
    ids=["winter", "summer"],
)
def test_local_midnight_follows_daylight_saving(month, offset):
    """1 March is still winter in New York, 1 April summer."""
    found = told(days(local(2013, month - 1, 1), 40), MONTHS)

    assert found[0][2] == local(2013, month, 1)
    assert found[0][2].utcoffset() == offset


def test_a_delivery_at_the_very_moment_of_a_decision_comes_before_it():
    """The batch of the last day arrives at midnight; a microsecond later is the next month."""
    midnight = local(2013, 2, 1)
    late = arriving(midnight + timedelta(microseconds=1))

    found = told([arriving(local(2013, 1, 15)), arriving(midnight), late], MONTHS)

    assert found == [("2013-01", 2, midnight), ("2013-02", 1, None)]


def test_a_moment_in_another_zone_is_the_same_moment():
    """04:59 UTC on 1 February is still January in New York, 05:01 is not."""
    found = told(
        [
            arriving(datetime(2013, 2, 1, 4, 59, tzinfo=UTC)),
            arriving(datetime(2013, 2, 1, 5, 1, tzinfo=UTC)),
        ],
        MONTHS,
    )

    assert [name for name, *_ in found] == ["2013-01", "2013-02"]


@pytest.mark.parametrize(
    ("day", "month"), [((2013, 3, 10), "2013-03"), ((2013, 11, 3), "2013-11")], ids=["23 h", "25 h"]
)
def test_days_with_a_missing_or_doubled_hour(day, month):
    """Each hour of the day on which clocks change belongs to its month."""
    start = local(*day).astimezone(UTC)
    hours = [arriving(start + timedelta(hours=hour)) for hour in range(1, 25)]

    assert {name for name, *_ in told(hours, MONTHS)} == {month}


def test_weeks_are_iso_weeks():
    """From Monday to Sunday; the first of 2020 began in 2019."""
    found = told(days(datetime(2019, 12, 30, tzinfo=UTC), 8), WEEKS)

    assert found == [
        ("2020-W01", 7, datetime(2020, 1, 6, tzinfo=UTC)),
        ("2020-W02", 1, None),
    ]


def test_a_last_window_that_is_full_is_decided():
    """Its last day's batch has come, so there is nothing to wait for."""
    found = told(days(local(2013, 1, 1), 31), MONTHS)

    assert found == [("2013-01", 31, local(2013, 2, 1))]


def test_labels_do_not_fill_a_window():
    """Only batches say how far the data reaches."""
    batches = days(local(2013, 1, 1), 20)
    late = [arriving(local(2013, 1, 31, 12), DeliveryKind.LABELS)]

    assert told(batches + late, MONTHS) == [("2013-01", 21, None)]


def test_labels_after_the_last_batch_have_a_window_of_their_own():
    """They are taken in, and nothing is decided."""
    labels = [arriving(local(2013, 2, 3), DeliveryKind.LABELS)]

    found = told(days(local(2013, 1, 1), 31) + labels, MONTHS)

    assert found[1] == ("2013-02", 1, None)


def test_a_month_without_data_is_no_window():
    """A gap in the data leaves no empty decision behind."""
    found = told(days(local(2013, 1, 1), 31) + days(local(2013, 3, 1), 31), MONTHS)

    assert [name for name, *_ in found] == ["2013-01", "2013-03"]


def test_every_three_batches():
    """Decided when the fourth one arrives; labels go with the batches before them."""
    batches = days(datetime(2020, 1, 1, tzinfo=UTC), 7)
    labels = [
        arriving(batch.arrives_at + timedelta(hours=1), DeliveryKind.LABELS) for batch in batches
    ]

    found = told(batches + labels, THREES)

    assert found == [
        ("0001", 6, batches[3].arrives_at),
        ("0002", 6, batches[6].arrives_at),
        ("0003", 2, None),
    ]


def test_a_revision_does_not_fill_a_window():
    """An earlier batch comes again among the three that are new."""
    batches = days(datetime(2020, 1, 1, tzinfo=UTC), 6)
    again = arriving(batches[3].arrives_at + timedelta(hours=1), name=batches[0].name)

    found = told([*batches, again], THREES)

    assert found == [
        ("0001", 3, batches[3].arrives_at),
        ("0002", 4, batches[5].arrives_at),
    ]


def test_a_full_last_window_of_batches_is_decided():
    """At its last delivery."""
    batches = days(datetime(2020, 1, 1, tzinfo=UTC), 6)

    assert told(batches, THREES)[-1] == ("0002", 3, batches[-1].arrives_at)


def test_deliveries_come_in_order_of_arrival():
    """However the source lists them; at the same moment batches first, then by name."""
    moment = datetime(2020, 1, 1, tzinfo=UTC)
    last, labels, first = (
        arriving(moment + timedelta(hours=1), name="z"),
        arriving(moment, DeliveryKind.LABELS, "a"),
        arriving(moment, name="b"),
    )

    found = next(windows([last, labels, first], THREES))

    assert [d.name for d in found.deliveries] == ["b", "a", "z"]


moments = st.datetimes(
    datetime(2013, 1, 1), datetime(2014, 1, 1), timezones=st.just(UTC)  # noqa: DTZ001 - bounds
)  # fmt: skip
some_deliveries = st.lists(
    st.tuples(moments, st.sampled_from(DeliveryKind)), max_size=20, unique_by=lambda pair: pair[0]
).map(lambda pairs: [arriving(moment, kind, str(moment)) for moment, kind in pairs])
clocks = st.sampled_from([MONTHS, WEEKS, THREES])


@given(some_deliveries, clocks, st.randoms())
def test_every_delivery_is_in_one_window_whatever_the_order(deliveries, clock, random):
    """Nothing is lost, nothing comes twice, and order makes no difference."""
    shuffled = list(deliveries)
    random.shuffle(shuffled)

    found = list(windows(deliveries, clock))

    assert found == list(windows(shuffled, clock))
    inside = [delivery for window in found for delivery in window.deliveries]
    assert inside == sorted(deliveries, key=lambda d: d.arrives_at)
    assert len({window.name for window in found}) == len(found)


@given(some_deliveries, clocks)
def test_decisions_come_after_what_they_are_about(deliveries, clock):
    """Not before any delivery of their window, and not after the next one's first."""
    found = list(windows(deliveries, clock))

    for window in found:
        if window.decides_at is not None:
            assert window.deliveries[-1].arrives_at <= window.decides_at
    for window, later in pairwise(found):
        if window.decides_at is not None:
            assert later.deliveries[0].arrives_at >= window.decides_at


@given(some_deliveries, clocks)
def test_what_was_decided_stays_decided_when_data_grows(deliveries, clock):
    """More deliveries at the end change no earlier window that was decided before its end."""
    ordered = sorted(deliveries, key=lambda d: d.arrives_at)
    whole = {window.name: window for window in windows(ordered, clock)}

    early = list(windows(ordered[: len(ordered) // 2], clock))

    for window in early[:-1]:
        assert whole[window.name].deliveries == window.deliveries
