"""The rules of appending, apart from any database: keys, expectations, positions and links."""

from dataclasses import dataclass, field
from datetime import datetime

from caf_platform.errors import Conflict
from caf_platform.ledger.record import GENESIS, Entry
from caf_platform.ledger.stored import Stored, stored


@dataclass
class Tail:
    """The end of the chain, while one writer holds it.

    `versions` and `known` cover at least the streams and keys that will be appended;
    `fresh` collects the rows that are to be written.
    """

    real_time: datetime
    seq: int = 0
    head: str = GENESIS
    versions: dict[str, int] = field(default_factory=dict)
    known: dict[str, Stored] = field(default_factory=dict)
    fresh: list[Stored] = field(default_factory=list)

    def append(self, entry: Entry) -> Stored:
        """Link one entry to the chain; a known key gives its former row, whatever is expected.

        A version other than the expected one raises Conflict.
        """
        former = self.known.get(entry.key)
        if former is not None:
            return former
        version = self.versions.get(entry.stream, 0)
        if entry.expected is not None and entry.expected != version:
            raise Conflict(entry.stream, entry.expected, version)
        row = stored(
            entry,
            seq=self.seq + 1,
            position=version + 1,
            previous=self.head,
            real_time=self.real_time,
        )
        self._advance(row)
        return row

    def _advance(self, row: Stored) -> None:
        self.seq, self.head = row.seq, row.hash
        self.versions[row.stream] = row.position
        self.known[row.key] = row
        self.fresh.append(row)
