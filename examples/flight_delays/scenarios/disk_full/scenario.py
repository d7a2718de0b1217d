"""The disk under the home is full half-way; it is a real one where this machine allows it."""

from caf_pipelines.scenarios.game_day import GameDay
from caf_pipelines.scenarios.scenario import Scenario, expect
from caf_pipelines.scenarios.small_disk import full_disk

SPARE_BYTES = 20_000


def act(day: GameDay) -> None:
    """Play on until the disk is full, make room, and play on."""
    home = day.platform.home
    with full_disk(home, spare=SPARE_BYTES) as make_room:
        with day.refusal("2013-04"):
            day.fresh().play()
        make_room()
        day.fresh().play()


scenario = Scenario(
    begins="2013-04-29",
    ends="2013-05-01",
    act=act,
    expected=expect("lake", "unavailable", or_else="ledger", same_state=True),
)
