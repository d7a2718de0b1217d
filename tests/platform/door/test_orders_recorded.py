"""What an order at the door leaves on record, and how it ends when another one came between."""

import pytest
from door_world import DoorWorld, signer
from lawful_events import received, validated

from caf_platform.door.actor import CAPABILITIES
from caf_platform.door.orders import (
    approve,
    known,
    resume_scoring,
    retire,
    revoke_approvals,
    stop_scoring,
    withdraw_batch,
)
from caf_platform.errors import BadInput, Conflict, Refused
from caf_platform.ledger.signing import signatory
from caf_platform.ledger.streams import DATA

ORDERS = {
    "approve": lambda who, state, world: approve(who, state, "v1", world.project),
    "revoke": lambda who, state, _: revoke_approvals(who, state, "v1", reason="a doubt"),
    "retire": lambda who, state, _: retire(who, state, "v2", reason="old"),
    "stop": lambda who, state, _: stop_scoring(who, state, reason="odd answers"),
    "withdraw": lambda who, state, _: withdraw_batch(who, state, "b", reason="wrong file"),
    "resume": lambda who, state, _: resume_scoring(who, state, reason="mended"),
}


@pytest.fixture
def world():
    """v1 serves with one spent approval and one that stands; v2 passed its gate against it."""
    found = DoorWorld.manual().begin()
    found.append(DATA, received("b"), "ingest", "b")
    found.append(DATA, validated("b"), "validate", "b")
    found.version("v1")
    approve(found.actor("ada"), found.state(), "v1", found.project)
    found.door("pat").promote(found.state(), "v1", reason="first")
    found.version("v2", "v1")
    approve(found.actor("alan"), found.state(), "v1", found.project)
    return found


def said(world, order, by="ops"):
    """An order by somebody who may give it; the record that it left."""
    return ORDERS[order](world.actor(by), world.state(), world)


@pytest.mark.parametrize(
    ("order", "kind", "payload", "step"),
    [
        (
            "revoke",
            "approval_revoked",
            {
                "version": "v1",
                "approvals": ["micro/play-1/approval/v1/alan/0"],
                "reason": "a doubt",
            },
            "revoke/v1/2",
        ),
        ("retire", "version_retired", {"version": "v2", "reason": "old"}, "retire/v2"),
        (
            "withdraw",
            "batch_withdrawn",
            {"batch": "b", "revision": 1, "validated_digest": "d", "reason": "wrong file"},
            "withdraw/b/1",
        ),
        ("stop", "scoring_stopped", {"champion": "v1", "reason": "odd answers"}, "stop/2"),
    ],
)
def test_an_order_is_recorded_once_in_the_champions_stream(world, order, kind, payload, step):
    """Who, what, why and where: its key names the step and the move that it came after."""
    record = said(world, order)

    assert (record.stream, record.type) == ("micro/champion", kind)
    assert record.payload == payload | {"measured": {}}
    assert record.key == f"micro/play-1/{step}"
    assert (record.position, record.envelope.correlation) == (3, "micro/play-1")
    assert record.envelope.capabilities == CAPABILITIES
    assert record.envelope.virtual_time == world.clock.now()
    assert signatory(signer("platform"), record).name == "ops"


def test_scoring_is_resumed_for_the_same_champion(world):
    """After the stop, in the same stream."""
    said(world, "stop")

    record = said(world, "resume")

    assert record.payload == {"champion": "v1", "reason": "mended", "measured": {}}
    assert record.key == "micro/play-1/resume/3"


def test_each_stop_is_a_record_of_its_own(world):
    """Stopped, resumed, stopped again: the second stop is not taken for the first."""
    for order in ("stop", "resume", "stop", "resume"):
        said(world, order)

    kinds = [r.type for r in world.ledger.read(stream="micro/champion")][2:]
    assert kinds == ["scoring_stopped", "scoring_resumed"] * 2
    assert world.state().stopped is None


def test_each_approval_of_a_version_has_its_number(world):
    """Alan's second one, after the first was taken back, is another record."""
    said(world, "revoke")

    said(world, "approve", by="alan")

    keys = [r.key for r in world.ledger.read() if r.type == "approval_given"]
    assert keys == [f"micro/play-1/approval/v1/{who}" for who in ("ada/0", "alan/0", "alan/1")]


@pytest.mark.parametrize("order", ["revoke", "retire", "stop", "resume", "withdraw"])
def test_an_order_on_what_has_changed_since_conflicts(world, order):
    """Whoever decided on an older state decides anew; nothing is recorded."""
    if order == "resume":
        said(world, "stop")
    read = world.state()
    said(world, "retire" if order != "retire" else "stop")
    before = len(list(world.ledger.read()))

    with pytest.raises(Conflict):
        ORDERS[order](world.actor("ops"), read, world)

    assert len(list(world.ledger.read())) == before


@pytest.mark.parametrize(
    ("order", "verb", "version", "about"),
    [
        ("approve", "approve", "v1", "'v1' of micro"),
        ("revoke", "revoke the approvals of", "v1", "'v1' of micro"),
        ("retire", "retire", "v2", "'v2' of micro"),
        ("stop", "stop the scoring of", "", "micro"),
        ("resume", "resume the scoring of", "", "micro"),
    ],
)
def test_a_refused_order_is_recorded_by_its_verb(world, order, verb, version, about):
    """Of a version or of the project; and the person is told where to see it."""
    with pytest.raises(Refused) as refused:
        said(world, order, by="aud")

    event = world.state().refusals[-1]
    assert (event.verb, event.version) == (verb, version)
    assert refused.value.what.startswith(f"The door refused to {verb} {about}: ")
    assert refused.value.next_step == "See it with: caf history --project micro"


def test_a_refusal_has_a_key_of_its_own(world):
    """Verb, version, who, and how far they had read."""
    seen = world.state().seq
    with pytest.raises(Refused):
        said(world, "retire", by="aud")

    record = list(world.ledger.read(stream="micro/decisions"))[-1]
    assert record.key == f"micro/play-1/refused/retire/v2/aud/{seen}"


def test_what_is_known_is_named(world):
    """Every version, so that nobody has to guess; or that there is none."""
    with pytest.raises(BadInput, match="No version 'x' of micro") as several:
        known(world.state(), "x")
    with pytest.raises(BadInput) as none:
        known(DoorWorld.manual().begin().state(), "x")

    assert several.value.next_step == "Known: v1, v2."
    assert none.value.next_step == "Known: none."


def test_an_order_without_a_reason_says_how_to_give_one(world):
    """By its option."""
    with pytest.raises(BadInput) as raised:
        stop_scoring(world.actor("ops"), world.state(), reason="  ")

    assert raised.value.next_step == "Add --reason and a few words."
