"""Who is told that a move was made, and whose approval is genuine: small worlds, real keys."""

from datetime import timedelta

import pytest
from door_world import START, DoorWorld, signer

from caf_platform.door.orders import approve
from caf_platform.door.proofs import is_genuine
from caf_platform.errors import Conflict
from caf_platform.ledger.events import ApprovalGiven


@pytest.fixture
def world():
    """v1 and v2 passed and are approved; nobody serves yet."""
    found = DoorWorld.manual().begin()
    for version in ("v1", "v2"):
        found.version(version)
        approve(found.actor("ada"), found.state(), version, found.project)
    return found


def test_saying_the_same_again_gives_the_former_record(world):
    """As long as it is the last word: whoever was killed in between takes it up again."""
    read, again = world.state(), world.state()

    first = world.door("pat").promote(read, "v1", reason="first")
    second = world.door("pat").promote(again, "v1", reason="first")

    assert (first.seq, first.key) == (second.seq, second.key)
    assert world.ledger.version("micro/champion") == 2


def test_a_move_that_others_moved_on_from_is_a_conflict(world):
    """It names the stream, what was expected, and how far that is now."""
    read, again = world.state(), world.state()
    world.door("pat").promote(read, "v1", reason="first")
    world.version("v3", "v1")
    approve(world.actor("ada"), world.state(), "v3", world.project)
    world.door("pat").promote(world.state(), "v3", reason="better")

    with pytest.raises(Conflict) as raised:
        world.door("pat").promote(again, "v1", reason="first")

    assert str(raised.value) == str(Conflict("micro/champion", 1, 3))


def genuine(by, approver, *, automatic):
    """Whether an approval in somebody's name holds that somebody signed."""
    world = DoorWorld.manual().begin()
    given = ApprovalGiven(
        version="v1",
        manifest_digest="d",
        approver=approver,
        automatic=automatic,
        expires_at=START + timedelta(days=1),
    )
    world.append("models", given, "approval", by=by)
    return is_genuine(signer("platform"), given, list(world.ledger.read())[-1])


@pytest.mark.parametrize(
    ("by", "approver", "automatic", "holds"),
    [
        ("ada", "ada", False, True),
        ("platform", "policy", True, True),
        ("ada", "alan", False, False),
        ("pat", "pat", False, False),
        ("ada", "policy", True, False),
        ("platform", "ada", False, False),
        ("platform", "platform", False, False),
        ("", "ada", False, False),
    ],
)
def test_an_approval_is_its_approvers_own(by, approver, automatic, holds):
    """A person's by their own key with the role, the policy's by the platform, nobody's else."""
    assert genuine(by, approver, automatic=automatic) is holds


def test_a_refusal_of_the_platform_is_told_once_a_moment(world):
    """Killed in between and taken up again it is the same one; for another reason it is not."""
    world.judge_again("v1", None, "others")
    keys = []
    for version in ("v1", "v1", "v9"):
        with pytest.raises(Exception, match="The door refused"):
            world.door().promote(world.state(), version, reason="-")
        keys = [one.key for one in world.ledger.read() if one.type == "promotion_refused"]

    assert len(keys) == 2
    assert keys[0].startswith("micro/play-1/refused/promote/v1/2020-01-14T00:00:00/")
    assert len(keys[0].rsplit("/", 1)[1]) > 6
    assert keys[0].rsplit("/", 1)[1] != keys[1].rsplit("/", 1)[1]
