"""Small events and entries for ledger tests, told apart by one word."""

from datetime import UTC, datetime

from caf_platform.ledger.events import MirrorReconciled
from caf_platform.ledger.record import Entry, Envelope, Record
from caf_platform.ledger.stored import Stored
from caf_platform.ledger.tail import Tail
from caf_platform.ports.clock import VirtualClock
from caf_platform.ports.ledger import Ledger

MOMENT = datetime(2013, 1, 1, 12, 30, tzinfo=UTC)
CLOCK = VirtualClock(MOMENT)
ENVELOPE = Envelope(actor="ada", correlation="run-1", virtual_time=MOMENT)


def event(word: str) -> MirrorReconciled:
    """An event whose payload holds the word."""
    return MirrorReconciled(mirror=word, found=None, now=None)


def entry(stream: str, word: str, expected: int | None = None) -> Entry:
    """An entry whose key and payload are the word."""
    return Entry(stream, expected, event(word), word, ENVELOPE)


def chain_of(*entries: Entry) -> list[Stored]:
    """The rows that appending these entries to an empty ledger gives."""
    tail = Tail(MOMENT)
    return [tail.append(one) for one in entries]


def append(ledger: Ledger, stream: str, word: str, expected: int | None = None) -> Record:
    """Append one sample event under its own key."""
    return ledger.append(stream, expected, event(word), key=word, envelope=ENVELOPE)
