"""A day that the champion learnt from turns out to be another airport's, and is withdrawn."""

from caf_pipelines.scenarios.game_day import GameDay
from caf_pipelines.scenarios.people import withdraws
from caf_pipelines.scenarios.scenario import Scenario, expect

BATCH = "2013-04-10"


def act(day: GameDay) -> None:
    """Once v2 is promoted, an operator withdraws one of the days that only it learnt from."""
    withdraws(day, "Olga Brandt", BATCH, "the file was another airport's")
    day.play()


scenario = Scenario(
    begins="2013-05-01",
    ends="2013-06-01",
    act=act,
    expected=expect(
        "triage",
        "data_withdrawn",
        action="roll_back",
        champion="v1",
        opens=("rolled-back-v2",),
    ),
)
