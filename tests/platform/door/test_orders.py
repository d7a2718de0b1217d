"""What people say at the door besides moving a model, through real proofs on a small ledger."""

import pytest
from door_world import promote, refusal

from caf_platform.door.orders import approve, resume_scoring, retire, revoke_approvals, stop_scoring
from caf_platform.errors import BadInput, Conflict, Refused, Tampered
from caf_platform.ledger.events import ScoringStopped
from caf_platform.ledger.streams import CHAMPION


def test_a_revocation_that_comes_between_makes_the_promotion_conflict(world):
    """Pat has read the state, Ada takes her yes back, Pat commits: nothing is written."""
    approve(world.actor("ada"), world.state(), "v1", world.project)
    read = world.state()
    revoke_approvals(world.actor("ada"), world.state(), "v1", reason="a doubt")

    with pytest.raises(Conflict):
        world.door("pat").promote(read, "v1", reason="first")

    assert world.state().champion is None


def test_a_retirement_that_comes_between_makes_the_move_conflict(world):
    """Also for the way back: Grace has read, Ops retires v1, Grace rolls back to it."""
    promote(world, "v1")
    world.version("v2", "v1")
    promote(world, "v2")
    read = world.state()
    retire(world.actor("ops"), world.state(), "v1", reason="its licence is over")

    with pytest.raises(Conflict):
        world.door("grace").roll_back(read, "v1", reason="harm")

    assert world.state().champion == "v2"


def test_a_retired_version_comes_back_by_no_way(world):
    """Not approved, not promoted, not put back; and it is nobody's shadow."""
    promote(world, "v1")
    world.version("v2", "v1")
    world.version("v3", "v1")
    approve(world.actor("ada"), world.state(), "v3", world.project)
    promote(world, "v2")
    for version in ("v1", "v3"):
        retire(world.actor("ops"), world.state(), version, reason="old")
    state = world.state()

    with pytest.raises(Refused, match="it was retired"):
        world.door("ops").roll_back(state, "v1", reason="harm")
    with pytest.raises(Refused, match="it was retired"):
        world.door("pat").promote(state, "v3", reason="better")
    with pytest.raises(Refused, match="it was retired"):
        approve(world.actor("alan"), state, "v3", world.project)

    assert state.former_champions == ()
    assert world.state().champion == "v2"


def test_the_champion_is_not_retired_while_it_serves(world):
    """Refused and recorded; a version that does not serve is retired once, and not twice."""
    promote(world, "v1")
    world.version("v2", "v1")

    with pytest.raises(Refused, match="it serves"):
        retire(world.actor("ops"), world.state(), "v1", reason="old")
    codes = refusal(world)
    first = retire(world.actor("ops"), world.state(), "v2", reason="old")
    second = retire(world.actor("ops"), world.state(), "v2", reason="older")

    assert codes == {"champion_serves"}
    assert (first is not None, second) == (True, None)


ORDERS = {
    "revoke": lambda who, state: revoke_approvals(who, state, "v1", reason="r"),
    "retire": lambda who, state: retire(who, state, "v1", reason="r"),
    "stop": lambda who, state: stop_scoring(who, state, reason="r"),
    "resume": lambda who, state: resume_scoring(who, state, reason="r"),
}


@pytest.mark.parametrize("name", ["pat", "aud", "platform"])
@pytest.mark.parametrize("order", ORDERS)
def test_an_order_without_the_role_is_refused_and_leaves_state_readable(world, name, order):
    """A signed event by the wrong hand would stop every reader: it is never written."""
    approve(world.actor("ada"), world.state(), "v1", world.project)

    with pytest.raises(Refused, match="holds no role of"):
        ORDERS[order](world.actor(name), world.state())

    assert refusal(world) == {"no_role"}
    assert world.state().stopped is None


def test_scoring_is_stopped_and_resumed_once(world):
    """Who, which champion, why; the same order again changes nothing."""
    promote(world, "v1")

    stopped = stop_scoring(world.actor("ops"), world.state(), reason="odd answers")
    held = world.state().stopped
    twice = stop_scoring(world.actor("ops"), world.state(), reason="still odd")
    resumed = resume_scoring(world.actor("grace"), world.state(), reason="mended")
    again = resume_scoring(world.actor("ops"), world.state(), reason="mended")

    assert (held.champion, held.reason) == ("v1", "odd answers")
    assert (stopped.envelope.actor, resumed.envelope.actor) == ("ops", "grace")
    assert (twice, again, world.state().stopped) == (None, None, None)
    assert len(world.state().stops) == 1


@pytest.mark.parametrize("order", ORDERS)
def test_an_order_says_why(world, order):
    """Blanks are no reason, and nothing is recorded."""
    approve(world.actor("ada"), world.state(), "v1", world.project)
    stop_scoring(world.actor("ops"), world.state(), reason="r") if order == "resume" else None
    before = world.state().seq
    say = {
        "revoke": lambda: revoke_approvals(world.actor("ops"), world.state(), "v1", reason=" "),
        "retire": lambda: retire(world.actor("ops"), world.state(), "v1", reason=""),
        "stop": lambda: stop_scoring(world.actor("ops"), world.state(), reason=" "),
        "resume": lambda: resume_scoring(world.actor("ops"), world.state(), reason=""),
    }

    with pytest.raises(BadInput, match="Say why"):
        say[order]()

    assert world.state().seq == before


def test_an_unknown_version_is_wrong_input(world):
    """With the nearest name."""
    with pytest.raises(BadInput, match="Did you mean 'v1'"):
        retire(world.actor("ops"), world.state(), "v11", reason="r")


@pytest.mark.parametrize("by", ["", "pat"])
def test_a_forged_order_is_not_believed(world, by):
    """Unsigned, or signed by somebody who may not: state is not read with it."""
    world.append(CHAMPION, ScoringStopped(champion=None, reason="-"), "forged", by=by)

    with pytest.raises(Tampered, match="scoring_stopped"):
        world.state()


def test_two_people_who_looked_at_the_same_moment_are_both_refused_on_record(world):
    """Found by exploring: the second refusal had the first one's key, and ended as a conflict."""
    read = [world.state(), world.state()]

    for name, state in zip(("aud", "ops"), read, strict=True):
        with pytest.raises(Refused) as refused:
            world.door(name).promote(state, "v1", reason="first")
        assert not isinstance(refused.value, Conflict)

    found = [record for record in world.ledger.read() if record.type == "promotion_refused"]
    assert [record.envelope.actor for record in found] == ["aud", "ops"]
