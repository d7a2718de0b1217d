"""An approval is used after the days for which the policy lets it hold."""

from caf_pipelines.scenarios.game_day import GameDay
from caf_pipelines.scenarios.people import approves, publishes, wants_a_person
from caf_pipelines.scenarios.scenario import Scenario, expect


def act(day: GameDay) -> None:
    """Approved on 1 May, for seven days; moved on 10 May."""
    wants_a_person(day)
    day.play(until="2013-05-01")
    approves(day, "Ines Duarte", "v2")
    day.play()
    publishes(day, "Ravi Shah", "v2")


scenario = Scenario(
    begins="2013-04-01",
    ends="2013-05-10",
    act=act,
    expected=expect("door", "expired", champion="v1"),
)
