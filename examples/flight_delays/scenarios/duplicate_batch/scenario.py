"""A day's file brings the rows of the day before as well."""

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from caf_pipelines.scenarios.altered import as_csv, is_batch, rows_of
from caf_pipelines.scenarios.game_day import GameDay
from caf_pipelines.scenarios.scenario import Scenario, expect
from caf_platform.project.source import Delivery

BEFORE, DAY = "2013-05-13", "2013-05-14"


class Retry:
    """A sender that keeps the day before at hand."""

    def __init__(self) -> None:
        self.before: pd.DataFrame | None = None

    def __call__(self, delivery: Delivery) -> Iterable[Delivery]:
        """Add the day before to the day."""
        if is_batch(delivery, BEFORE, BEFORE):
            self.before = rows_of(delivery)
        if is_batch(delivery, DAY, DAY):
            both = as_csv(pd.concat([self.before, rows_of(delivery)], ignore_index=True))
            delivery = replace(delivery, read=lambda: both)
        yield delivery


def act(day: GameDay) -> None:
    """Play the month with one file that brings two days."""
    day.play(Retry())


scenario = Scenario(
    begins="2013-05-01", ends="2013-06-01", act=act, expected=expect("quarantine", "duplicates")
)
