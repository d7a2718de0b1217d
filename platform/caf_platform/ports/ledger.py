"""Port: the append-only log."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from caf_platform.ledger.events import Event
from caf_platform.ledger.record import Entry, Envelope, Record
from caf_platform.ledger.stored import Stored


@dataclass(frozen=True)
class Audit:
    """The outcome of verifying the chain. `broken_at` is the first wrong sequence number."""

    records: int
    head: str
    broken_at: int | None = None
    why: str = ""

    @property
    def sound(self) -> bool:
        """Whether every record is what it was when it was written."""
        return self.broken_at is None


class Ledger(Protocol):
    """Append, read, prove.

    Errors: `Conflict` for a wrong expectation; `Unavailable` for the store; `Tampered` for a
    record that is read, or would be appended to, and is not what was hashed; `BadInput` for an
    unprintable stream or key, and for an event that canonical JSON cannot hold.
    """

    def append(
        self, stream: str, expected: int | None, event: Event, *, key: str, envelope: Envelope
    ) -> Record:
        """Append durably. The same `key` again is a no-op that returns the former record.

        `expected` is the stream's version that the caller decided on (0: empty); if the stream
        has moved on, `Conflict` is raised and nothing is written.
        """
        ...

    def append_all(self, entries: Sequence[Entry]) -> list[Record]:
        """Several events in one transaction: all or none; known keys are no-ops."""
        ...

    def read(
        self, *, stream: str | None = None, prefix: str | None = None, after: int = 0
    ) -> Iterator[Record]:
        """Records with `seq` > `after` in order: of one stream, of a prefix's streams, or all."""
        ...

    def find(self, key: str) -> Record | None:
        """The record with this idempotency key."""
        ...

    def version(self, stream: str) -> int:
        """How many records a stream has; 0 when it does not exist."""
        ...

    def stored(self) -> "Iterator[Stored]":
        """Every row as the store holds it, unchecked: to be proved or exported, never believed."""
        ...

    def verify(self, attested: Mapping[int, str] | None = None) -> Audit:
        """Recompute the whole chain; compare it with hashes by `seq` that a witness noted."""
        ...

    def close(self) -> None:
        """Give back what is held open."""
        ...
