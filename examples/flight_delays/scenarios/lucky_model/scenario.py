"""A challenger whose improvement is larger than the margin, and smaller than chance."""

from caf_pipelines.scenarios.game_day import GameDay
from caf_pipelines.scenarios.scenario import Scenario, expect
from caf_platform.project.model import Candidate

TRIED = Candidate(family="gradient_boosting", parameters={"max_iter": 100})


def act(day: GameDay) -> None:
    """September ends under the new declaration."""
    day.declare(candidates=(TRIED,))
    day.play()


scenario = Scenario(
    begins="2013-09-29",
    ends="2013-10-01",
    act=act,
    expected=expect("better_than_champion", "not_clearly_better_than_champion", champion="v4"),
)
