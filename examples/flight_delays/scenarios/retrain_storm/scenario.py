"""A person declares weekly decisions, from the first day on."""

from dataclasses import replace

from caf_pipelines.scenarios.game_day import GameDay
from caf_pipelines.scenarios.scenario import Scenario, expect
from caf_platform.project.model import Period

MONTHS: dict[str, str | None] = dict.fromkeys(("2013-01", "2013-02", "2013-03"))
"""None of them is decided about: the weeks are."""

WEEKS: dict[str, str | None] = {
    **{f"2013-W{week:02d}": "nothing" for week in range(1, 11)},
    "2013-W11": "retrain",
    "2013-W12": "watch",
    "2013-W13": "watch",
    "2013-W14": "retrain",
    "2013-W15": "watch",
    "2013-W16": "watch",
    "2013-W17": "retrain",
}
"""Three trainings, and two weeks of rest after each, whatever the weeks ask for."""


def act(day: GameDay) -> None:
    """Play the spring week by week."""
    day.declare(clock=replace(day.project.declaration.clock, decide=Period.WEEK))
    day.play()


scenario = Scenario(
    begins="2013-01-01",
    ends="2013-04-29",
    act=act,
    expected=expect(
        "governor",
        "cooldown",
        also={
            "data_drift": "a week's weather is unlike the season before it",
            "calibration": "a bad week is worse than a bad month",
            "skill": "the same",
            "prediction_drift": "other weather, other predictions",
            "value_holds": "a challenger of a single week more earns less on the next two",
        },
        windows=MONTHS | WEEKS,
        champion="v3",
    ),
)
