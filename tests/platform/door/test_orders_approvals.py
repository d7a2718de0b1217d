"""Approvals at the door, through real proofs: what one carries, who gives it, what voids it."""

from datetime import timedelta

import pytest
from door_world import DoorWorld, promote, refusal

from caf_platform.door.orders import approve, revoke_approvals
from caf_platform.errors import Refused


def served_and_skipped(world):
    """v2 and v3 have served after v1, and v3 was rolled back to v1: v2 is not revoked."""
    promote(world, "v1")
    for version, against in (("v2", "v1"), ("v3", "v2")):
        world.version(version, against)
        promote(world, version)
    world.door("ops").roll_back(world.state(), "v1", reason="harm")


def test_an_approval_carries_one_promotion(world):
    """v2 could lawfully serve again but for its approval, which is spent; a fresh one carries."""
    served_and_skipped(world)

    with pytest.raises(Refused, match="carried a promotion already"):
        world.door("pat").promote(world.state(), "v2", reason="again")
    codes = refusal(world)
    promote(world, "v2")

    assert codes == {"no_approval", "approval_spent"}
    assert world.state().champion == "v2"


def test_every_approval_that_stood_is_spent(world):
    """Alan's too, though Ada's alone would have done: one yes is to one promotion."""
    promote(world, "v1")
    world.version("v2", "v1")
    approve(world.actor("alan"), world.state(), "v2", world.project)
    promote(world, "v2")
    world.version("v3", "v2")
    promote(world, "v3")
    world.door("ops").roll_back(world.state(), "v1", reason="harm")

    with pytest.raises(Refused):
        world.door("pat").promote(world.state(), "v2", reason="again")

    assert "approval_spent" in refusal(world)


def test_who_approves_is_who_the_key_says(world):
    """There is no argument for it."""
    given, fresh = approve(world.actor("ada"), world.state(), "v1", world.project)
    again, same = approve(world.actor("ada"), world.state(), "v1", world.project)

    assert (given.approver, given.automatic, fresh) == ("ada", False, True)
    assert (again, same) == (given, False)


@pytest.mark.parametrize(
    ("name", "code"),
    [("mia", "approver_is_author"), ("pat", "no_role"), ("ops", "no_role"), ("aud", "no_role")],
)
def test_who_may_not_approve_is_refused_on_record(world, name, code):
    """The author, and everybody without the role: an event says so, and none approves."""
    with pytest.raises(Refused):
        approve(world.actor(name), world.state(), "v1", world.project)

    assert code in refusal(world)
    assert not world.state().models["v1"].approvals


def test_a_revocation_covers_what_stood_then(world):
    """Both people's approvals; and not the one that comes later."""
    for name in ("ada", "alan"):
        approve(world.actor(name), world.state(), "v1", world.project)

    revoke_approvals(world.actor("ops"), world.state(), "v1", reason="the data was wrong")
    with pytest.raises(Refused):
        world.door("pat").promote(world.state(), "v1", reason="first")
    codes = refusal(world)
    promote(world, "v1")

    assert codes == {"no_approval", "approval_revoked"}
    assert world.state().champion == "v1"


def test_any_changed_digest_voids_an_approval(world):
    """Judged again on other rows: the evaluation, and with it the manifest, is another."""
    approve(world.actor("ada"), world.state(), "v1", world.project)
    world.judge_again("v1", None, "others")

    with pytest.raises(Refused, match="names manifest"):
        world.door("pat").promote(world.state(), "v1", reason="first")

    assert refusal(world) == {"other_digests"}


def test_an_approval_outlives_no_clock(world):
    """Seven days; and a clock that went back a year makes it run too long instead."""
    approve(world.actor("ada"), world.state(), "v1", world.project)
    found = []
    for days in (7, -365):
        world.clock.time += timedelta(days=days)
        with pytest.raises(Refused):
            world.door("pat").promote(world.state(), "v1", reason="first")
        found.append(refusal(world))

    assert found == [{"expired"}, {"valid_too_long"}]


def test_a_quorum_names_everybody_it_rests_on():
    """Two of Ada, Alan and Grace; the author and the publisher are nobody in it."""
    world = DoorWorld.manual(quorum=2).begin()
    world.version("v1")
    for name in ("ada", "grace"):
        approve(world.actor(name), world.state(), "v1", world.project)

    with pytest.raises(Refused):
        world.door("grace").promote(world.state(), "v1", reason="first")
    codes = refusal(world)
    record = world.door("pat").promote(world.state(), "v1", reason="first")

    assert codes == {"approver_is_publisher", "too_few_approvals"}
    assert list(record.event.approvals) == [
        "micro/play-1/approval/v1/ada/0",
        "micro/play-1/approval/v1/grace/0",
    ]
