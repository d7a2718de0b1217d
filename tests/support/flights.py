"""Small raw tables for the flagship, and a world whose future is changed after a moment."""

from typing import Any

import numpy as np
import pandas as pd

from examples import example_module

features = example_module("flight_delays", "features")
Tables = features.Tables

ZONES = {"ATL": "America/New_York", "LAX": "America/Los_Angeles", "ORD": "America/Chicago"}
CARIBBEAN = "America/Puerto_Rico"


def flight(
    day: str, at: int, *, dep: float | None, arr: float | None, **other: Any
) -> dict[str, Any]:
    """One raw row: scheduled `at` (such as 1435), with its delays; None is *did not*.

    Delta 1 from JFK to Atlanta, planned for two hours, unless told otherwise.
    """
    date = pd.Timestamp(day)
    row = {
        "year": date.year,
        "month": date.month,
        "day": date.day,
        "sched_dep_time": at,
        "dep_delay": np.nan if dep is None else float(dep),
        "sched_arr_time": (at + 200) % 2400,
        "arr_delay": np.nan if arr is None else float(arr),
        "carrier": "DL",
        "flight": 1,
        "tailnum": "N1",
        "origin": "JFK",
        "dest": "ATL",
        "distance": 760,
        "hour": at // 100,
        "minute": at % 100,
    }
    return row | other


def observation(hour: str, **values: float) -> dict[str, Any]:
    """One raw row of weather at JFK; `hour` is the UTC hour in which it was made."""
    calm = dict.fromkeys(features.OBSERVED, 10.0)
    return {"origin": "JFK", "time_hour": f"{hour}:00:00Z", **calm, **values}


def tables(flights: list[dict[str, Any]], weather: list[dict[str, Any]] | None = None) -> Any:
    """The four raw tables around these rows."""
    return Tables(
        flights=pd.DataFrame(flights),
        weather=pd.DataFrame(weather or [observation("2012-12-01T00")]),
        planes=pd.DataFrame({"tailnum": ["N1"], "year": [2003.0], "seats": [150]}),
        airports=pd.DataFrame({"faa": list(ZONES), "tzone": list(ZONES.values())}),
    )


def with_another_future(raw: Any, moment: pd.Timestamp, seed: int) -> Any:
    """The same tables up to `moment`; everything that becomes known later is different.

    Computed apart from the features: from actual arrival times and the raw `time_hour`.
    """
    chance = np.random.default_rng(seed)
    flights, rows = raw.flights.copy(), len(raw.flights)
    scheduled, departed, arrived = happened(flights, raw.airports)
    later = moment + pd.to_timedelta(chance.integers(1, 600, rows), unit="min")
    not_left = departed.isna() | (departed > moment)
    not_there = arrived.isna() | (arrived > moment)
    cancelled = chance.random(rows) < 0.3
    planned_arrival = arrived - pd.to_timedelta(flights.arr_delay, unit="min")
    new_dep = _minutes(later - scheduled).where(~cancelled)
    new_arr = _minutes(later - planned_arrival).where(~cancelled)
    flights["dep_delay"] = flights.dep_delay.mask(not_left, new_dep)
    flights["arr_delay"] = flights.arr_delay.mask(not_there, new_arr)
    weather = raw.weather.copy()
    made = pd.to_datetime(weather.time_hour, utc=True)
    unknown = made + pd.Timedelta(minutes=51) > moment
    for column in features.OBSERVED:
        weather[column] = weather[column].mask(unknown, 999.0)
    return Tables(flights, weather, raw.planes, raw.airports)


def happened(flights: pd.DataFrame, airports: pd.DataFrame) -> tuple[pd.Series, ...]:
    """Scheduled departure, departure and arrival in UTC; NaT for what did not happen."""
    scheduled = pd.to_datetime(flights.time_hour, utc=True) + _span(flights.minute)
    departed = scheduled + _span(flights.dep_delay)
    zone = flights.dest.map(airports.set_index("faa").tzone).fillna(CARIBBEAN)
    there = pd.Series(np.nan, index=flights.index)
    for name, rows in departed.dropna().groupby(zone):
        local = rows.dt.tz_convert(name)
        there[rows.index] = local.dt.hour * 60 + local.dt.minute
    landing = flights.arr_time // 100 * 60 + flights.arr_time % 100
    arrived = departed + _span((landing - there) % (24 * 60))
    return scheduled, departed, arrived.where(flights.arr_delay.notna())


def _span(minutes: pd.Series) -> pd.Series:
    return pd.to_timedelta(minutes, unit="min")


def _minutes(spans: pd.Series) -> pd.Series:
    return spans / pd.Timedelta(minutes=1)
