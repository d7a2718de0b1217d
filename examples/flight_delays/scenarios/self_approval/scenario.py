"""The author of a model approves it, with a key that has the role for it."""

from caf_pipelines.scenarios.game_day import GameDay
from caf_pipelines.scenarios.people import approves, wants_a_person
from caf_pipelines.scenarios.scenario import Scenario, expect


def act(day: GameDay) -> None:
    """The challenger waits for a person; its own author comes."""
    wants_a_person(day)
    day.play()
    approves(day, day.project.declaration.owners.model, "v2")


scenario = Scenario(
    begins="2013-04-01",
    ends="2013-05-01",
    act=act,
    expected=expect("approval", "approver_is_author", champion="v1"),
)
