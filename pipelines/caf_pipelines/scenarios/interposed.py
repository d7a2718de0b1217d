"""A ledger at which something happens at a named moment: it is given to the platform as its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from caf_platform.ledger.events import Event
from caf_platform.ledger.record import Entry, Envelope, Record
from caf_platform.ports.ledger import Ledger


@dataclass
class Interposed:
    """A true ledger, and what happens once, just before or after its next record of a kind."""

    behind: Ledger
    kind: str
    then: Callable[[], None]
    after: bool = False
    happened: bool = field(default=False, init=False)

    def append(
        self, stream: str, expected: int | None, event: Event, *, key: str, envelope: Envelope
    ) -> Record:
        """Append one event, at its moment."""
        return self.append_all([Entry(stream, expected, event, key, envelope)])[0]

    def append_all(self, entries: Sequence[Entry]) -> list[Record]:
        """Append all of them; the moment is that of the first of the kind."""
        due = not self.happened and self.kind in {one.event.TYPE for one in entries}
        if due and not self.after:
            self._happen()
        records = self.behind.append_all(entries)
        if due and self.after:
            self._happen()
        return records

    def __getattr__(self, verb: str) -> Any:
        """Whatever else a ledger does, it does as it did."""
        return getattr(self.behind, verb)

    def _happen(self) -> None:
        self.happened = True
        self.then()
