"""A person declares another model family, which learns its rows by heart."""

from caf_pipelines.scenarios.game_day import GameDay
from caf_pipelines.scenarios.scenario import Scenario, expect
from caf_platform.project.model import Candidate

LARGE = Candidate(family="gradient_boosting", parameters={"max_iter": 300})


def act(day: GameDay) -> None:
    """September ends under the new declaration."""
    day.declare(candidates=(LARGE,))
    day.play()


scenario = Scenario(
    begins="2013-09-29",
    ends="2013-10-01",
    act=act,
    expected=expect(
        "better_than_champion",
        "not_clearly_better_than_champion",
        "below_margin",
        also={
            "segments_hold": "every airport pays for it, too few rows to be sure of each",
            "membership_inference": "what it knows by heart it gives away",
        },
        champion="v4",
    ),
)
