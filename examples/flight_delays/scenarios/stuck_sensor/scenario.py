"""One column of a feed stops changing, at a value that is nothing special."""

from collections.abc import Iterable

import pandas as pd

from caf_pipelines.scenarios.altered import is_batch, with_rows
from caf_pipelines.scenarios.game_day import GameDay
from caf_pipelines.scenarios.scenario import Scenario, expect
from caf_platform.project.source import Delivery

STUCK_SINCE = "2013-05-20"
LAST_READING = "9.20624"
"""Miles an hour, a light breeze; it stands in the data hundreds of times."""


def stuck(rows: pd.DataFrame) -> pd.DataFrame:
    """Every hour has the last reading."""
    return rows.assign(wind_speed=LAST_READING)


def sent_on(delivery: Delivery) -> Iterable[Delivery]:
    """From that day on the gauge says one thing."""
    yield with_rows(delivery, stuck) if is_batch(delivery, STUCK_SINCE) else delivery


def gauge(rows: pd.DataFrame) -> pd.DataFrame:
    """What is computed afresh comes from the same gauge."""
    since = rows["scheduled_departure"] >= pd.Timestamp(STUCK_SINCE, tz="America/New_York")
    return rows.assign(wind_speed=rows["wind_speed"].mask(since, float(LAST_READING)))


def act(day: GameDay) -> None:
    """Play the month with the stuck gauge."""
    day.play(sent_on, upstream=gauge)


scenario = Scenario(
    begins="2013-05-01",
    ends="2013-06-01",
    act=act,
    expected=expect("freshness", "stuck_column", action="data_incident", opens=("data-2013-05",)),
)
