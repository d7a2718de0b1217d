"""From one day on, a column comes under another name."""

from collections.abc import Iterable

import pandas as pd

from caf_pipelines.scenarios.altered import is_batch, with_rows
from caf_pipelines.scenarios.game_day import GameDay
from caf_pipelines.scenarios.scenario import Scenario, expect
from caf_platform.project.source import Delivery

DAY = "2013-05-20"


def renamed(rows: pd.DataFrame) -> pd.DataFrame:
    """The airline under its new name."""
    return rows.rename(columns={"carrier": "airline"})


def broken(delivery: Delivery) -> Iterable[Delivery]:
    """One day's file in the new form."""
    yield with_rows(delivery, renamed) if is_batch(delivery, DAY, DAY) else delivery


def act(day: GameDay) -> None:
    """Play the month with one file in the new form."""
    day.play(broken)


scenario = Scenario(
    begins="2013-05-01",
    ends="2013-06-01",
    act=act,
    expected=expect(
        "contract",
        "carrier:missing_column",
        "airline:unexpected_column",
        also={"label file": "labels came for rows that nobody accepted"},
        action="data_incident",
        opens=("data-2013-05", "refused-2013-05-20"),
    ),
)
