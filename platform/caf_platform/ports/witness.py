"""Port: a second party that notes how far the ledger had come, in a place of its own."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from caf_platform.decision import Frozen
from caf_platform.ports.signer import Signature


class Checkpoint(Frozen):
    """What a witness was shown: the ledger had `records` records, and `head` was the newest hash.

    `hashes` are those of the newest records, `head` the last of them: all that came since the
    checkpoint before, so that a wrong record can be named and not only a wrong stretch. They are
    empty when nothing had come. `previous` is the digest of the witness's line before this one.
    """

    records: int
    head: str
    hashes: tuple[str, ...]
    time: datetime
    previous: str
    signature: Signature | None = None

    @property
    def statement(self) -> Mapping[str, Any]:
        """What the witness signs."""
        return self.model_dump(mode="json", exclude={"signature"})


class Witness(Protocol):
    """Notes what it is shown, for good, and shows it to anybody.

    It judges nothing: two checkpoints that contradict each other both stand. Errors: `Unavailable`
    when it cannot be asked or written to; `Tampered` for a checkpoint that it did not write.
    """

    def attest(self, records: int, head: str, hashes: Sequence[str] = ()) -> Checkpoint:
        """Note durably that the ledger has come so far; returns once that stands."""
        ...

    def last(self) -> Checkpoint | None:
        """The newest checkpoint; None before the first."""
        ...

    def checkpoints(self) -> Iterator[Checkpoint]:
        """Every checkpoint in order, each proved to follow from the one before."""
        ...
