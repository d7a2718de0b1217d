"""A feed repeats itself while its clock goes on."""

from collections.abc import Iterable

import pandas as pd

from caf_pipelines.scenarios.altered import is_batch, with_rows
from caf_pipelines.scenarios.game_day import GameDay
from caf_pipelines.scenarios.scenario import Scenario, expect
from caf_platform.project.source import Delivery

STILL = {"dep_delay_2h": "4.5", "waiting": "3", "scheduled_2h": "40"}


def frozen(rows: pd.DataFrame) -> pd.DataFrame:
    """The same departures on every row."""
    return rows.assign(**STILL)


def all_month(delivery: Delivery) -> Iterable[Delivery]:
    """Every batch of the month."""
    yield with_rows(delivery, frozen) if is_batch(delivery, "2013-05-01") else delivery


def act(day: GameDay) -> None:
    """Play the month; the board is frozen at its source."""
    day.play(all_month, upstream=frozen)


scenario = Scenario(
    begins="2013-05-01",
    ends="2013-06-01",
    act=act,
    expected=expect(
        "freshness",
        "frozen_feed",
        also={
            "data_drift": "three columns stand still, on top of what spring moves anyway",
            "triage": "nothing is learnt from data that stands still",
        },
        action="data_incident",
        opens=("data-2013-05",),
    ),
)
