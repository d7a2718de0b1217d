"""The evaluation that an approval names is edited before the model is moved."""

from caf_pipelines.scenarios.game_day import GameDay
from caf_pipelines.scenarios.people import approves, publishes, wants_a_person
from caf_pipelines.scenarios.scenario import Scenario, expect


def act(day: GameDay) -> None:
    """Approved on 1 May; the evaluation edited; moved the same day."""
    wants_a_person(day)
    day.play()
    approves(day, "Ines Duarte", "v2")
    edited = day.platform.home / "lake" / day.state.models["v2"].manifest.keys["evaluation"]
    edited.chmod(0o644)
    edited.write_bytes(edited.read_bytes().replace(b"refuse", b"accept", 1) + b" ")
    publishes(day, "Ravi Shah", "v2")


scenario = Scenario(
    begins="2013-04-01",
    ends="2013-05-01",
    act=act,
    expected=expect("door", "wrong_bytes", "evaluation_differs", "not_asked", champion="v1"),
)
