"""A ledger that is shown to a witness: when, what follows from silence, and what it betrays."""

import pytest
from alert_list import AlertList
from lawful_events import approved, judged, promoted, received, rolled_back, started, trained
from ledger_samples import ENVELOPE, entry
from memory_ledger import MemoryLedger
from memory_witness import MemoryWitness

from caf_platform.errors import Conflict, Refused, Tampered
from caf_platform.ledger.events import (
    Event,
    PlayFinished,
    PolicyAdopted,
    ScoringStopped,
    VersionRetired,
)
from caf_platform.ledger.record import Entry
from caf_platform.ledger.witnessed import EVERY, MOST, WitnessedLedger, attested_hashes


class World:
    """A ledger, its witness, and who is alerted."""

    def __init__(self) -> None:
        self.inner, self.witness, self.alerts = MemoryLedger(), MemoryWitness(), AlertList()
        self.ledger = self.taken_up_again()

    def taken_up_again(self) -> WitnessedLedger:
        """The same ledger and witness in a new process."""
        self.ledger = WitnessedLedger(self.inner, self.witness, self.alerts)
        return self.ledger

    def append(self, *events: Event) -> None:
        """Append events in one transaction."""
        start = len(self.inner.rows)
        self.ledger.append_all(
            [Entry("s", None, one, f"k{start + at}", ENVELOPE) for at, one in enumerate(events)]
        )

    def fill(self, count: int) -> None:
        """Append records of no importance, one by one."""
        for _ in range(count):
            self.append(received("a"))

    def noted(self) -> list[int]:
        """How far the ledger had come at each checkpoint."""
        return [one.records for one in self.witness.noted]


@pytest.fixture
def world() -> World:
    """An empty one."""
    return World()


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


def test_while_it_is_silent_nothing_is_promoted(world: World) -> None:
    """Refused before anything is recorded, with what to do; once it answers, it is done."""
    world.append(judged("v1"))
    world.witness.silent = True

    with pytest.raises(Refused, match=r"Nothing is promoted.*Wake it"):
        world.append(promoted("v1", None))
    recorded = len(world.inner.rows)
    world.witness.silent = False
    world.append(promoted("v1", None))

    assert recorded == 1
    assert len(world.inner.rows) == 2


def test_one_hiccup_is_no_silence(world: World) -> None:
    """A witness that answers when it is asked again stops no promotion, and alerts nobody.

    A refusal would need a person, long after the disk is well.
    """
    world.fill(3)
    world.witness.hiccups = 1

    world.append(promoted("v1", None))

    assert world.noted() == [3, 4]
    assert world.alerts.sent == []
    world.witness.hiccups = 1
    world.append(promoted("v2", "v1"))
    assert world.noted()[-2:] == [4, 5]


def test_while_it_is_silent_all_else_goes_on(world: World) -> None:
    """Scoring, gates, and the way back: recorded, told of by one alert, and attested later."""
    world.witness.silent = True
    world.fill(15)
    world.append(judged("v1"))
    world.append(rolled_back("v1", "v2"))
    world.fill(15)
    alerts = [one.key for one in world.alerts.sent]

    world.witness.silent = False
    world.append(judged("v2"))

    assert len(world.inner.rows) == 33
    assert alerts == ["witness"]
    assert world.noted() == [33]


def test_each_silence_is_told_of_once(world: World) -> None:
    """It answered in between, so the second silence is news."""
    for silent in (True, False, True):
        world.witness.silent = silent
        world.append(judged("v1"))
        world.append(judged("v2"))

    assert len(world.alerts.sent) == 2


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


def test_a_silent_witness_leaves_the_chain_to_prove(world: World) -> None:
    """It is told of, and what can be proved is."""
    world.fill(10)
    world.witness.silent = True

    assert world.ledger.verify().sound
    assert len(world.alerts.sent) == 1


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


def test_a_refused_promotion_says_what_the_witness_said(world: World) -> None:
    """What is wrong, why, and both steps: wake it, and promote again."""
    world.witness.silent = True

    with pytest.raises(Refused) as refused:
        world.append(promoted("v1", None))

    assert refused.value.what.startswith("Nothing is promoted while")
    assert "The witness is silent." in refused.value.why
    assert refused.value.next_step == (
        "Wake it. Then promote again; the present champion serves on."
    )


def test_an_alert_says_what_goes_on_and_what_does_not(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """High, for the platform and not for one project; and each silent moment is in the log."""
    world.witness.silent = True

    with caplog.at_level("INFO"), pytest.raises(Refused):
        world.append(promoted("v1", None))

    (alert,) = world.alerts.sent
    assert (alert.key, alert.severity, alert.project) == ("witness", "high", "platform")
    assert alert.title == "the ledger's witness does not answer"
    assert "The witness is silent." in alert.text
    assert alert.text.endswith("Until it answers, nothing is promoted; scoring goes on.")
    assert [one.getMessage().split(": ")[0] for one in caplog.records] == [
        "The ledger's witness is asked once more",
        "The ledger's witness does not answer",
    ]
    assert all("The witness is silent." in one.getMessage() for one in caplog.records)


def test_a_ledger_that_contradicts_its_witness_says_why_and_what_to_do(world: World) -> None:
    """Also where it is as long as it was: its last record is another one."""
    world.fill(10)
    del world.inner.rows[9:]
    world.inner.append_all([entry("s", "another")])

    with pytest.raises(Tampered, match="was shown a record 10; now it is another one") as raised:
        world.append(promoted("v1", None))

    assert raised.value.why.startswith("The ledger was rolled back, cut or made anew")
    assert raised.value.next_step.startswith("Run: caf audit verify; keep the ledger as evidence")
