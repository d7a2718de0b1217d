"""The flagship's declaration: it loads, and its contract sets aside what it should, all year."""

from collections import Counter
from datetime import timedelta

import pandas as pd
import pytest

import caf_platform.model.families  # noqa: F401 - registers the model families
from caf_platform.contract.mask import reasons, table_problems
from caf_platform.contract.model import MALFORMED
from caf_platform.contract.parse import parse
from caf_platform.project.load import load_project
from caf_platform.project.source import DeliveryKind
from examples import EXAMPLES

GALE = "2013-02-12"


@pytest.fixture(scope="module")
def project():
    """Declaration and policy, as the platform loads them."""
    return load_project(EXAMPLES, "flight_delays")


@pytest.fixture(scope="module")
def year(project, flights_source):
    """Every row of the year in the contract's columns, as if it were one batch."""
    rows = flights_source._table.select(list(project.declaration.contract.names)).to_pandas()
    return rows.assign(**{MALFORMED: pd.Series(None, index=rows.index, dtype="str")})


def test_the_project_loads_without_a_mistake(project):
    """Contract, features, families and every threshold are consistent."""
    assert project.name == "flight_delays"
    assert len(project.declaration.features.all) == 25


def test_a_whole_year_sets_aside_exactly_the_impossible_rows(project, year):
    """One wind of 1,048 mph at 03:51 on 12 February, and a flight of 17 miles to LaGuardia.

    The wind was the newest reading for the 32 departures from Newark between 06:00 and 07:00.
    """
    codes = reasons(year, project.declaration.contract)

    found = year.assign(why=codes)[codes.map(bool)]
    assert Counter(found.why) == {("wind_speed:maximum",): 32, ("distance:minimum",): 1}
    gale = found[found.why == ("wind_speed:maximum",)]
    assert set(gale.day) == {GALE}
    assert set(gale.origin) == {"EWR"}
    assert gale.dep_min.between(6 * 60, 7 * 60 - 1).all()
    assert set(gale.wind_speed.round(2)) == {1048.36}
    short = found[found.why == ("distance:minimum",)]
    assert list(short.flight_id) == ["2013-07-27-US1632-EWR-0106"]


def test_no_day_of_the_year_is_stopped_as_a_whole(project, year):
    """Not the blizzard, not the last day without weather: nulls have their reasons there."""
    contract = project.declaration.contract

    problems = {day: table_problems(rows, contract) for day, rows in year.groupby("day")}

    assert {day: found for day, found in problems.items() if found} == {}


@pytest.mark.parametrize("sample", [None, 0.2])
def test_the_gale_is_set_aside_from_the_file_as_it_arrives(project, flights_source, sample):
    """From bytes to reasons: the day's batch is cleaned, not refused."""
    [delivery] = [d for d in flights_source.deliveries(sample) if d.name == GALE]

    parsed = parse(delivery.read(), project.declaration.contract)
    codes = reasons(parsed.frame, project.declaration.contract)

    assert parsed.problems == ()
    share = codes.map(bool).mean()
    assert 0.01 < share < project.policy.validation.max_quarantine_share.value
    assert set(codes[codes.map(bool)]) == {("wind_speed:maximum",)}


def test_a_unit_mistake_is_caught(project, year):
    """Pressure in inches of mercury (30 for 1,016 mbar) breaks the contract in every row."""
    day = year[year.day == "2013-07-10"].reset_index(drop=True)
    wrong = day.assign(pressure=day.pressure / 33.8639)

    codes = reasons(wrong, project.declaration.contract)

    assert (codes.map(lambda row: "pressure:minimum" in row) == day.pressure.notna()).all()


def test_features_of_the_parsed_file_are_the_sources_own(project, flights_source):
    """What the platform reads equals what the source would rebuild: no skew by reading."""
    [delivery] = [d for d in flights_source.deliveries(0.2) if d.name == "2013-07-10"]
    features = list(project.declaration.features.all)

    read = parse(delivery.read(), project.declaration.contract).frame.set_index("flight_id")
    afresh = flights_source.recompute(list(read.index))

    pd.testing.assert_frame_equal(read[features], afresh[features], check_dtype=False)


def test_every_days_feeds_are_fresh_enough_but_the_last(project, flights_source):
    """The policy's limits raise one alarm in 2013: no weather on 31 December."""
    limits = project.policy.validation.max_feed_age_hours
    stale = {
        (delivery.name, feed)
        for delivery in flights_source.deliveries(None)
        if delivery.kind is DeliveryKind.BATCH
        for feed, limit in limits.items()
        if delivery.arrives_at - delivery.feeds[feed] > timedelta(hours=limit.value)
    }

    assert stale == {("2013-12-31", "weather")}


def test_rates_a_day_stale_would_be_noticed(project, flights_source):
    """The fault that no drift monitor sees: the network feed one day older is too old, always."""
    limit = timedelta(hours=project.policy.validation.max_feed_age_hours["network"].value)
    batches = [d for d in flights_source.deliveries(None) if d.kind is DeliveryKind.BATCH]

    ages = [d.arrives_at - d.feeds["network"] for d in batches]

    assert min(ages) + timedelta(days=1) > limit > max(ages)


def test_acting_pays_from_one_in_three(project):
    """Forty euros spent on each alarm, 120 saved on each right one: 40 / 120 (cost-loss model)."""
    assert project.declaration.value.threshold == pytest.approx(1 / 3)
