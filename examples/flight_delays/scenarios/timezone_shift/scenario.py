"""Times four hours off, as a lost time zone makes them."""

from collections.abc import Iterable

import pandas as pd

from caf_pipelines.scenarios.altered import is_batch, with_rows
from caf_pipelines.scenarios.game_day import GameDay
from caf_pipelines.scenarios.scenario import Scenario, expect
from caf_platform.project.source import Delivery

SUMMER = pd.Timedelta(hours=4)


def shifted(rows: pd.DataFrame) -> pd.DataFrame:
    """The clock of New York, called UTC; the minutes of the day are those of UTC."""
    moments = pd.to_datetime(rows["scheduled_departure"]) - SUMMER
    minutes = (rows["dep_min"].astype(int) + 240) % 1440
    return rows.assign(
        scheduled_departure=moments.dt.strftime("%Y-%m-%dT%H:%M:%SZ"), dep_min=minutes
    )


def from_mid_may(delivery: Delivery) -> Iterable[Delivery]:
    """Every batch from 10 May on."""
    yield with_rows(delivery, shifted) if is_batch(delivery, "2013-05-10") else delivery


def act(day: GameDay) -> None:
    """Play the month with shifted times."""
    day.play(from_mid_may)


scenario = Scenario(
    begins="2013-05-01",
    ends="2013-06-01",
    act=act,
    expected=expect("skew", "skew_breached", action="data_incident", opens=("data-2013-05",)),
)
