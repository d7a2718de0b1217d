"""Several processes that play one ledger at once, on one another's heels, and always alike.

Each is a thread, and only one of them moves: before it asks the ledger for a key, and before it
appends, it hands over to whom a seeded random number names. So every interleaving can happen, and
any can be had again.
"""

from collections.abc import Callable, Sequence
from random import Random
from threading import Condition, Thread, current_thread

from memory_ledger import MemoryLedger

from caf_platform.ledger.record import Entry, Record


class Turns:
    """Who moves. Threads that ended are asked no more."""

    def __init__(self, seed: int) -> None:
        self._random, self._changed = Random(seed), Condition()  # noqa: S311 - no secret
        self._living: list[Thread] = []
        self._mover: Thread | None = None

    def switch(self) -> None:
        """Hand over, and wait until it is this thread's turn again."""
        with self._changed:
            self._choose()
            self._changed.wait_for(lambda: self._mover is current_thread())

    def run(self, works: Sequence[Callable[[], None]]) -> list[BaseException]:
        """Do all works, one thread each; what they raised."""
        raised: list[BaseException] = []

        def move(work: Callable[[], None]) -> None:
            with self._changed:
                self._changed.wait_for(lambda: self._mover is current_thread())
            try:
                work()
            except BaseException as error:  # noqa: BLE001 - the test is told
                raised.append(error)
            with self._changed:
                self._living.remove(current_thread())
                self._choose()

        threads = [Thread(target=move, args=(work,)) for work in works]
        with self._changed:
            self._living = threads.copy()
            for thread in threads:
                thread.start()
            self._choose()
        for thread in threads:
            thread.join()
        return raised

    def _choose(self) -> None:
        self._mover = self._random.choice(self._living) if self._living else None
        self._changed.notify_all()


class ContestedLedger(MemoryLedger):
    """Before each append, and before each look for a key, somebody else may come first."""

    def __init__(self, turns: Turns) -> None:
        super().__init__()
        self._turns = turns

    def find(self, key: str) -> Record | None:
        """Hand over, then look."""
        self._turns.switch()
        return super().find(key)

    def append_all(self, entries: Sequence[Entry]) -> list[Record]:
        """Hand over, then append."""
        self._turns.switch()
        return super().append_all(entries)
