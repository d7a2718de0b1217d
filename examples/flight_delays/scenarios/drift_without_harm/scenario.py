"""One category is called by another one's name."""

from collections.abc import Iterable

import pandas as pd

from caf_pipelines.scenarios.altered import is_batch, with_rows
from caf_pipelines.scenarios.game_day import GameDay
from caf_pipelines.scenarios.scenario import NOBODY, Scenario, expect
from caf_platform.project.source import Delivery

MERGED, INTO = "US", "AA"


def merged(rows: pd.DataFrame) -> pd.DataFrame:
    """The airline under its new code."""
    return rows.assign(carrier=rows["carrier"].mask(rows["carrier"] == MERGED, INTO))


def since_may(delivery: Delivery) -> Iterable[Delivery]:
    """Every batch of May."""
    yield with_rows(delivery, merged) if is_batch(delivery, "2013-05-01") else delivery


def act(day: GameDay) -> None:
    """Play the month of the merger; what is computed afresh has the new code too."""
    day.play(since_may, upstream=merged)


scenario = Scenario(
    begins="2013-05-01",
    ends="2013-06-01",
    act=act,
    expected=expect(NOBODY, action="watch"),
)
