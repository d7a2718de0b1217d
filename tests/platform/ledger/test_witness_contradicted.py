"""What a witness betrays: a ledger that was cut, made anew or forked, and what stays possible."""

import pytest
from lawful_events import approved, judged, promoted
from ledger_samples import entry
from witnessed_world import World

from caf_platform.errors import Tampered
from caf_platform.ledger.events import Event, ScoringStopped, VersionRetired


@pytest.mark.parametrize("kept", [5, 0], ids=["cut", "emptied"])
def test_a_ledger_that_was_cut_is_named_and_not_added_to(world: World, kept: int) -> None:
    """The first missing record is named; no promotion is recorded on top of it."""
    world.fill(10)
    del world.inner.rows[kept:]

    audit = world.ledger.verify()

    assert (audit.broken_at, audit.records) == (kept + 1, kept)
    assert "the witness was shown 10 records" in audit.why
    with pytest.raises(Tampered, match="was shown a record 10; now it is missing"):
        world.append(promoted("v1", None))
    assert len(world.inner.rows) == kept


@pytest.mark.parametrize("event", [approved("v1"), VersionRetired(version="v1", reason="r")])
def test_no_order_is_added_to_a_ledger_that_was_cut(world: World, event: Event) -> None:
    """Approving and retiring ask the witness first; one that is silent keeps nobody from them."""
    world.fill(10)
    del world.inner.rows[5:]

    with pytest.raises(Tampered, match="was shown a record 10; now it is missing"):
        world.append(event)

    assert len(world.inner.rows) == 5


def test_stopping_comes_before_the_comparison(world: World) -> None:
    """Whatever became of the ledger, an order towards safety stands, and the alarm is raised."""
    world.fill(10)
    del world.inner.rows[5:]

    with pytest.raises(Tampered, match="now it is missing"):
        world.append(ScoringStopped(champion="v1", reason="r"))

    assert [row.type for row in world.inner.rows[5:]] == ["scoring_stopped"]


def test_a_ledger_made_anew_is_named_from_its_first_new_record(world: World) -> None:
    """Whoever has every key can make a sound chain, and not the one that was shown."""
    world.fill(10)
    other = World()
    other.inner.rows = world.inner.rows[:3]
    other.append(*[approved("v9")] * 9)
    world.inner.rows = other.inner.rows

    audit = world.ledger.verify()

    assert (audit.broken_at, audit.records) == (4, 3)
    assert audit.why == "record 4: it is not the record that the witness was shown"
    with pytest.raises(Tampered, match="now it is another one"):
        world.append(judged("v9"))


def test_what_comes_after_the_last_checkpoint_is_a_limit(world: World) -> None:
    """The last nine records may be cut off unseen: this is what is not promised."""
    world.fill(19)
    del world.inner.rows[10:]

    assert world.ledger.verify().sound


def test_two_stories_told_to_one_witness_are_named(world: World) -> None:
    """A fork: the ledger agrees with one of two checkpoints, and no ledger can agree with both."""
    world.fill(10)
    world.witness.attest(4, "f" * 64, ["f" * 64])

    assert world.ledger.verify().broken_at == 4


def test_a_ledger_that_contradicts_its_witness_says_why_and_what_to_do(world: World) -> None:
    """Also where it is as long as it was: its last record is another one."""
    world.fill(10)
    del world.inner.rows[9:]
    world.inner.append_all([entry("s", "another")])

    with pytest.raises(Tampered, match="was shown a record 10; now it is another one") as raised:
        world.append(promoted("v1", None))

    assert raised.value.why.startswith("The ledger was rolled back, cut or made anew")
    assert raised.value.next_step.startswith("Run: caf audit verify; keep the ledger as evidence")
