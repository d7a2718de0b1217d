"""The ledger as a list, for tests that append thousands of events and need no disk.

It links and checks with the platform's own rules (`ledger.tail`); `rows` may be tampered with.
"""

from collections.abc import Iterator, Mapping, Sequence
from threading import Lock

from caf_platform.ledger import chain
from caf_platform.ledger.events import Event
from caf_platform.ledger.record import GENESIS, Entry, Envelope, Record
from caf_platform.ledger.stored import Stored, named
from caf_platform.ledger.tail import Tail
from caf_platform.ports.clock import Clock, SystemClock
from caf_platform.ports.ledger import Audit, Ledger


class MemoryLedger(Ledger):
    """Keeps stored rows; records are parsed once, as they never change."""

    def __init__(self, rows: Sequence[Stored] = (), clock: Clock | None = None) -> None:
        self.rows = list(rows)
        self._clock = clock or SystemClock()
        self._records: dict[str, Record] = {}
        self._lock = Lock()

    def append(
        self, stream: str, expected: int | None, event: Event, *, key: str, envelope: Envelope
    ) -> Record:
        """Append one event."""
        return self.append_all([Entry(stream, expected, event, key, envelope)])[0]

    def append_all(self, entries: Sequence[Entry]) -> list[Record]:
        """Append all or none."""
        with self._lock:
            for entry in entries:
                named("stream", entry.stream)
                named("key", entry.key)
            end = self.rows[-1] if self.rows else None
            tail = Tail(
                real_time=self._clock.now(),
                seq=end.seq if end else 0,
                head=end.hash if end else GENESIS,
                versions={entry.stream: self.version(entry.stream) for entry in entries},
                known={row.key: row for row in self.rows},
            )
            appended = [tail.append(entry) for entry in entries]
            self.rows += tail.fresh
            return [self._record(row) for row in appended]

    def read(
        self, *, stream: str | None = None, prefix: str | None = None, after: int = 0
    ) -> Iterator[Record]:
        """Records that were there when reading began."""
        return (
            self._record(row)
            for row in self.rows[after:]
            if stream in (None, row.stream) and row.stream.startswith(prefix or "")
        )

    def find(self, key: str) -> Record | None:
        """The record with this key."""
        return next((self._record(row) for row in self.rows if row.key == key), None)

    def version(self, stream: str) -> int:
        """How many records a stream has."""
        return sum(row.stream == stream for row in self.rows)

    def stored(self) -> Iterator[Stored]:
        """The rows as they are."""
        return iter(self.rows)

    def verify(self, attested: Mapping[int, str] | None = None) -> Audit:
        """Recompute the whole chain."""
        return chain.verify(self.rows, attested)

    def close(self) -> None:
        """Nothing is held open."""

    def _record(self, row: Stored) -> Record:
        if row.hash not in self._records:
            self._records[row.hash] = row.record()
        return self._records[row.hash]
