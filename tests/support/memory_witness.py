"""A witness as a list, for tests that need none of its own: unsigned, and silent on demand."""

from collections.abc import Iterator, Sequence

from ledger_samples import MOMENT

from caf_platform.errors import Unavailable
from caf_platform.ledger.record import GENESIS
from caf_platform.ports.witness import Checkpoint, Witness


class MemoryWitness(Witness):
    """Keeps what it is shown in `noted`; while `silent`, it neither notes nor answers.

    It fails the next `hiccups` calls, and answers again.
    """

    def __init__(self) -> None:
        self.noted: list[Checkpoint] = []
        self.silent = False
        self.hiccups = 0

    def attest(self, records: int, head: str, hashes: Sequence[str] = ()) -> Checkpoint:
        """Keep it."""
        self._answer()
        said = Checkpoint(
            records=records, head=head, hashes=tuple(hashes), time=MOMENT, previous=GENESIS
        )
        self.noted.append(said)
        return said

    def last(self) -> Checkpoint | None:
        """The newest."""
        self._answer()
        return self.noted[-1] if self.noted else None

    def checkpoints(self) -> Iterator[Checkpoint]:
        """All of them."""
        self._answer()
        return iter(list(self.noted))

    def _answer(self) -> None:
        self.hiccups -= 1
        if self.silent or self.hiccups >= 0:
            raise Unavailable("The witness is silent.", next_step="Wake it.")
