"""The lake as a dictionary, for tests that need one and no disk."""

from collections.abc import Iterator
from threading import Lock

from caf_platform.adapters.lake_rules import (
    checked_key,
    checked_prefix,
    missing,
    unchanged,
    verified,
)
from caf_platform.ports.lake import Lake


class MemoryLake(Lake):
    """Passes the same contract suite as the real lakes. `objects` may be tampered with."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self._lock = Lock()

    def write(self, key: str, data: bytes) -> str:
        """Keep the bytes unless there are some."""
        with self._lock:
            return unchanged(key, self.objects.setdefault(checked_key(key), data), data)

    def read(self, key: str, *, expected: str | None = None) -> bytes:
        """The bytes, verified."""
        stored = self.objects.get(checked_key(key))
        if stored is None:
            raise missing(key)
        return verified(key, stored, expected)

    def exists(self, key: str) -> bool:
        """Whether there is such an object."""
        return checked_key(key) in self.objects

    def keys(self, prefix: str) -> Iterator[str]:
        """Sorted keys."""
        checked_prefix(prefix)
        return iter(sorted(key for key in self.objects if key.startswith(prefix)))

    def delete(self, key: str) -> None:
        """Forget it."""
        self.objects.pop(checked_key(key), None)
