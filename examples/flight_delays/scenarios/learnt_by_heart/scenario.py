"""The first model is a forest of leaves of two flights: good on new ones, and sure of its own."""

from caf_pipelines.scenarios.game_day import GameDay
from caf_pipelines.scenarios.scenario import NOBODY, Scenario, expect
from caf_platform.project.model import Candidate

KEEPING = Candidate(
    family="gradient_boosting",
    parameters={
        "max_iter": 60,
        "learning_rate": 0.03,
        "max_leaf_nodes": 255,
        "min_samples_leaf": 2,
    },
)


def act(day: GameDay) -> None:
    """March ends under the new declaration."""
    day.declare(candidates=(KEEPING,))
    day.play()


scenario = Scenario(
    begins="2013-03-30",
    ends="2013-04-01",
    act=act,
    expected=expect("membership_inference", "members_told", champion=NOBODY),
)
