"""What was erased, and what stands in the place of the objects that held it.

A fold over all plays of a project: whoever was erased stays erased in the next one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from caf_platform.errors import Tampered
from caf_platform.ledger.events import BatchesPurged, PlayStarted, SubjectErased
from caf_platform.ledger.privileged import proved
from caf_platform.ledger.streams import ERASURES, plays, stream
from caf_platform.ledger.values import Replaced
from caf_platform.ports.lake import Zone
from caf_platform.ports.ledger import Ledger
from caf_platform.ports.signer import Signer

OF_ROWS: Final = frozenset(
    {Zone.RAW, Zone.VALIDATED, Zone.QUARANTINE, Zone.PREDICTIONS, Zone.LABELS}
)
EVIDENCE_OF_ROWS: Final = frozenset({"golden", "rows"})
"""What of a version's evidence are rows: those it is asked again, and those it learnt from."""


@dataclass
class Erasures:
    """By old key, what took an object's place; the newest act's objects are `last`.

    Of what was purged that holds until the next play begins, whose calendar starts over: its
    batches are young again. Who was erased stays erased.

    `subjects` and `rows` are keyed digests of people and of their rows, made with `pseudonyms`'
    key whose name is `key_id`.
    """

    objects: dict[str, Replaced] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    subjects: set[str] = field(default_factory=set)
    rows: set[str] = field(default_factory=set)
    key_id: str = ""
    acts: int = 0
    last: tuple[Replaced, ...] = ()
    purged: set[str] = field(default_factory=set)

    def add(self, event: SubjectErased | BatchesPurged) -> None:
        """Fold in one act; `Tampered` for one that would put other bytes in a model's place."""
        for one in event.replaced:
            _check(one)
        self.acts += 1
        self.last = event.replaced
        for one in event.replaced:
            self.objects[one.key] = one
            if one.by_digest is not None:
                self.digests[one.digest] = one.by_digest
        if isinstance(event, BatchesPurged):
            self.purged.update(one.key for one in event.replaced)
        else:
            self.subjects.add(event.subject)
            self.rows.update(event.rows)
            self.key_id = event.key_id

    def begin_play(self) -> None:
        """Another play begins: what was purged may come again."""
        for key in self.purged:
            gone = self.objects.pop(key, None)
            if gone is not None:
                self.digests.pop(gone.digest, None)
        self.purged, self.last = set(), ()

    def stands(self, key: str, digest: str | None) -> tuple[str | None, str | None]:
        """Where an object's content is now, and its digest; no key where all of it is gone.

        A digest that was not the object's own stays, and will be found wrong.
        """
        for one in self._way(key):
            if digest is not None and digest != one.digest:
                return one.key, digest
            key, digest = one.by_key or "", one.by_digest if digest is not None else None
        return key or None, digest

    def content(self, digest: str) -> str:
        """The digest that some bytes have since rows of theirs are gone."""
        seen = {digest}
        while (now := self.digests.get(digest)) is not None and now not in seen:
            seen.add(now)
            digest = now
        return digest

    def gone_from(self, key: str) -> int:
        """How many rows have left an object since it was written."""
        return sum(one.rows for one in self._way(key))

    def led_to(self, key: str) -> set[str]:
        """An object's key, and those of all that took its place."""
        return {key, *(one.by_key for one in self._way(key) if one.by_key)}

    def _way(self, key: str) -> Iterator[Replaced]:
        """One replacement after another, each once."""
        seen: set[str] = set()
        while key in self.objects and key not in seen:
            seen.add(key)
            found = self.objects[key]
            yield found
            key = found.by_key or ""


def _check(one: Replaced) -> None:
    """Only objects of rows lose rows, and what stands for one lies beside it.

    Whoever may erase could else lead the door to another model, or a gate to other evidence.
    """
    folder, _, _ = one.key.rpartition("/")
    zone, part = one.key.partition("/")[0], folder.rpartition("/")[2]
    of_rows = zone in OF_ROWS or (zone == Zone.EVIDENCE and part in EVIDENCE_OF_ROWS)
    beside = one.by_key is None or one.by_key.rpartition("/")[0] == folder
    if not (of_rows and beside):
        raise Tampered(
            f"An erasure on record says that '{one.by_key}' stands for '{one.key}'.",
            why="Only files of rows lose rows, and the new file lies beside the old one.",
            next_step="Run: caf audit verify; find out whose key signed it, and restore a backup.",
        )


def read_erasures(ledger: Ledger, project: str, signer: Signer) -> Erasures:
    """All of a project's, as far as they are proved: `Tampered` for one that nobody signed."""
    acts = list(proved(ledger.read(stream=stream(project, ERASURES)), signer))
    if not acts:
        return Erasures()
    begun = proved(ledger.read(stream=plays(project)), signer)
    found = Erasures()
    for record in sorted([*acts, *begun], key=lambda one: one.seq):
        if isinstance(record.event, SubjectErased | BatchesPurged):
            found.add(record.event)
        elif isinstance(record.event, PlayStarted):
            found.begin_play()
    return found
