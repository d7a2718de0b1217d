"""A column changes its unit, within what the contract allows."""

from collections.abc import Iterable

import pandas as pd

from caf_pipelines.scenarios.altered import is_batch, with_rows
from caf_pipelines.scenarios.game_day import GameDay
from caf_pipelines.scenarios.scenario import Scenario, expect
from caf_platform.project.source import Delivery

KILOMETRES = 1.609344


def in_kilometres(rows: pd.DataFrame) -> pd.DataFrame:
    """Distances in kilometres, as whole numbers as before."""
    miles = rows["distance"].astype(int)
    return rows.assign(distance=(miles * KILOMETRES).round().clip(upper=5200).astype(int))


def changed(delivery: Delivery) -> Iterable[Delivery]:
    """Every batch of May in kilometres."""
    yield with_rows(delivery, in_kilometres) if is_batch(delivery, "2013-05-01") else delivery


def act(day: GameDay) -> None:
    """Play the month in kilometres."""
    day.play(changed)


scenario = Scenario(
    begins="2013-05-01",
    ends="2013-06-01",
    act=act,
    expected=expect("skew", "skew_breached", action="data_incident", opens=("data-2013-05",)),
)
