"""What was erased, and what stands in the place of the objects that held it.

A fold over all plays of a project: whoever was erased stays erased in the next one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from caf_platform.ledger.events import BatchesPurged, SubjectErased
from caf_platform.ledger.privileged import proved
from caf_platform.ledger.streams import ERASURES, stream
from caf_platform.ledger.values import Replaced
from caf_platform.ports.ledger import Ledger
from caf_platform.ports.signer import Signer


@dataclass
class Erasures:
    """By old key, what took an object's place; the newest act's objects are `last`.

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

    def add(self, event: SubjectErased | BatchesPurged) -> None:
        """Fold in one act."""
        self.acts += 1
        self.last = event.replaced
        for one in event.replaced:
            self.objects[one.key] = one
            if one.by_digest is not None:
                self.digests[one.digest] = one.by_digest
        if isinstance(event, SubjectErased):
            self.subjects.add(event.subject)
            self.rows.update(event.rows)
            self.key_id = event.key_id

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

    def _way(self, key: str) -> Iterator[Replaced]:
        """One replacement after another, each once."""
        seen: set[str] = set()
        while key in self.objects and key not in seen:
            seen.add(key)
            found = self.objects[key]
            yield found
            key = found.by_key or ""


def read_erasures(ledger: Ledger, project: str, signer: Signer) -> Erasures:
    """All of a project's, as far as they are proved: `Tampered` for one that nobody signed."""
    found = Erasures()
    for record in proved(ledger.read(prefix=stream(project, ERASURES)), signer):
        if isinstance(record.event, SubjectErased | BatchesPurged):
            found.add(record.event)
    return found
