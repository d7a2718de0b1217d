"""A ledger that is shown to a witness: what is shown, and when."""

import pytest
from lawful_events import approved, judged, promoted, received, rolled_back, started, trained
from ledger_samples import ENVELOPE, entry
from witnessed_world import World

from caf_platform.errors import Conflict
from caf_platform.ledger.events import Event, PlayFinished, PolicyAdopted
from caf_platform.ledger.record import Entry
from caf_platform.ledger.witnessed import EVERY, MOST, WitnessedLedger, attested_hashes


@pytest.mark.parametrize(
    "event",
    [
        started(1),
        trained("v1"),
        judged("v1"),
        approved("v1"),
        rolled_back("v1", "v2"),
        PolicyAdopted(policy_digest="b", former="a"),
        PlayFinished(play=1),
    ],
    ids=lambda event: event.TYPE,
)
def test_the_witness_is_shown_at_once_what_matters(world: World, event: Event) -> None:
    """A checkpoint with the event itself at its head, and all before it."""
    world.fill(3)

    world.append(event)

    (one,) = world.witness.noted
    assert (one.records, one.head) == (4, world.inner.rows[-1].hash)
    assert one.hashes == tuple(row.hash for row in world.inner.rows)


def test_a_promotion_is_attested_before_and_after(world: World) -> None:
    """Before: what it rests on, even if that was seen already; after: the promotion."""
    world.append(judged("v1"))
    world.append(promoted("v1", None))

    assert world.noted() == [1, 1, 2]


def test_several_at_once_are_one_checkpoint(world: World) -> None:
    """What is appended in one transaction is shown in one."""
    world.append(judged("v1"), approved("v1"), judged("v2"))

    assert world.noted() == [3]


def test_the_witness_never_lags_by_ten_records(world: World) -> None:
    """Records of no importance are shown ten at a time."""
    world.fill(25)

    assert EVERY == 10
    assert world.noted() == [10, 20]


def test_whoever_was_killed_in_between_catches_up(world: World) -> None:
    """Appended, and dead before the checkpoint: the next process shows both."""
    world.fill(12)
    world.inner.append_all([entry("s", "privileged and unseen")])

    world.taken_up_again()
    world.fill(1)

    assert world.noted() == [10, 14]
    assert len(attested_hashes(world.witness.noted)) == 14


def test_a_step_repeated_after_a_kill_is_attested(world: World) -> None:
    """The same key again writes nothing, and shows what the dead process did not."""
    event = judged("v1")
    world.inner.append_all([Entry("s", None, event, "k0", ENVELOPE)])

    world.ledger.append("s", None, event, key="k0", envelope=ENVELOPE)

    assert (len(world.inner.rows), world.noted()) == (1, [1])


def test_a_witness_that_begins_late_is_told_in_parts(world: World) -> None:
    """A ledger of thousands of records that nobody witnessed so far."""
    world.inner.append_all([entry("s", f"w{number}") for number in range(MOST * 2 + 5)])

    world.append(judged("v1"))

    assert world.noted() == [MOST, 2 * MOST, 2 * MOST + 6]
    assert world.ledger.verify().sound


def test_a_step_that_is_repeated_shows_nothing_new(world: World) -> None:
    """Its record was attested when it was made."""
    again = [Entry("s", None, judged("v1"), "k", ENVELOPE)]
    world.ledger.append_all(again)

    world.ledger.append_all(again)

    assert world.noted() == [1]


def test_two_processes_share_one_witness(world: World) -> None:
    """Each shows what it finds, the other's records too: no false alarm, nothing missing."""
    other = WitnessedLedger(world.inner, world.witness, world.alerts)
    for at in range(40):
        writer = (world.ledger, other)[at % 2]
        writer.append("s", None, judged(f"v{at}"), key=f"w{at}", envelope=ENVELOPE)

    assert world.ledger.verify().sound
    assert set(attested_hashes(world.witness.noted)) == set(range(1, 41))


def test_reading_is_the_ledgers_own(world: World) -> None:
    """By stream, by prefix, after a record, by key; and how long a stream is."""
    for stream, word in (("a/x", "one"), ("a/y", "two"), ("b/x", "three")):
        world.ledger.append_all([entry(stream, word)])
    ledger = world.ledger

    assert [one.key for one in ledger.read()] == ["one", "two", "three"]
    assert [one.key for one in ledger.read(stream="a/x")] == ["one"]
    assert [one.key for one in ledger.read(prefix="a/")] == ["one", "two"]
    assert [one.key for one in ledger.read(after=1)] == ["two", "three"]
    assert ledger.find("two") == next(ledger.read(stream="a/y"))
    assert (ledger.find("four"), ledger.version("a/x"), ledger.version("c")) == (None, 1, 0)
    with pytest.raises(Conflict):
        ledger.append("a/x", 0, received("a"), key="five", envelope=ENVELOPE)
    assert ledger.append("a/x", 1, received("a"), key="six", envelope=ENVELOPE).position == 2


def test_a_promotion_is_attested_before_it_even_if_nothing_is_new(world: World) -> None:
    """The witness must answer then; one that was shown an empty ledger has no record to miss.

    It had: after a promotion as the very first record, the ledger passed for tampered with.
    """
    world.append(promoted("v1", None))
    world.append(promoted("v2", "v1"))

    assert world.noted() == [0, 1, 1, 2]
    assert world.ledger.verify().sound
