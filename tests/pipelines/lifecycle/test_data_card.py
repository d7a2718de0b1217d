"""Data that nobody answers for is taken in and checked, and nothing is learnt from it."""

from dataclasses import replace

from micro_play import World, micro, recorded

from caf_platform.capabilities import Capability
from caf_platform.ledger.events import IncidentOpened, ModelTrained, PlayFinished
from caf_platform.project.model import Project


def ownerless() -> Project:
    """The micro project without a data owner."""
    declared = micro().declaration
    dataset = replace(declared.datasets[0], owner="")
    return replace(micro(), declaration=replace(declared, datasets=(dataset,)))


def of_the_card(world: World) -> list[IncidentOpened]:
    """The incidents that the data card opened."""
    return [one for one in recorded(world, IncidentOpened) if "data-card-" in one.incident]


def test_nothing_is_trained_and_one_incident_says_why():
    """The play goes to its end without a challenger; each window asks, one incident is opened."""
    world = World()

    play = world.played(ownerless())

    assert recorded(world, ModelTrained) == []
    assert len(recorded(world, PlayFinished)) == 1
    (incident,) = of_the_card(world)
    assert incident.cause == "dataset 'sensor' has no owner"
    (reason,) = incident.evidence["decision"]["reasons"]
    assert reason["code"] == "no_owner"
    assert [alert.key for alert in world.alerts.sent].count(incident.incident) == 1
    refused = [line for line in play.session.timeline.lines if line.verdict == "refuse"]
    assert len(refused) > 1
    assert play.session.state.champion is None


def test_the_incident_carries_the_capabilities_of_the_data_card():
    """So the report's map shows that data governance was used."""
    world = World()
    world.played(ownerless())

    (record,) = [r for r in world.ledger.read() if "/incident/data-card-" in r.key]

    assert set(record.envelope.capabilities) == {
        Capability.DATA_CURATION,
        Capability.DATA_GOVERNANCE,
    }


def test_opening_the_play_warns_before_anything_is_trained():
    """Loading lets it pass and says so; a complete card is not spoken of."""
    warned = World().opened(ownerless()).session.timeline.lines
    quiet = World().opened().session.timeline.lines

    assert [(line.stage, line.verdict) for line in warned] == [("data_card", "watch")]
    assert "dataset 'sensor' has no owner" in warned[0].text
    assert quiet == []


def test_the_same_home_trains_once_the_card_is_complete():
    """Two windows without an owner, then the declaration is mended, and the play goes on."""
    world = World()
    play = world.opened(ownerless())
    for _, window in zip(range(3), play.windows(), strict=False):
        play.take(window)
    assert recorded(world, ModelTrained) == []

    play = world.played()

    assert play.session.state.play == 1
    assert recorded(world, ModelTrained)
    assert play.session.state.champion is not None
    assert len(of_the_card(world)) == 1
