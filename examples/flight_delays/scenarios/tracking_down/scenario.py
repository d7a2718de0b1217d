"""Nobody answers at the tracking store while a challenger is to be trained."""

from caf_pipelines.scenarios.game_day import GameDay
from caf_pipelines.scenarios.interposed import Down
from caf_pipelines.scenarios.scenario import Scenario, expect


def act(day: GameDay) -> None:
    """Play on with the server down, and once more when it is up again."""
    up = day.platform.tracking
    day.platform.tracking = Down("The tracking server")
    with day.refusal("tracking", "2013-04"):
        day.play()
    day.platform.tracking = up
    day.play()


scenario = Scenario(
    begins="2013-04-29",
    ends="2013-05-01",
    act=act,
    expected=expect("tracking", "unavailable", same_state=True),
)
