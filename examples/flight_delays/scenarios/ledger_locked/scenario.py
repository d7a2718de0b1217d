"""Another connection holds the ledger's write lock."""

import sqlite3
from contextlib import closing

from caf_pipelines.scenarios.game_day import GameDay
from caf_pipelines.scenarios.scenario import Scenario, expect

PATIENCE_SECONDS = 0.5
"""Instead of half a minute: the one who holds the lock will not let go."""


def act(day: GameDay) -> None:
    """Play on while a backup job holds the lock, and once more when it has gone."""
    day.platform.patience = PATIENCE_SECONDS
    with closing(sqlite3.connect(day.platform.home / "ledger.db", timeout=0)) as backup:
        backup.execute("BEGIN IMMEDIATE")
        with day.refusal("2013-04"):
            day.play()
        backup.rollback()
    day.play()


scenario = Scenario(
    begins="2013-04-29",
    ends="2013-05-01",
    act=act,
    expected=expect("ledger", "unavailable", same_state=True),
)
