"""The champion's file is replaced by an older version's, and restored by a person later."""

from caf_pipelines.scenarios.game_day import GameDay
from caf_pipelines.scenarios.scenario import Scenario, expect

CHAMPION, FORMER = "v2", "v1"


def act(day: GameDay) -> None:
    """Play on with the old file, and with the right one once a person has restored it."""
    present, old = (
        day.platform.home / "lake" / day.state.models[version].manifest.keys["artifact"]
        for version in (CHAMPION, FORMER)
    )
    backup = present.read_bytes()
    present.chmod(0o644)
    present.write_bytes(old.read_bytes())
    with day.refusal(CHAMPION):
        day.play()
    present.write_bytes(backup)
    day.fresh().play()


scenario = Scenario(
    begins="2013-05-30",
    ends="2013-06-01",
    act=act,
    expected=expect("lake", "tampered", opens=("model-refused-v2", "tampered-v2-2013-05-31")),
)
