"""The flagship's deliveries: the same bytes every time, labels late, a cache that may vanish."""

import os
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pandas as pd
import pytest
from flights import happened

from caf_platform.errors import BadInput
from caf_platform.project.source import DeliveryKind
from examples import example_module

data = example_module("flight_delays", "data")
SUMMER, BLIZZARD, LAST = "2013-07-10", "2013-02-08", "2013-12-31"


@pytest.fixture(scope="module")
def everything(flights_source):
    """Every delivery of the full data by name."""
    return {delivery.name: delivery for delivery in flights_source.deliveries(None)}


@pytest.fixture(scope="module")
def fifth(flights_source):
    """Every delivery of a fifth of the flights by name."""
    return {delivery.name: delivery for delivery in flights_source.deliveries(0.2)}


def rows(delivery):
    """What a delivery holds, as a person would read it."""
    return pd.read_csv(BytesIO(delivery.read()))


def test_a_batch_and_a_label_file_for_each_day(flights_source):
    """365 of each, in order of arrival, and together every flight of the year once."""
    deliveries = flights_source.deliveries(None)

    kinds = [delivery.kind for delivery in deliveries]
    assert kinds.count(DeliveryKind.BATCH) == kinds.count(DeliveryKind.LABELS) == 365
    arrivals = [delivery.arrives_at for delivery in deliveries]
    assert arrivals == sorted(arrivals)
    ids = flights_source._table["flight_id"]
    assert (len(ids), len(ids.unique())) == (336_776, 336_776)


@pytest.mark.parametrize(
    ("day", "hour"), [("2013-01-01", 5), ("2013-07-10", 4), ("2013-03-10", 4), ("2013-11-03", 5)]
)
def test_a_batch_arrives_at_the_midnight_that_ends_its_local_day(everything, day, hour):
    """Midnight in New York is 05:00 UTC in winter and 04:00 in summer; labels a day later."""
    ends = datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(days=1, hours=hour)

    assert everything[day].arrives_at == ends
    assert (everything[f"labels-{day}"].arrives_at - ends).total_seconds() / 3600 in (24, 23, 25)


def test_a_batch_holds_the_flights_of_its_local_day(everything):
    """Evening flights of 10 July are on 11 July in UTC and still belong to the 10th."""
    batch = rows(everything[SUMMER])

    assert set(batch.day) == {SUMMER}
    assert batch.scheduled_departure.str[:10].nunique() == 2
    assert batch.scheduled_departure.str.fullmatch(r"2013-07-1[01]T\d\d:\d\d:00Z").all()


def test_no_batch_tells_a_label_or_a_column_of_bookkeeping(everything):
    """The label, and how new each feed was, are not among the columns."""
    assert not [c for c in rows(everything[SUMMER]) if c == "label" or c.endswith("_at")]


def test_label_files_hold_only_flights_that_arrived(everything, flights_source):
    """In the blizzard 475 of 930 flights never came: they were scored, and have no label."""
    raw = flights_source._raw.flights
    that_day = raw[(raw.month == 2) & (raw.day == 8)]

    labels = rows(everything[f"labels-{BLIZZARD}"])

    assert len(rows(everything[BLIZZARD])) == len(that_day) == 930
    assert len(labels) == that_day.arr_delay.notna().sum() == 455
    assert labels.label.sum() == (that_day.arr_delay > 15).sum()
    assert set(labels.label) == {0, 1}


def test_every_label_is_known_when_its_file_arrives(everything, flights_source):
    """The latest flight of the year, 22 hours behind, has landed before its file comes."""
    raw = flights_source._raw
    arrived = happened(raw.flights, raw.airports)[2]
    days = pd.to_datetime(raw.flights[["year", "month", "day"]]).dt.strftime("%Y-%m-%d")
    last = arrived.groupby(days).max()

    files = {day: everything[f"labels-{day}"].arrives_at for day in last.index}

    assert (last < pd.Series(files)).all()


def test_the_same_bytes_every_time(everything, flights_cache):
    """Another process would read the cache: same names, same bytes, same arrivals."""
    again = {d.name: d for d in data.NycFlights(flights_cache).deliveries(None)}

    assert list(again) == list(everything)
    for name in (SUMMER, f"labels-{SUMMER}", LAST):
        assert again[name].read() == everything[name].read() == everything[name].read()
        assert again[name].feeds == everything[name].feeds


@pytest.mark.parametrize("name", [SUMMER, f"labels-{SUMMER}"])
def test_a_sample_is_a_part_of_the_whole(everything, fifth, name):
    """Sampled lines are lines of the full file: state and rates are those of all flights."""
    some = fifth[name].read().splitlines()
    lines = everything[name].read().splitlines()

    assert set(some) <= set(lines)
    assert 0.1 < len(some) / len(lines) < 0.3
    assert fifth[name].feeds == everything[name].feeds


def test_a_sample_has_labels_for_its_own_flights_only(fifth):
    """Nobody hears about flights that were never delivered."""
    batch, labels = rows(fifth[SUMMER]), rows(fifth[f"labels-{SUMMER}"])

    assert set(labels.flight_id) <= set(batch.flight_id)


def test_a_fifth_is_a_fifth(fifth):
    """67,355 of 336,776 flights, on every day of the year."""
    batches = [d for d in fifth.values() if d.kind is DeliveryKind.BATCH]

    assert len(batches) == 365
    assert sum(d.read().count(b"\n") - 1 for d in batches) == 67_355


def test_recomputed_features_are_those_that_were_served(everything, flights_source):
    """Rebuilt from the raw files, without the table: to the last digit, on odd days too."""
    for day in (SUMMER, BLIZZARD, "2013-01-01", "2013-03-10", "2013-11-03", LAST):
        served = rows(everything[day]).set_index("flight_id").sample(40, random_state=0)

        afresh = flights_source.recompute(list(served.index))

        stamps = afresh.scheduled_departure.dt.strftime("%Y-%m-%dT%H:%M:%SZ")
        pd.testing.assert_frame_equal(
            served, afresh.assign(scheduled_departure=stamps), check_dtype=False
        )


def test_recomputing_does_not_look_at_the_table(flights_source, tmp_path):
    """A source without any table, whose cache folder does not exist, gives the same rows."""
    keys = ["2013-02-12-B6380-EWR-0600", "2013-01-01-UA1545-EWR-0515"]
    bare = data.NycFlights(tmp_path / "nothing")

    pd.testing.assert_frame_equal(bare.recompute(keys), flights_source.recompute(keys))
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize("key", ["2013-07-10-XX0-JFK-0000", "no flight at all"])
def test_recomputing_an_unknown_flight_is_refused(flights_source, key):
    """The error names the key."""
    with pytest.raises(BadInput, match=key):
        flights_source.recompute([key])


def test_each_feed_says_how_new_its_content_was(everything):
    """At the end of a day: its schedule, two to six hours old weather, yesterday's rates."""
    feeds = everything[SUMMER].feeds
    ends = everything[SUMMER].arrives_at

    ages = {feed: (ends - newest) / timedelta(hours=1) for feed, newest in feeds.items()}
    assert set(ages) == {"schedule", "weather", "operations", "network"}
    assert ages["schedule"] < 3
    assert ages["weather"] <= 6
    assert ages["operations"] < 6
    assert 20 < ages["network"] < 26


def test_the_silent_weather_of_the_last_day_shows_in_its_feed(everything):
    """The stations' last row is complete on 31 December at midnight UTC: 29 hours old."""
    delivery = everything[LAST]

    assert delivery.feeds["weather"] == datetime(2013, 12, 31, tzinfo=UTC)
    assert rows(delivery).temp.isna().all()


@pytest.mark.parametrize("damage", ["empty", "cut", "garbage", "one byte"])
def test_a_damaged_cache_is_built_anew(damage, tmp_path):
    """Whatever happened to the file, the table is right, and the file too, afterwards."""
    cache = example_module("flight_delays", "cache")
    pa = pytest.importorskip("pyarrow")
    table = pa.table({"flight": [f"flight {n}" for n in range(1_000)], "n": list(range(1_000))})
    path = tmp_path / "folder" / "flights.parquet"
    built = []

    def build():
        built.append(1)
        return table

    cache.remembered(path, build)
    good = path.read_bytes()
    middle = len(good) // 3
    path.write_bytes(
        {
            "empty": b"",
            "cut": good[:middle],
            "garbage": b"no parquet at all",
            "one byte": good[:middle] + bytes([good[middle] ^ 0xFF]) + good[middle + 1 :],
        }[damage]
    )

    assert cache.remembered(path, build).equals(table)
    assert len(built) == 2
    assert cache.remembered(path, build).equals(table)
    assert len(built) == 2
    assert os.listdir(path.parent) == [path.name]  # noqa: PTH208 - names are all that matters


@pytest.mark.usefixtures("flights_source")
def test_the_cache_belongs_to_these_files_and_this_code(flights_cache):
    """Its name holds the digest of raw files and sources, so that a change is never missed."""
    assert [path.name for path in flights_cache.iterdir()] == [
        f"flights-{data._fingerprint()[:16]}.parquet"
    ]
