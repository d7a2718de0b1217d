"""One batch with impossible values in a fifth of its rows."""

from collections.abc import Iterable

import pandas as pd

from caf_pipelines.scenarios.altered import is_batch, with_rows
from caf_pipelines.scenarios.game_day import GameDay
from caf_pipelines.scenarios.scenario import Scenario, expect
from caf_platform.project.source import Delivery

DAY = "2013-05-14"


def impossible_seats(rows: pd.DataFrame) -> pd.DataFrame:
    """Every fifth row has -1 seats."""
    rows.loc[rows.index[::5], "seats"] = "-1"
    return rows


def broken(delivery: Delivery) -> Iterable[Delivery]:
    """The day's file, broken."""
    yield with_rows(delivery, impossible_seats) if is_batch(delivery, DAY, DAY) else delivery


def act(day: GameDay) -> None:
    """Play the month with one broken day."""
    day.play(broken)


scenario = Scenario(
    begins="2013-05-01",
    ends="2013-06-01",
    act=act,
    expected=expect(
        "contract",
        "quarantine_share",
        also={"label file": "labels came for rows that nobody accepted"},
        action="data_incident",
        opens=("data-2013-05", "refused-2013-05-14"),
    ),
)
