"""A ledger that is shown to a witness as it grows.

The attacker in mind owns the ledger's store and the platform's signing keys, but not the witness:
he can make a whole chain anew, signatures and all, and cannot make the witness forget the old one.
What came after the last checkpoint is proved by the chain alone.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from caf_platform.capabilities import Capability
from caf_platform.errors import CafError, Refused, Tampered, Unavailable
from caf_platform.ledger.events import (
    ApprovalGiven,
    Event,
    PlayFinished,
    Promoted,
    VersionRetired,
)
from caf_platform.ledger.privileged import MAY_SIGN
from caf_platform.ledger.record import GENESIS, Entry, Envelope, Record
from caf_platform.ledger.stored import Stored
from caf_platform.plugins import Kind, register
from caf_platform.ports.alerts import Alert, AlertRoute
from caf_platform.ports.ledger import Audit, Ledger
from caf_platform.ports.witness import Checkpoint, Witness

LOG = logging.getLogger(__name__)

EVERY: Final = 10
"""Records after which the witness is shown the ledger whatever they are."""

AT_ONCE: Final = frozenset({*MAY_SIGN, PlayFinished.TYPE})
"""Events after which it is shown at once: privileged ones, and a play's end."""

MOST: Final = 1000
"""Hashes in one checkpoint: a witness that begins late is told in several."""

TWO_HASHES: Final = "two different hashes"

NEEDS_WITNESS: Final = frozenset({Promoted.TYPE})
"""Events that are not recorded while the witness does not answer. Scoring, monitoring and every
step towards safety (rolling back, stopping, revoking) go on, and are attested later."""

COMPARED_FIRST: Final = frozenset({ApprovalGiven.TYPE, VersionRetired.TYPE})
"""Events that are not recorded in a ledger that was put back; a witness that is silent keeps
nobody from them. Taking an approval back and stopping come first, and the comparison after them."""


@register(Kind.CONTROL, "witness", Capability.THREAT_DETECTION, Capability.INCIDENT_RESPONSE)
class WitnessedLedger(Ledger):
    """Checkpoints after each privileged event and every ten records; before a promotion as well.

    Whoever was killed between record and checkpoint catches up with the next one. A witness that
    does not answer is told of by one alert, and a promotion is `Refused` until it does. `Tampered`
    when the ledger no longer holds what the witness was shown.
    """

    def __init__(self, ledger: Ledger, witness: Witness, alerts: AlertRoute) -> None:
        self._ledger, self._witness, self._alerts = ledger, witness, alerts
        self._attested = 0
        self._silent = False

    def append(
        self, stream: str, expected: int | None, event: Event, *, key: str, envelope: Envelope
    ) -> Record:
        """Append one event; see the port."""
        return self.append_all([Entry(stream, expected, event, key, envelope)])[0]

    def append_all(self, entries: Sequence[Entry]) -> list[Record]:
        """Append all or none, then show the witness where it is due; several events at once."""
        if any(entry.event.TYPE in NEEDS_WITNESS for entry in entries):
            self._attest_first()
        elif any(entry.event.TYPE in COMPARED_FIRST for entry in entries):
            self._compare_first()
        appended = self._ledger.append_all(entries)
        due = any(record.type in AT_ONCE for record in appended)
        if appended and (due or appended[-1].seq - self._attested >= EVERY):
            self._attest()
        return appended

    def read(
        self, *, stream: str | None = None, prefix: str | None = None, after: int = 0
    ) -> Iterator[Record]:
        """See the port."""
        return self._ledger.read(stream=stream, prefix=prefix, after=after)

    def find(self, key: str) -> Record | None:
        """See the port."""
        return self._ledger.find(key)

    def version(self, stream: str) -> int:
        """See the port."""
        return self._ledger.version(stream)

    def stored(self) -> Iterator[Stored]:
        """See the port."""
        return self._ledger.stored()

    def verify(self, attested: Mapping[int, str] | None = None) -> Audit:
        """Recompute the chain, and compare it with what the witness was shown.

        A witness that does not answer is told of, and the chain is proved alone; `Tampered` when
        its own file was edited.
        """
        if attested is None:
            try:
                attested = attested_hashes(self._witness.checkpoints())
            except Unavailable as error:
                self._tell(error)
        return self._ledger.verify(attested)

    def close(self) -> None:
        """Give back what the ledger holds."""
        self._ledger.close()

    def _attest(self) -> None:
        """Show the witness what it has not seen; what stands in the ledger stands without it."""
        try:
            self._show()
        except Unavailable as error:
            self._tell(error)
        else:
            self._silent = False

    def _attest_first(self) -> None:
        """A checkpoint of all that the next event rests on: it shows that the witness answers.

        It is asked a second time before that is taken for silence: whoever was refused a promotion
        needs a person, and one hiccup of a disk is not worth one.
        """
        try:
            try:
                self._show(always=True)
            except Unavailable as error:
                LOG.info("The ledger's witness is asked once more: %s", error.why)
                self._show(always=True)
        except Unavailable as error:
            self._tell(error)
            raise Refused(
                "Nothing is promoted while the ledger's witness does not answer.",
                why=error.why,
                next_step=f"{error.next_step} Then promote again; the present champion serves on.",
            ) from error

    def _compare_first(self) -> None:
        """Whether the ledger still holds what the witness was shown, as far as that one answers."""
        try:
            self._unseen()
        except Unavailable as error:
            self._tell(error)

    def _unseen(self) -> tuple[int, str, list[str]]:
        """How many records the witness was shown, the last one's hash, and the hashes since.

        `Tampered` when that last one is not there any more, or another.
        """
        with _asking():
            last = self._witness.last()
        # Asked for first: the ledger may only be ahead.
        seen, head = (last.records, last.head) if last else (0, GENESIS)
        hashes = [record.hash for record in self._ledger.read(after=max(seen - 1, 0))]
        if seen and hashes[:1] != [head]:
            raise _contradicted(seen, missing=not hashes)
        return seen, head, hashes[1:] if seen else hashes

    def _show(self, *, always: bool = False) -> None:
        seen, head, fresh = self._unseen()
        with _asking():
            for start in range(0, len(fresh), MOST):
                part = fresh[start : start + MOST]
                self._witness.attest(seen + start + len(part), part[-1], part)
            if always and not fresh:
                self._witness.attest(seen, head)
        self._attested = seen + len(fresh)

    def _tell(self, error: Unavailable) -> None:
        """One alert for each silence, however many records it lasts."""
        LOG.warning("The ledger's witness does not answer: %s", error.why)
        if self._silent:
            return
        self._silent = True
        text = f"{error.why} Until it answers, nothing is promoted; scoring goes on."
        title = "the ledger's witness does not answer"
        alert = Alert(key="witness", severity="high", title=title, text=text, project="platform")
        self._alerts.send(alert)


def attested_hashes(checkpoints: Iterable[Checkpoint]) -> dict[int, str]:
    """Each record's hash by its number; an impossible one where two checkpoints differ."""
    found: dict[int, str] = {}
    for one in checkpoints:
        hashes = one.hashes or (one.head,)
        for number, value in enumerate(hashes, one.records - len(hashes) + 1):
            if found.setdefault(number, value) != value:
                found[number] = TWO_HASHES
    found.pop(0, None)  # shown an empty ledger
    return found


@contextmanager
def _asking() -> Iterator[None]:
    """Whatever is wrong with the witness itself, it does not answer."""
    try:
        yield
    except CafError as error:
        step = error.next_step or "Put that right."
        raise Unavailable(error.what, why=f"{error.what} {error.why}", next_step=step) from error


def _contradicted(records: int, *, missing: bool) -> Tampered:
    found = "is missing" if missing else "is another one"
    return Tampered(
        f"The ledger's witness was shown a record {records}; now it {found}.",
        why="The ledger was rolled back, cut or made anew; or the witness belongs to another one.",
        next_step="Run: caf audit verify; keep the ledger as evidence, and restore its newest "
        "backup. After a reset, set the witness's former file aside.",
    )
