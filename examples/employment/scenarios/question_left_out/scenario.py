"""The form no longer asks for a disability, and whoever fills in the column writes 'without'."""

import pandas as pd

from caf_pipelines.scenarios.altered import is_batch, with_rows
from caf_pipelines.scenarios.game_day import GameDay
from caf_pipelines.scenarios.scenario import NOBODY, Scenario, expect
from caf_platform.project.source import Delivery

STILL_ASKED = 100
"""Interviews that were still made with the old form."""


def asked_no_more(rows: pd.DataFrame) -> pd.DataFrame:
    """Everybody but the first few is without a disability."""
    told = rows.index.isin(rows.index[rows["DIS"] == "1"][:STILL_ASKED])
    return rows.assign(DIS=rows["DIS"].where(told | (rows["DIS"] == "2"), "2"))


def act(day: GameDay) -> None:
    """The file of 2016, on which the first model is judged, comes like this."""
    day.play(lambda each: [_changed(each)], upstream=asked_no_more)


def _changed(delivery: Delivery) -> Delivery:
    return (
        with_rows(delivery, asked_no_more)
        if is_batch(delivery, "acs-2016", "acs-2016")
        else delivery
    )


scenario = Scenario(
    begins="2017-09-14",
    ends="2017-10-16",
    act=act,
    expected=expect(
        "fair",
        "group_too_small",
        "tpr_difference_not_measured",
        "selection_ratio_not_measured",
        champion=NOBODY,
    ),
)
