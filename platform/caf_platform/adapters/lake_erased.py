"""A lake out of which rows were erased: who asks for an object as it was gets it as it is now.

The ledger names objects by key and digest for ever. Where rows of one were erased, a signed event
says which object took its place; this follows it, so that nothing that reads need know of it.
"""

from collections.abc import Callable, Iterator

from caf_platform.adapters.lake_rules import checked_key
from caf_platform.digest import digest
from caf_platform.errors import Unavailable
from caf_platform.ledger.erasures import Erasures
from caf_platform.ports.lake import Lake


class ErasedLake(Lake):
    """Another lake, `behind` what was erased from it. `told` reads a project's erasures anew."""

    def __init__(self, lake: Lake, told: Callable[[str], Erasures]) -> None:
        self.behind = lake
        self._told = told
        self._known: dict[str, Erasures] = {}

    def write(self, key: str, data: bytes) -> str:
        """Store bytes; what was erased does not come back under its name: its digest is given."""
        if key in self._erasures(key).objects:
            self._known.pop(self._project(key))  # another play may have begun since
            if key in self._erasures(key).objects:
                return digest(data)
        return self.behind.write(key, data)

    def read(self, key: str, *, expected: str | None = None) -> bytes:
        """The bytes that stand for an object; `Unavailable` when all of it was erased."""
        try:
            return self._read(key, expected)
        except Unavailable:
            known, now = self._known.pop(self._project(key), None), self._erasures(key)
            if known is None or known.acts == now.acts:
                raise
            return self._read(key, expected)  # erased by another process since this one looked

    def exists(self, key: str) -> bool:
        """Whether something stands for an object."""
        now, _ = self._erasures(key).stands(key, None)
        return now is not None and self.behind.exists(now)

    def keys(self, prefix: str) -> Iterator[str]:
        """The keys that are there."""
        return self.behind.keys(prefix)

    def delete(self, key: str) -> None:
        """Remove an object for good, under exactly this key."""
        self.behind.delete(key)

    def _read(self, key: str, expected: str | None) -> bytes:
        now, content = self._erasures(key).stands(key, expected)
        if now is None:
            raise Unavailable(
                f"Object '{key}' is gone: it was kept as long as its data may be.",
                next_step="Its batch and counts are on record still: caf history",
            )
        return self.behind.read(now, expected=content)

    def _erasures(self, key: str) -> Erasures:
        project = self._project(checked_key(key))
        if project not in self._known:
            self._known[project] = self._told(project) if project else Erasures()
        return self._known[project]

    @staticmethod
    def _project(key: str) -> str:
        """A key is `zone/project/name…`; any other key is nobody's."""
        return key.partition("/")[2].partition("/")[0]
