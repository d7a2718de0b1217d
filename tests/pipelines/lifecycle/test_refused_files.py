"""A champion's or a shadow's model file that is not what was approved: told, and never asked."""

import pytest
from hostile_files import HARMFUL, planted
from micro_play import World, after

from caf_platform.errors import Tampered
from caf_platform.ledger.events import BatchScored, Event, IncidentOpened


def spoil(world: World, version: str) -> bytes:
    """Put a hostile file in a version's place; the true bytes."""
    key = world.opened().models.state(version).manifest.keys["artifact"]
    true = world.lake.objects[key]
    world.lake.objects[key] = planted(true, HARMFUL["exec as a type"])
    return true


def mend(world: World, version: str, true: bytes) -> None:
    """Put the true bytes back."""
    key = world.opened().models.state(version).manifest.keys["artifact"]
    world.lake.objects[key] = true


def events(world: World, kind: type[Event]) -> list[Event]:
    """All events of a kind, in order."""
    return [record.event for record in world.ledger.read() if record.type == kind.TYPE]


def refused(world: World) -> list[IncidentOpened]:
    """Incidents about model files."""
    found = [one for one in events(world, IncidentOpened) if isinstance(one, IncidentOpened)]
    return [one for one in found if one.incident.startswith("model-refused")]


def test_a_champion_whose_file_is_refused_opens_an_incident() -> None:
    """A fresh process finds other bytes: nobody scores, somebody is told, once."""
    world = after("promote/v2")
    spoil(world, "v2")
    before = len(events(world, BatchScored))

    for _ in range(2):
        with pytest.raises(Tampered, match="not what was recorded"):
            world.opened().run()

    (incident,) = refused(world)
    assert (incident.incident, incident.severity) == ("model-refused-v2", "high")
    assert "not what was recorded" in incident.cause
    assert [one.key for one in world.alerts.sent].count("model-refused-v2") == 1
    assert len(events(world, BatchScored)) == before


def test_once_the_file_is_restored_it_scores_on() -> None:
    """The incident stands, and the play goes to its end."""
    world = after("promote/v2")
    true = spoil(world, "v2")
    with pytest.raises(Tampered):
        world.opened().run()

    mend(world, "v2", true)
    play = world.played()

    assert play.session.state.finished
    assert len(refused(world)) == 1


def test_a_model_that_is_in_memory_answers_on() -> None:
    """What was verified and opened before is not read again while the process lives."""
    world = after("promote/v2")
    play = world.opened()
    for version in ("v2", "v1"):
        play.models.scorer(version)
    spoil(world, "v2")
    before = len(events(world, BatchScored))

    for window in list(play.windows())[:2]:
        play.take(window)

    assert len(events(world, BatchScored)) > before
    assert refused(world) == []


def test_a_shadow_whose_file_is_refused_stops_nobody() -> None:
    """The champion answers alone, and the incident names the former one."""
    world = after("promote/v2")
    spoil(world, "v1")
    before = len(events(world, BatchScored))
    play = world.opened()

    for window in list(play.windows())[:2]:
        play.take(window)

    scored = events(world, BatchScored)[before:]
    assert scored
    assert {by.version for one in scored for by in one.by} == {"v2"}  # type: ignore[attr-defined]
    assert [one.incident for one in refused(world)] == ["model-refused-v1"]
