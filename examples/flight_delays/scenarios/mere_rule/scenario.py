"""The first model looks at what the declared simple one looks at, and at nothing else."""

from caf_pipelines.scenarios.game_day import GameDay
from caf_pipelines.scenarios.scenario import NOBODY, Scenario, expect


def act(day: GameDay) -> None:
    """March ends with the simple model as the candidate."""
    day.declare(candidates=(day.project.declaration.baseline,))
    day.play()


scenario = Scenario(
    begins="2013-03-30",
    ends="2013-04-01",
    act=act,
    expected=expect(
        "beats_baselines",
        "not_clearly_better_than_baseline",
        "not_clearly_better_than_dummy",
        also={"segments_hold": "at LaGuardia it may even be worse than the average"},
        champion=NOBODY,
    ),
)
