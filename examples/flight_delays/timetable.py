"""The flights with every moment in whole UTC minutes: what was planned and what happened.

The raw table tells times as New York's wall clock (`515`) and arrival times as the
destination's; here they become moments that can be compared.
"""

from typing import Final

import pandas as pd

from .asof import NEVER, Whole

DECIDED_BEFORE: Final = 120
"""Minutes before scheduled departure at which the prediction is made."""
LATE_AFTER: Final = 15
"""Minutes of arrival delay beyond which a flight counts as late (the US DOT's own line)."""

NEW_YORK: Final = "America/New_York"
CARIBBEAN: Final = dict.fromkeys(("BQN", "PSE", "SJU", "STT"), "America/Puerto_Rico")
"""Destinations that `airports` lacks; all four keep Atlantic time without daylight saving."""


def timetable(flights: pd.DataFrame, airports: pd.DataFrame) -> pd.DataFrame:
    """The raw flights plus `flight_id`, the local departure, and moments in UTC minutes.

    `decided` is T-2h. `departed` is NEVER for a flight that did not leave. `due` is the moment
    from which everybody knows whether it was late: scheduled arrival plus 15 minutes.
    `number` counts local days; `<column>_code` numbers the values of a grouping column.
    """
    table = flights.reset_index(drop=True)
    local = scheduled_local(table)
    scheduled = minutes(local)
    delay = table.dep_delay.fillna(0).astype("int64")
    codes = {f"{by}_code": pd.factorize(table[by])[0] for by in ("origin", "carrier", "dest")}
    return table.assign(
        flight_id=flight_ids(table),
        local=local,
        number=(local.dt.tz_localize(None) - pd.Timestamp(0)).dt.days,
        scheduled=scheduled,
        decided=scheduled - DECIDED_BEFORE,
        departed=(scheduled + delay).where(table.dep_delay.notna(), NEVER),
        due=scheduled + _planned_duration(table, local, airports) + LATE_AFTER,
        on_time=(table.arr_delay <= LATE_AFTER).astype("int64"),
        **codes,
    )


def flight_ids(flights: pd.DataFrame) -> pd.Series:
    """The key of each flight, such as `2013-01-01-UA1545-EWR-0515`: local day and time."""
    day = pd.to_datetime(flights[["year", "month", "day"]]).dt.strftime("%Y-%m-%d")
    time = flights.sched_dep_time.astype(str).str.zfill(4)
    number = flights.carrier + flights.flight.astype(str)
    return (day + "-" + number + "-" + flights.origin + "-" + time).rename("flight_id")


def labels(flights: pd.DataFrame) -> pd.Series:
    """1 for a flight that arrived more than 15 minutes late, 0 for another arrival, else null.

    A cancelled or diverted flight has no arrival at its destination, hence never a label.
    """
    late = (flights.arr_delay > LATE_AFTER).astype("Int8")
    return late.where(flights.arr_delay.notna()).rename("label")


def scheduled_local(flights: pd.DataFrame) -> pd.Series:
    """Scheduled departure as a New York time; an hour that daylight saving skips raises."""
    parts = flights[["year", "month", "day", "hour", "minute"]]
    return pd.to_datetime(parts).dt.tz_localize(NEW_YORK)


def minutes(moments: pd.Series) -> pd.Series:
    """Whole minutes since 1970 (UTC) of zone-aware timestamps."""
    return moments.dt.tz_convert("UTC").astype("datetime64[s, UTC]").astype("int64") // 60


def moments(whole: Whole) -> pd.Series:
    """The inverse of `minutes`; a negative count becomes NaT."""
    known = pd.Series(whole)
    return pd.to_datetime((known * 60).where(known >= 0), unit="s", utc=True).dt.as_unit("s")


def minute_of_day(clock: pd.Series) -> pd.Series:
    """Minutes since midnight of a wall clock such as `1435`."""
    return clock // 100 * 60 + clock % 100


def _planned_duration(flights: pd.DataFrame, local: pd.Series, airports: pd.DataFrame) -> pd.Series:
    """Minutes from scheduled departure to scheduled arrival, which is told in destination time."""
    zones = flights.dest.map(airports.set_index("faa").tzone.to_dict() | CARIBBEAN)
    leaving = pd.Series(0, index=flights.index)
    for zone, rows in local.groupby(zones):
        there = rows.dt.tz_convert(zone)
        leaving[rows.index] = there.dt.hour * 60 + there.dt.minute
    return (minute_of_day(flights.sched_arr_time) - leaving) % (24 * 60)
