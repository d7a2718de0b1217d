"""What a refusal at the door rests on: numbers, moments, rules, and whose word stands already."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from door_world import DoorWorld
from micro_play import under

from caf_platform.door.approval import judge_approval
from caf_platform.door.orders import approve
from caf_platform.door.plays import adopt
from caf_platform.door.proofs import approval_digests
from caf_platform.errors import Conflict, Refused
from caf_platform.ledger.events import ApprovalGiven, ScoringStopped
from caf_platform.ledger.streams import DECISIONS, MODELS, stream
from caf_platform.project.policy import PromotionMode

NOW = datetime(2013, 10, 1, tzinfo=UTC)


def judged(days: float, valid_days: int | None = None, quorum: int = 1):
    """What is said of Grace's approval of Ada's model, good for some more days."""
    given = ApprovalGiven(
        version="v2",
        manifest_digest="a" * 64,
        approver="grace",
        automatic=False,
        expires_at=NOW + timedelta(days=days),
    )
    return judge_approval(
        "a" * 64,
        (given,),
        now=NOW,
        mode=PromotionMode.MANUAL,
        author="ada",
        valid_days=valid_days,
        quorum=quorum,
    )


def test_an_approval_that_runs_too_long_is_told_in_days():
    """How long it runs, and how long it may."""
    [reason] = judged(9.5, valid_days=7).reasons

    assert (reason.code, reason.found, reason.limit) == ("valid_too_long", 9.5, 7)


def test_too_few_people_are_told_with_how_many_are_asked_for():
    """One of two."""
    reasons = {reason.code: reason for reason in judged(3, quorum=2).reasons}

    found = reasons["too_few_approvals"]
    assert (found.found, found.limit) == (1, 2)


@pytest.mark.parametrize("expected", [None, 0])
def test_another_word_under_the_same_key_is_a_conflict_with_its_place(expected):
    """Which stream, the version that was asked for, and where the other word stands."""
    world = DoorWorld.manual().begin()
    actor, state = world.actor("ops"), world.state()
    actor.append(state, DECISIONS, None, ScoringStopped(champion="v1", reason="one"), "word")

    with pytest.raises(Conflict) as raised:
        actor.append(
            state, DECISIONS, expected, ScoringStopped(champion="v1", reason="two"), "word"
        )

    where = stream(state.project, DECISIONS)
    assert (raised.value.stream, raised.value.expected, raised.value.found) == (where, 0, 1)


def test_a_policy_is_adopted_after_the_last_word_that_was_seen():
    """Whoever looked before is told so; an adoption's key names what it follows."""
    world = DoorWorld.manual().begin()
    actor, late = world.actor("platform"), world.state()
    before = late.champion_version

    record = adopt(actor, world.state(), "b" * 64)
    with pytest.raises(Conflict) as raised:
        adopt(actor, late, "c" * 64)

    assert record is not None
    assert record.key == f"micro/play-1/policy/{'b' * 64}/{before}"
    assert (raised.value.expected, raised.value.found) == (before, before + 1)


def approved(world, version="v1"):
    """Ada's approval of a version, and the record of it."""
    given, fresh = approve(world.actor("ada"), world.state(), version, world.project)
    return given, fresh, list(world.ledger.read())[-1]


def test_an_approval_stands_until_the_moment_at_which_it_ends():
    """Not at that moment: then another one is given, in the models' stream."""
    world = DoorWorld.manual().begin()
    world.version("v1")
    given, _, record = approved(world)
    world.clock.time = given.expires_at - timedelta(microseconds=1)
    still = approved(world)[1]
    world.clock.time = given.expires_at
    again = approved(world)[1]

    assert (still, again) == (False, True)
    assert record.stream == "micro/models"


def test_nobody_approves_what_was_rolled_back():
    """It is told as revoked, before anything else is."""
    world = DoorWorld.manual().begin()
    for version, former in (("v1", None), ("v2", "v1")):
        world.version(version, former)
        approved(world, version)
        world.door("pat").promote(world.state(), version, reason="better")
    world.door("ops").roll_back(world.state(), "v1", reason="harm")

    with pytest.raises(Refused, match=r"v2.*revoked"):
        approve(world.actor("alan"), world.state(), "v2", world.project)


def test_nobody_approves_what_was_not_judged():
    """There is no manifest to approve yet."""
    world = DoorWorld.manual().begin()
    world.append_all(world.trained_and_judged("v1", None)[0])

    with pytest.raises(Refused, match="gate"):
        approved(world)


def test_an_approval_that_is_not_on_record_says_nothing():
    """An empty text for it, which no digest is."""
    world = DoorWorld.manual().begin()
    world.version("v1")
    approved(world)
    model = world.state().models["v1"]
    [key] = model.approvals

    found = approval_digests(model, (key, "gone"))

    assert len(found[0]) == 64
    assert found[1] == ""


@pytest.mark.parametrize("what", ["policy", "contract"])
def test_a_version_of_other_rules_is_not_promoted_by_a_gate_that_names_ours(what):
    """The manifest says under which rules it was made; the gate's own word is not enough."""
    world = DoorWorld.manual().begin()
    declaration = world.project.declaration
    others = {
        "policy": under(world.project, governor={"max_retrainings": 99}),
        "contract": replace(
            world.project,
            declaration=replace(declaration, contract=replace(declaration.contract, min_rows=11)),
        ),
    }
    trained, judged_by_others = replace(world, project=others[what]).trained_and_judged("v1", None)
    ours = {
        "policy_digest": world.project.policy.digest,
        "contract_digest": declaration.contract.digest,
    }
    gate = judged_by_others.event.model_copy(update=ours)
    world.append_all(trained, world.entry(MODELS, gate, "gate", "v1", by="platform"))
    approved(world)

    with pytest.raises(Refused) as raised:
        world.door("pat").promote(world.state(), "v1", reason="better")

    assert what in str(raised.value)
    assert world.state().champion is None
