"""One byte of an approved model's file is changed behind everybody's back."""

from caf_pipelines.scenarios.game_day import GameDay
from caf_pipelines.scenarios.scenario import Scenario, expect
from caf_platform.ledger.events import ApprovalGiven


def act(day: GameDay) -> None:
    """Play on; as soon as the challenger is approved, its file is changed."""

    def intrude() -> None:
        key = day.state.models["v2"].manifest.keys["artifact"]
        path = day.platform.home / "lake" / key
        path.chmod(0o644)
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)

    with day.at(ApprovalGiven, intrude, after=True):
        day.play()


scenario = Scenario(
    begins="2013-04-29",
    ends="2013-05-01",
    act=act,
    expected=expect("door", "wrong_bytes", champion="v1", opens=("promotion-refused-v2",)),
)
