"""A ledger that is shown to a witness, and who is alerted."""

from alert_list import AlertList
from lawful_events import received
from ledger_samples import ENVELOPE
from memory_ledger import MemoryLedger
from memory_witness import MemoryWitness

from caf_platform.ledger.events import Event
from caf_platform.ledger.record import Entry
from caf_platform.ledger.witnessed import WitnessedLedger


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
