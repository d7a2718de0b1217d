"""A feed that runs ahead of time during training and gate, and is repaired for the live month."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from caf_pipelines.scenarios.altered import is_batch, with_rows
from caf_pipelines.scenarios.game_day import GameDay
from caf_pipelines.scenarios.scenario import Scenario, expect
from caf_platform.project.model import Candidate
from caf_platform.project.source import Delivery

BOARD = ["dep_delay_2h", "waiting", "scheduled_2h"]
FAST = np.timedelta64(2, "h")
FIRST, LAST = "2013-05-01", "2013-07-31"
TREES = Candidate(family="gradient_boosting", parameters={"max_iter": 100})


def two_hours_fast(rows: pd.DataFrame) -> pd.DataFrame:
    """Each flight with the board of the one that leaves the same airport two hours later."""
    found = rows.copy()
    times = pd.to_datetime(rows["scheduled_departure"], utc=True).dt.tz_localize(None)
    for index in rows.groupby("origin").groups.values():
        leaving = times[index].sort_values(kind="stable")
        moments = leaving.to_numpy()
        later = np.minimum(np.searchsorted(moments, moments + FAST), len(moments) - 1)
        found.loc[leaving.index, BOARD] = rows.loc[leaving.index[later], BOARD].to_numpy()
    return found


class FastBoard:
    """The board with its wrong clock, and its own log: what is computed afresh is read from it."""

    def __init__(self) -> None:
        self.log: list[pd.DataFrame] = []

    def shown(self, rows: pd.DataFrame) -> pd.DataFrame:
        """What it shows for a day's flights."""
        found = two_hours_fast(rows)
        self.log.append(found.set_index("flight_id")[BOARD])
        return found

    def deliver(self, delivery: Delivery) -> Iterable[Delivery]:
        """The batches from May to July are read off it."""
        fast = is_batch(delivery, FIRST, LAST)
        yield with_rows(delivery, self.shown) if fast else delivery

    def afresh(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Rows computed afresh, with what its log says of them."""
        said = pd.concat(self.log)
        said = said[~said.index.duplicated()].replace("", np.nan).astype(float)
        known = rows.index.intersection(said.index)
        found = rows.copy()
        found.loc[known, BOARD] = said.loc[known, BOARD].astype(found[BOARD].dtypes)
        return found


def act(day: GameDay) -> None:
    """Play four months, with trees for challengers and the fast board in the first three.

    Trees of so few flights give away whose they are; whoever wants them has to allow it.
    """
    board = FastBoard()
    day.declare(candidates=(TREES,))
    day.allow("release", max_membership_auc=0.65)
    day.play(board.deliver, upstream=board.afresh)


scenario = Scenario(
    begins="2013-05-01",
    ends="2013-09-01",
    act=act,
    expected=expect(
        "former_champion",
        "harm",
        "confidence",
        also={
            "data_drift": "three columns move with the clock: that asks for challengers",
            "better_than_champion": "July's challenger has seen too little of the fast board",
            "segments_hold": "the same challenger",
            "value_holds": "the same challenger",
        },
        # with a board that knows more, the old champion looks better than it is
        silent=("calibration",),
        # May asks for a challenger: the board moves with the clock by then
        windows={"2013-05": "retrain"},
        action="roll_back",
        opens=("rolled-back-v5",),
        champion="v2",
    ),
)
