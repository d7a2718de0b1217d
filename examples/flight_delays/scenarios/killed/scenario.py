"""Processes of their own, each ended by SIGKILL at another moment; then one that lives."""

from caf_pipelines.scenarios.game_day import GameDay
from caf_pipelines.scenarios.mortal import killed_at
from caf_pipelines.scenarios.scenario import NOBODY, Scenario, expect
from caf_platform.ledger.events import BatchValidated, ModelTrained, Promoted

MOMENTS = ((BatchValidated, False), (ModelTrained, False), (Promoted, True))


def act(day: GameDay) -> None:
    """Die three times, and go on."""
    for event, after in MOMENTS:
        killed_at(day.grounds, day.platform.home, day.ends, event, after=after)
    day.fresh().play()


scenario = Scenario(
    begins="2013-04-29",
    ends="2013-05-01",
    act=act,
    expected=expect(NOBODY, same_state=True),
)
