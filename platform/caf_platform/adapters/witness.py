"""A witness in a folder: an append-only file of JSON lines, and a key of its own that signs them.

Each line holds the digest of the line before it and a signature (Ed25519), so that an edit shows
to whoever has the witness's public key; a cut end shows only to whoever has a copy. Whoever reads
all lines verifies each; whoever adds one, only the line that it follows. The numbers need not grow:
two writers may show their parts in the other order, and what contradicts is the hashes' to tell.
It is worth as much as its folder is out of reach of whoever may write to the ledger.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import IO, Final

from pydantic import ValidationError

from caf_platform.adapters.folder import force
from caf_platform.adapters.signer import LocalSigner
from caf_platform.digest import canonical, digest
from caf_platform.errors import Tampered, Unavailable
from caf_platform.ledger.record import GENESIS
from caf_platform.ports.clock import Clock, SystemClock
from caf_platform.ports.signer import Principal, Role, signing_bytes
from caf_platform.ports.witness import Checkpoint, Witness

FILE: Final = "checkpoints.jsonl"
PURPOSE: Final = "checkpoint"
WITNESS: Final = Principal(name="witness", roles=(Role.AUDITOR,), automatic=True)

_BLOCK: Final = 64 * 1024


class LocalWitness(Witness):
    """Several processes may share one; key and file are made with the first checkpoint."""

    def __init__(self, folder: Path, *, clock: Clock | None = None) -> None:
        """`clock` gives the time that is noted."""
        self._folder, self._clock = folder, clock or SystemClock()

    def attest(self, records: int, head: str, hashes: Sequence[str] = ()) -> Checkpoint:
        """Append one line, forced to disk. A line that a killed writer left torn is cut off.

        `Tampered` when the line before is not its own: no forgery is covered by a true line.
        """
        signer = self._signer
        with self._answers(), self._path.open("ab+", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            former = _last_line(file)
            if former:
                self._signed(self._parsed(former, "last"), "last")
            file.truncate(end := _end(file))
            said = Checkpoint(
                records=records,
                head=head,
                hashes=tuple(hashes),
                time=self._clock.now(),
                previous=digest(former) if former else GENESIS,
            )
            signature = signer.sign(signing_bytes(PURPOSE, said.statement))
            said = said.model_copy(update={"signature": signature})
            line = canonical(said.model_dump(mode="json")) + b"\n"
            if file.write(line) < len(line):
                raise OSError(f"only a part of a line was written after byte {end}")
            os.fsync(file.fileno())
            if not end:
                force(self._folder)
        return said

    def last(self) -> Checkpoint | None:
        """The last whole line, if this witness signed it."""
        with self._answers():
            if not self._path.exists():
                return None
            with self._path.open("rb") as file:
                line = _last_line(file)
        return self._signed(self._parsed(line, "last"), "last") if line else None

    def checkpoints(self) -> Iterator[Checkpoint]:
        """Every whole line, its place and its signature verified."""
        previous = GENESIS
        with self._answers():
            data = self._path.read_bytes() if self._path.exists() else b""
        for number, line in enumerate(data.split(b"\n")[:-1], 1):  # behind the last: unfinished
            found = self._parsed(line, str(number))
            if found.previous != previous:
                raise self._forged(str(number), "it does not follow from the line before it")
            previous = digest(line)
            yield self._signed(found, str(number))

    @property
    def _path(self) -> Path:
        return self._folder / FILE

    @cached_property
    def _signer(self) -> LocalSigner:
        return LocalSigner.open(self._folder, WITNESS)

    def _parsed(self, line: bytes, number: str) -> Checkpoint:
        try:
            found = Checkpoint.model_validate_json(line)
            whole = found.hashes[-1:] in ((), (found.head,)) and len(found.hashes) <= found.records
        except (ValidationError, json.JSONDecodeError) as error:
            raise self._forged(number, "it cannot be read") from error
        if not whole:
            raise self._forged(number, "its hashes do not end in its head")
        return found

    def _signed(self, found: Checkpoint, number: str) -> Checkpoint:
        signature = found.signature
        statement = signing_bytes(PURPOSE, found.statement)
        if signature is None or not self._signer.verify(statement, signature):
            raise self._forged(number, "it bears no signature of this witness")
        return found

    def _forged(self, number: str, why: str) -> Tampered:
        return Tampered(
            f"A line of the witness's file '{self._path}' is not what it wrote (line: {number}).",
            why=f"{why.capitalize()}.",
            next_step="Keep both files as evidence, and restore the witness's from its copy.",
        )

    @contextmanager
    def _answers(self) -> Iterator[None]:
        """Turn every error of the file system into one of ours."""
        try:
            yield
        except OSError as error:
            raise Unavailable(
                f"The ledger's witness in '{self._folder}' did not answer.",
                why=f"{error.strerror or error}.",
                next_step="Make it a folder that can be written, or set CAF_WITNESS to one.",
            ) from error


def _end(file: IO[bytes]) -> int:
    """Where the last whole line ends; 0 when there is none."""
    at = file.seek(0, os.SEEK_END)
    while at:
        start = max(0, at - _BLOCK)
        file.seek(start)
        newline = file.read(at - start).rfind(b"\n")
        if newline >= 0:
            return start + newline + 1
        at = start
    return 0


def _last_line(file: IO[bytes]) -> bytes:
    """The last whole line without its end; empty when there is none."""
    end = _end(file)
    start, line = end, b""
    while start and b"\n" not in line[:-1]:
        start = max(0, start - _BLOCK)
        file.seek(start)
        line = file.read(end - start)
    return line[:-1].rpartition(b"\n")[2]
