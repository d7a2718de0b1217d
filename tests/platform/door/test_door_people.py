"""The door hears people by their keys: approvals, and who may use it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from door_scene import approved, person
from micro_play import under

from caf_platform.errors import Tampered
from caf_platform.ports.signer import Role


def published(scene):
    """The door as Petra stands at it, who publishes."""
    return replace(scene.door, signer=person("petra", Role.PUBLISHER))


@pytest.mark.parametrize(("days", "holds"), [(7, True), (8, False)])
def test_an_approval_holds_no_longer_than_the_policy_says(scene, days, holds):
    """Seven days; a person who signed for eight has not approved."""
    until = scene.door.clock.now() + timedelta(days=days)
    approved(scene, person("grace", Role.APPROVER), "grace", expires_at=until)

    if holds:
        record = published(scene).promote(scene.state, "v2", reason="better")
        assert record.event.version == "v2"
    else:
        assert scene.refusal(door=published(scene)) == {"valid_too_long"}


def test_an_expired_approval_is_none(scene):
    """Seven days after it was given."""
    scene.door.clock.advance_to(scene.door.clock.now() + timedelta(days=7))

    assert scene.refusal() == {"expired"}


def test_an_automatic_approval_counts_only_in_automatic_mode(scene):
    """The policy was changed to ask a person."""
    manual = replace(scene.door, project=under(release={"mode": "manual"}))

    assert scene.refusal(door=manual) == {"automatic_not_allowed", "policy_changed"}


def test_an_approval_that_nobody_signed_is_none(scene):
    """Whoever can write to the ledger cannot approve by that alone."""
    model = scene.state.models["v2"]
    for key, record in model.approval_records.items():
        bare = record.envelope.model_copy(update={"signature": None})
        model.approval_records[key] = record.model_copy(update={"envelope": bare})

    assert "approval_not_signed" in scene.refusal()


def test_a_persons_approval_opens_the_door(scene):
    """Grace approves, Petra publishes, and the event names Grace's approval."""
    approved(scene, person("grace", Role.APPROVER), "grace")

    record = published(scene).promote(scene.state, "v2", reason="better")

    assert list(record.event.approvals) == ["by-hand"]


def test_the_platform_does_not_publish_what_a_person_approved(scene):
    """Whoever runs the platform, and holds its key, moves nothing on Grace's word."""
    approved(scene, person("grace", Role.APPROVER), "grace")

    assert scene.refusal() == {"needs_publisher"}


@pytest.mark.parametrize(
    ("name", "roles", "approver"),
    [
        ("platform", (Role.PLATFORM,), "grace"),
        ("grace", (Role.APPROVER,), "somebody else"),
    ],
    ids=["no approver", "in another's name"],
)
def test_who_may_not_approve_is_not_heard(scene, name, roles, approver):
    """The role belongs to the key, and so does the name."""
    approved(scene, scene.door.signer if name == "platform" else person(name, *roles), approver)

    assert "approval_not_signed" in scene.refusal()


def test_an_approval_by_an_operator_is_not_believed(scene):
    """Oscar's key holds no role that approves: state is not read with it."""
    with pytest.raises(Tampered, match="'oscar', whose key holds no role of approver or platform"):
        approved(scene, person("oscar", Role.OPERATOR), "oscar")


@pytest.mark.parametrize(
    ("roles", "may_promote", "may_roll_back"),
    [
        ((Role.PUBLISHER,), True, False),
        ((Role.OPERATOR,), False, True),
        ((Role.APPROVER, Role.AUTHOR, Role.AUDITOR), False, False),
    ],
    ids=["publisher", "operator", "others"],
)
def test_who_may_use_the_door(scene, promoted, roles, may_promote, may_roll_back):
    """By the roles of their key; the actor on record is its owner."""
    mover = person(f"mover-{len(roles)}-{roles[0]}", *roles)
    uses = [
        (scene, "promote", "v2", may_promote),
        (promoted, "roll_back", "v1", may_roll_back),
    ]

    for found, verb, version, may in uses:
        door = replace(found.door, signer=mover)
        if may:
            record = getattr(door, verb)(found.state, version, reason="-")
            assert record.envelope.actor == mover.principal.name
        else:
            assert found.refusal(verb, version, door) == {"no_role"}
