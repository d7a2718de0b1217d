"""Features hold what was known two hours before departure, and nothing that came later."""

import numpy as np
import pandas as pd
import pytest
from flights import Tables, features, flight, happened, observation, tables, with_another_future
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import example_module

timetable = example_module("flight_delays", "timetable")
SEEN_LATER = ("weather_at", "operations_at", "network_at")
MOMENTS = (
    "2013-02-08T17:30Z",  # the blizzard sets in
    "2013-02-12T10:20Z",  # the wind of 1,048 mph has just become known
    "2013-03-10T15:00Z",  # the day that has no hour from two to three
    "2013-07-10T21:13Z",  # thunderstorms
    "2013-11-03T09:40Z",  # the night that has that hour twice
    "2013-12-30T20:10Z",  # hours before the weather stations fall silent
)


def last(rows: pd.DataFrame) -> pd.Series:
    """The features of the last raw flight."""
    return rows.iloc[-1]


# JFK in January: local time is UTC minus five hours. The flight asked about leaves at 12:00, so
# everything is as known at 10:00 local, 15:00 UTC.


def test_the_schedule_is_told_in_local_time_and_the_moment_in_utc():
    """Noon in New York is 17:00 UTC in winter; 14:00 is planned for the arrival."""
    row = last(features.build(tables([flight("2013-01-08", 1200, dep=0, arr=0)])))

    assert row.scheduled_departure == pd.Timestamp("2013-01-08T17:00Z")
    assert (row.dep_min, row.sched_arr_min, row.dow) == (720, 840, "Tue")
    assert row.flight_id == "2013-01-08-DL1-JFK-1200"


def test_departures_of_the_two_hours_before_the_decision_make_the_mean_delay():
    """Departures at 08:00 and 10:01 are outside, 08:20 and 10:00 inside: (10 + 30) / 2."""
    rows = features.build(
        tables(
            [
                flight("2013-01-08", 700, dep=60, arr=60, flight=2),
                flight("2013-01-08", 810, dep=10, arr=10, flight=3),
                flight("2013-01-08", 930, dep=30, arr=30, flight=4),
                flight("2013-01-08", 931, dep=30, arr=30, flight=5),
                flight("2013-01-08", 1200, dep=0, arr=0),
            ]
        )
    )

    assert last(rows).dep_delay_2h == 20.0


def test_nothing_left_means_no_mean_delay():
    """No departure in the window is a null, not a zero: zero would say *all in time*."""
    row = last(features.build(tables([flight("2013-01-08", 1200, dep=0, arr=0)])))

    assert np.isnan(row.dep_delay_2h)


def test_a_flight_waits_from_its_time_until_it_leaves():
    """At 10:00 wait: the one of 09:00 that leaves at 10:05 and the cancelled one of 09:30."""
    rows = features.build(
        tables(
            [
                flight("2013-01-08", 830, dep=20, arr=20, flight=2),  # left at 08:50
                flight("2013-01-08", 900, dep=65, arr=65, flight=3),
                flight("2013-01-08", 930, dep=None, arr=None, flight=4),
                flight("2013-01-08", 1010, dep=0, arr=0, flight=5),  # not due yet
                flight("2013-01-08", 1200, dep=0, arr=0),
            ]
        )
    )

    assert (last(rows).waiting, last(rows).scheduled_2h) == (2, 3)


def test_a_flight_that_left_early_never_waited():
    """Scheduled 10:05, gone at 09:55: it counts as a departure, and not as minus one waiting."""
    early = flight("2013-01-08", 1005, dep=-10, arr=-10, flight=2)
    row = last(features.build(tables([early, flight("2013-01-08", 1200, dep=0, arr=0)])))

    assert (row.waiting, row.dep_delay_2h) == (0, -10.0)


def test_yesterdays_rate_counts_what_was_late_or_never_came():
    """Of three flights to Atlanta yesterday one was late and one cancelled: two thirds."""
    rows = features.build(
        tables(
            [
                flight("2013-01-07", 800, dep=0, arr=15, flight=2),  # 15 minutes are in time
                flight("2013-01-07", 900, dep=0, arr=16, flight=3),
                flight("2013-01-07", 1000, dep=None, arr=None, flight=4),
                flight("2013-01-08", 800, dep=0, arr=99, flight=5),  # today is not yesterday
                flight("2013-01-08", 1200, dep=0, arr=0),
            ]
        )
    )

    assert last(rows).origin_late_1d == last(rows).dest_late_1d == 0.6667
    assert last(rows).cancelled_1d == 0.3333


def test_yesterdays_late_evening_is_left_out_while_it_is_still_in_the_air():
    """Decided at 04:00 (06:00 flight): the flight due at 04:30 is not known to be late."""
    evening = flight("2013-01-07", 2330, dep=0, arr=200, flight=2, sched_arr_time=415)
    morning = flight("2013-01-08", 600, dep=0, arr=0)
    row = last(features.build(tables([evening, morning])))

    assert np.isnan(row.origin_late_1d)


def test_an_arrival_time_is_told_in_the_destinations_time():
    """09:00 to 12:00 to Los Angeles takes six hours, so it is due at 15:15 New York time."""
    rows = timetable.timetable(
        pd.DataFrame([flight("2013-01-08", 900, dep=0, arr=0, dest="LAX", sched_arr_time=1200)]),
        tables([flight("2013-01-08", 900, dep=0, arr=0)]).airports,
    )

    assert rows.due[0] - rows.scheduled[0] == 6 * 60 + 15


def test_an_hours_weather_is_known_when_the_hour_is_over():
    """At 15:00 UTC the row of 14:00 is complete, that of 15:00 (made up to 15:51) is not."""
    weather = [observation(f"2013-01-08T{hour}", temp=float(hour)) for hour in (13, 14, 15, 16)]
    row = last(features.build(tables([flight("2013-01-08", 1200, dep=0, arr=0)], weather)))

    assert row.temp == 14.0
    assert row.weather_at == pd.Timestamp("2013-01-08T15:00Z")


@pytest.mark.parametrize(("hour", "temp"), [("11", 10.0), ("10", np.nan)])
def test_weather_goes_stale_after_three_hours(hour, temp):
    """Known at 12:00 UTC it still describes 15:00; known at 11:00 it does not."""
    weather = [observation(f"2013-01-08T{hour}")]
    row = last(features.build(tables([flight("2013-01-08", 1200, dep=0, arr=0)], weather)))

    np.testing.assert_equal(row.temp, temp)


def test_a_gap_within_an_observation_stays_a_gap():
    """A missing wind is null, not the wind of an hour before."""
    weather = [observation("2013-01-08T13"), observation("2013-01-08T14", wind_speed=np.nan)]
    row = last(features.build(tables([flight("2013-01-08", 1200, dep=0, arr=0)], weather)))

    assert np.isnan(row.wind_speed)
    assert row.temp == 10.0


def test_an_unknown_plane_has_no_age():
    """A tail number that the registry lacks, or none at all, gives nulls."""
    rows = features.build(
        tables(
            [
                flight("2013-01-08", 900, dep=0, arr=0),
                flight("2013-01-08", 1000, dep=0, arr=0, tailnum="N2", flight=2),
                flight("2013-01-08", 1100, dep=None, arr=None, tailnum=None, flight=3),
            ]
        )
    )

    assert rows.plane_age[0] == 10
    assert rows.plane_age[1:].isna().all()


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_feature_depends_on_what_happens_after_the_decision(data):
    """Two worlds with one past: whatever the other flights do later, the features are the same."""
    delay = st.one_of(st.none(), st.integers(-20, 300))
    clock = st.integers(5, 23).map(lambda hour: hour * 100)
    days = st.sampled_from(["2013-01-07", "2013-01-08"])
    drawn = data.draw(st.lists(st.tuples(days, clock, delay, delay), max_size=12))
    asked = flight("2013-01-08", 1200, dep=0, arr=0)
    decided = pd.Timestamp("2013-01-08T10:00")

    def world(future_delay):
        rows = []
        for number, (day, at, dep, arr) in enumerate(drawn, start=2):
            scheduled = pd.Timestamp(day) + pd.Timedelta(hours=at // 100)
            left = dep is not None and scheduled + pd.Timedelta(minutes=dep) <= decided
            due = scheduled + pd.Timedelta(hours=2)
            there = left and arr is not None and due + pd.Timedelta(minutes=arr) <= decided
            beyond = (decided - scheduled).total_seconds() / 60 + future_delay
            seen_dep = dep if left else beyond
            seen_arr = arr if there else max(beyond, (decided - due).total_seconds() / 60 + 1)
            rows.append(flight(day, at, dep=seen_dep, arr=seen_arr, flight=number))
        return last(features.build(tables([*rows, asked])))

    pd.testing.assert_series_equal(world(1), world(599))


@pytest.mark.parametrize("moment", MOMENTS)
def test_changing_the_real_future_changes_no_feature_of_the_past(flights_source, moment):
    """On real days: all that became known after a moment is replaced, no earlier decision moves.

    Flights decided later do move, so the replacement is one that features can feel.
    """
    now = pd.Timestamp(moment)
    raw = around(flights_source._raw, now)
    decided = happened(raw.flights, raw.airports)[0] - pd.Timedelta(hours=2)

    before = features.build(raw)
    after = features.build(with_another_future(raw, now, seed=1))

    past = (decided <= now).to_numpy()
    assert past.sum() > 1_000
    pd.testing.assert_frame_equal(before[past], after[past])
    changed = (before[~past] != after[~past]) & ~(before[~past].isna() & after[~past].isna())
    felt = {name for name in changed if changed[name].any()}
    assert {"waiting", "dep_delay_2h", "origin_late_1d", "cancelled_1d", "temp"} <= felt


@pytest.mark.parametrize("moment", MOMENTS[:1])
def test_a_look_ahead_would_be_noticed(flights_source, moment):
    """The same test is red for features taken at departure time: it can fail."""
    now = pd.Timestamp(moment)
    raw = around(flights_source._raw, now)
    other = with_another_future(raw, now, seed=1)
    decided = happened(raw.flights, raw.airports)[0] - pd.Timedelta(hours=2)
    leaving_now = ((decided > now) & (decided <= now + pd.Timedelta(hours=2))).to_numpy()

    before, after = features.build(raw)[leaving_now], features.build(other)[leaving_now]

    assert not before.waiting.equals(after.waiting)


def around(raw, now):
    """The raw tables with only the flights of the days around a moment."""
    days = pd.to_datetime(raw.flights[["year", "month", "day"]])
    near = abs(days - now.tz_localize(None)) < pd.Timedelta(days=2.5)
    flights = raw.flights[near].reset_index(drop=True)
    return Tables(flights, raw.weather, raw.planes, raw.airports)


def test_the_newest_content_of_no_feed_is_later_than_the_decision(flights_source):
    """Every row's own record of what it saw lies at or before T-2h, all year."""
    seen = flights_source._table.select(["scheduled_departure", *SEEN_LATER]).to_pandas()
    decided = seen.scheduled_departure - pd.Timedelta(hours=2)

    assert {name: bool((seen[name] > decided).any()) for name in SEEN_LATER} == dict.fromkeys(
        SEEN_LATER, False
    )


def test_local_times_agree_with_the_datas_own_utc_hours(flights_source):
    """The zone rules of 2013 give the hour that the raw data tells in UTC, for every flight."""
    raw = flights_source._raw.flights

    ours = timetable.scheduled_local(raw).dt.tz_convert("UTC")

    assert (ours.dt.floor("h") == pd.to_datetime(raw.time_hour, utc=True)).all()
