"""A play that begins, and another policy: signed, in the champion's stream, never unsaid."""

from dataclasses import replace

import pytest
from door_world import ANSWERS, DoorWorld, signer
from micro_play import under

from caf_platform.door.actor import CAPABILITIES
from caf_platform.door.orders import approve, stop_scoring
from caf_platform.door.plays import adopt, begin
from caf_platform.errors import Conflict, Refused, Tampered
from caf_platform.ledger.events import PlayStarted, PolicyAdopted
from caf_platform.ledger.signing import signatory
from caf_platform.ledger.streams import CHAMPION, DECISIONS

OTHER = under(release={"mode": "manual", "quorum": 2})


@pytest.fixture
def world():
    """v1 has passed its gate, and Ada approved it."""
    found = DoorWorld.manual().begin()
    found.version("v1")
    approve(found.actor("ada"), found.state(), "v1", found.project)
    return found


def second_play(world):
    """What the second play states."""
    return PlayStarted(play=2, policy_digest=world.state().policy_digest, contract_digest="c")


def while_asked(world, act):
    """Pat's door, at which something happens while the model answers."""

    def answers(_manifest):
        act()
        return ANSWERS

    return replace(world.door("pat"), smoke=answers)


def test_a_play_begins_under_a_key_of_its_own(world):
    """Signed by the platform; what is known of the former play is no part of the new one."""
    state = world.state()

    record = begin(world.actor("platform"), state, second_play(world))

    assert (record.stream, record.key) == ("micro/champion", "micro/play-2/started")
    assert record.envelope.correlation == "micro/play-2"
    assert record.envelope.capabilities == CAPABILITIES
    assert signatory(signer("platform"), record).name == "platform"
    assert (state.play, state.models) == (2, {})


def test_a_play_that_somebody_else_began_is_begun(world):
    """Two start at once: the second one goes on with the first one's play."""
    late, event = world.state(), second_play(world)
    begin(world.actor("platform"), world.state(), event)

    assert begin(world.actor("platform"), late, event) is None

    assert late.play == 2
    assert sum(one.type == "play_started" for one in world.ledger.read()) == 2


def test_no_play_begins_while_scoring_is_stopped(world):
    """Also where the stop came after the last look: a new play would let go of it."""
    late = world.state()
    stop_scoring(world.actor("ops"), world.state(), reason="harm")

    with pytest.raises(Refused, match="is stopped, and a new play would end that unsaid"):
        begin(world.actor("platform"), late, second_play(world))

    assert world.state().stopped.reason == "harm"
    assert world.state().play == 1


def test_the_same_policy_is_adopted_once(world):
    """The digest in force is compared; adopting it again records nothing."""
    state, digest = world.state(), OTHER.policy.digest

    record = adopt(world.actor("platform"), state, digest)

    assert (record.stream, record.type) == ("micro/champion", "policy_adopted")
    assert record.payload["policy_digest"] == state.policy_digest == digest
    assert record.payload["former"] == world.project.policy.digest
    assert adopt(world.actor("platform"), state, digest) is None


def test_a_policy_that_changes_while_the_door_asks_makes_the_move_conflict(world):
    """What was judged by the former rules is judged anew."""

    def act():
        adopt(world.actor("platform"), world.state(), OTHER.policy.digest)

    with pytest.raises(Conflict):
        while_asked(world, act).promote(world.state(), "v1", reason="better")

    assert world.state().champion is None


def test_a_play_that_begins_while_the_door_asks_makes_the_move_conflict(world):
    """The version belongs to the former play, and no record of a move is left behind."""

    def act():
        begin(world.actor("platform"), world.state(), second_play(world))

    with pytest.raises(Conflict):
        while_asked(world, act).promote(world.state(), "v1", reason="better")

    assert (world.state().play, world.state().champion) == (2, None)


@pytest.mark.parametrize("by", ["", "grace"])
@pytest.mark.parametrize("part", [CHAMPION, DECISIONS])
@pytest.mark.parametrize("kind", ["play", "policy", "training"])
def test_only_the_platform_says_so(world, kind, part, by):
    """Whoever writes to the store, in any stream: nobody's signature, or one of a person."""
    events = {
        "play": second_play(world),
        "policy": PolicyAdopted(policy_digest="-", former="-"),
        "training": world.state().models["v1"].trained,
    }
    world.append(part, events[kind], "forged", by=by)

    with pytest.raises(Tampered, match="is not to be believed"):
        world.state()


def test_the_author_is_whoever_it_was_at_training(world):
    """Another owner in the project's declaration makes no approver of the model's author."""
    owners = replace(world.project.declaration.owners, model="zoe")
    declaration = replace(world.project.declaration, owners=owners)
    world.project = replace(world.project, declaration=declaration)

    with pytest.raises(Refused, match="mia approved their own model"):
        approve(world.actor("mia"), world.state(), "v1", world.project)
