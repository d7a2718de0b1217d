"""Nobody answers at the tracking store while a challenger is to be trained."""

from caf_pipelines.scenarios.game_day import GameDay
from caf_pipelines.scenarios.scenario import Scenario, expect


def act(day: GameDay) -> None:
    """Play on while the store's folder is gone, and once more when it is there again."""
    store = day.platform.home / "mlflow"
    away = store.rename(store.with_name("mlflow-unmounted"))
    store.touch()
    with day.refusal("2013-04"):
        day.fresh().play()
    store.unlink()
    away.rename(store)
    day.fresh().play()


scenario = Scenario(
    begins="2013-04-29",
    ends="2013-05-01",
    act=act,
    expected=expect("tracking", "unavailable", same_state=True),
)
