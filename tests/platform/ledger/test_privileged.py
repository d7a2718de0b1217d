"""Privileged records, proved one by one: how many, the first wrong one, and what is wrong."""

import pytest
from door_world import DoorWorld, signer
from lawful_events import received
from ledger_samples import ENVELOPE

from caf_platform.errors import Tampered
from caf_platform.ledger.events import ApprovalRevoked, ScoringStopped, VersionRetired
from caf_platform.ledger.privileged import (
    REPEATED,
    Signed,
    fault,
    happens_once,
    proved,
    verify_signatures,
)
from caf_platform.ledger.streams import CHAMPION, DATA

PLATFORM = signer("platform")
STOPPED = ScoringStopped(champion=None, reason="-")


@pytest.fixture
def world():
    """Five records: a start, a batch (not privileged), a training, a gate and a retirement."""
    found = DoorWorld.manual().begin()
    found.append(DATA, received("a"), "batch")
    found.version("v1")
    found.append(CHAMPION, VersionRetired(version="v1", reason="-"), "retire", "v1", by="ops")
    return found


def records(world):
    """All of them."""
    return list(world.ledger.read())


def test_every_privileged_record_is_counted(world):
    """Four of five; those that need no signature are passed over, wherever they stand."""
    assert verify_signatures(records(world), PLATFORM) == Signed(4)
    assert verify_signatures([], PLATFORM) == Signed(0)


@pytest.mark.parametrize(
    ("by", "why"),
    [
        ("", "it is a 'scoring_stopped' that nobody signed"),
        ("pat", "it is a 'scoring_stopped' by 'pat', whose key holds no role of operator"),
    ],
)
def test_the_first_wrong_one_is_named(world, by, why):
    """By its number, after how many good ones; what comes later is not looked at."""
    for step in ("forged", "again"):
        world.append(CHAMPION, STOPPED, step, by=by)

    assert verify_signatures(records(world), PLATFORM) == Signed(4, 6, f"record 6: {why}")


def test_the_roles_that_would_do_are_named():
    """In order of the alphabet."""
    world = DoorWorld.manual().begin()
    world.append(CHAMPION, ApprovalRevoked(version="v1", approvals=(), reason="-"), "r", by="pat")

    found = verify_signatures(records(world), PLATFORM)

    assert found.why.endswith("whose key holds no role of approver or operator")


def test_a_copy_of_a_signed_record_is_wrong(world):
    """Its signature holds, for that does not cover the place in the chain."""
    one = records(world)[-1]
    copy = one.model_copy(update={"seq": 6})

    found = verify_signatures([*records(world), copy], PLATFORM)

    assert found == Signed(4, 6, f"record 6: {REPEATED}")


def test_a_record_that_needs_no_signature_has_no_fault(world):
    """Whoever wrote it."""
    batch = records(world)[1]

    assert batch.envelope.signature is None
    assert fault(PLATFORM, batch) == ""


def test_proving_gives_the_records_up_to_the_first_wrong_one(world):
    """The same ones in the same order; the wrong one raises and says what to do."""
    world.append(CHAMPION, STOPPED, "forged")
    found = []

    with pytest.raises(Tampered, match=r"Record 6 of the ledger \(stream 'micro/champion'\)") as no:
        found.extend(one.seq for one in proved(records(world), PLATFORM))

    assert found == [1, 2, 3, 4, 5]
    assert no.value.why == "it is a 'scoring_stopped' that nobody signed."
    assert no.value.next_step.startswith("Run: caf audit verify; keep the ledger as evidence")


def test_only_a_privileged_record_happens_once(world):
    """Twice the same key: a privileged one raises, any other is not even remembered."""
    _, batch, *_, retired = records(world)
    seen = set()

    happens_once(batch, seen)
    happens_once(batch, seen)
    happens_once(retired, seen)

    assert seen == {retired.key}
    with pytest.raises(Tampered) as raised:
        happens_once(retired, seen)
    assert raised.value.why == f"{REPEATED}."


def test_a_signature_for_another_actor_is_none(world):
    """A key proves its owner, and nobody else."""
    retired = records(world)[-1]
    other = ENVELOPE.model_copy(update={"signature": retired.envelope.signature})

    assert "known key of 'ada'" in fault(PLATFORM, retired.model_copy(update={"envelope": other}))
