"""A model's file that is not the one on record: nothing is scored with it, and a person is told."""

import pytest
from micro_play import World, after

from caf_platform.errors import Tampered
from caf_platform.ledger.events import BatchScored

STORY = "closed/0004"


def with_old_file(world: World) -> bytes:
    """Put the former champion's file in the place of the champion's; returns the right one."""
    models = world.opened().session.state.models
    champion, former = (models[name].manifest.keys["artifact"] for name in ("v2", "v1"))
    right, world.lake.objects[champion] = (
        world.lake.objects[champion],
        world.lake.objects[former],
    )
    return right


def scored(world: World) -> int:
    """How many batches were scored."""
    return sum(record.type == BatchScored.TYPE for record in world.ledger.read())


def test_an_older_lawful_file_is_not_asked_and_alerts_once() -> None:
    """Valid, signed in its time, and not what the ledger says: refused, with an incident."""
    world = after(STORY)
    before = scored(world)
    with_old_file(world)

    for _ in range(2):
        with pytest.raises(Tampered, match="is not what was recorded"):
            world.played()

    told = [alert.key for alert in world.alerts.sent if alert.key.startswith("tampered-v2")]
    incidents = world.opened().session.state.incidents
    assert len(told) == 1
    assert incidents[told[0]].severity == "high"
    assert scored(world) == before


def test_the_play_goes_on_when_the_right_file_is_back() -> None:
    """With the same champion, to the end."""
    world = after(STORY)
    right = with_old_file(world)
    with pytest.raises(Tampered):
        world.played()

    key = world.opened().session.state.models["v2"].manifest.keys["artifact"]
    world.lake.objects[key] = right

    assert world.played().session.state.finished
