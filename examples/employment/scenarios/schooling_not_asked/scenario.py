"""People who need help with the interview are no longer asked about their schooling."""

import pandas as pd

from caf_pipelines.scenarios.altered import is_batch, with_rows
from caf_pipelines.scenarios.game_day import GameDay
from caf_pipelines.scenarios.scenario import Scenario, expect
from caf_platform.project.source import Delivery


def not_asked(rows: pd.DataFrame) -> pd.DataFrame:
    """With a disability: no schooling, which is what the form holds where nothing is said."""
    return rows.assign(SCHL=rows["SCHL"].where(rows["DIS"] == "2", "1"))


def act(day: GameDay) -> None:
    """The file of 2018 comes like this, and is what is served and what came true."""
    day.play(lambda each: [_changed(each)], upstream=not_asked)


def _changed(delivery: Delivery) -> Delivery:
    return (
        with_rows(delivery, not_asked) if is_batch(delivery, "acs-2018", "acs-2018") else delivery
    )


scenario = Scenario(
    begins="2019-09-14",
    ends="2019-10-16",
    act=act,
    expected=expect(
        "fairness",
        "tpr_difference_broken",
        "selection_ratio_broken",
        also={
            "fair": "whoever is trained anew is judged on the same spoilt file, and refused",
            "better_than_champion": "the reweighed one learnt what the champion knows already",
            "segments_hold": "a small segment loses with it, by more than chance",
        },
        action="retrain",
    ),
)
