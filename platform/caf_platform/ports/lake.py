"""Port: bytes under a key, written once. Zones keep raw, validated and other data apart."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Protocol


class Zone(StrEnum):
    """The rooms of the lake; the first part of every key."""

    RAW = "raw"
    VALIDATED = "validated"
    QUARANTINE = "quarantine"
    PREDICTIONS = "predictions"
    LABELS = "labels"
    MODELS = "models"
    EVIDENCE = "evidence"


class Lake(Protocol):
    """Write-once objects. Keys are POSIX paths below a zone, e.g. `raw/flights/2013-01-01/ab12.csv`.

    Errors: `BadInput` for a key that is not a plain relative path, `Unavailable` when the
    store does not answer or the disk is full, `Tampered` from `read` when `expected` differs.
    """

    def write(self, key: str, data: bytes) -> str:
        """Store bytes durably and return their SHA-256.

        Writing the same bytes again is a no-op; other bytes under a used key raise `Conflict`-
        like `Tampered`, for an object never changes. A killed writer leaves no half object.
        """
        ...

    def read(self, key: str, *, expected: str | None = None) -> bytes:
        """The bytes of an object; with `expected`, refused unless their SHA-256 is that."""
        ...

    def exists(self, key: str) -> bool:
        """Whether an object is there."""
        ...

    def keys(self, prefix: str) -> Iterator[str]:
        """All keys that start with `prefix`, in sorted order."""
        ...

    def delete(self, key: str) -> None:
        """Remove an object for good (retention and erasure only); absent is fine."""
        ...
