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
    """Write-once objects. Keys are paths below a zone: `raw/flights/2013-01-01/ab12.csv`.

    A key is printable text in NFC of at most 768 bytes: parts of at most 255 bytes joined by
    single slashes, none of them empty or starting with a dot, and no backslash. Never let one
    key be an object and a folder of others: a file system cannot hold both.

    Errors: `BadInput` for any other key; `Unavailable` when an object is missing, the store
    does not answer or the disk is full; `Tampered` from `read` when the SHA-256 is not
    `expected`, and from `write` when the key holds other bytes.
    """

    def write(self, key: str, data: bytes) -> str:
        """Store bytes durably and return their SHA-256.

        Writing the same bytes again is a no-op, also from many writers at once; other bytes
        under a used key raise `Tampered`, for an object never changes. A killed writer leaves
        no half object.
        """
        ...

    def read(self, key: str, *, expected: str | None = None) -> bytes:
        """The bytes of an object; with `expected`, refused unless their SHA-256 is that."""
        ...

    def exists(self, key: str) -> bool:
        """Whether an object is there."""
        ...

    def keys(self, prefix: str) -> Iterator[str]:
        """All keys that start with `prefix` (any text, or a folder with its slash), sorted.

        The prefix is checked at the call; what is no key is passed over.
        """
        ...

    def delete(self, key: str) -> None:
        """Remove an object for good (retention and erasure only); absent is fine."""
        ...
