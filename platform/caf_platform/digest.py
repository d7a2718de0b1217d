"""One canonical form and one digest for everything that is hashed, chained or signed.

Canonical JSON is RFC 8785 (sorted keys, no spaces, shortest numbers), so that two machines
that mean the same value write the same bytes; the digest is SHA-256 in lower-case hex.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

import rfc8785


def canonical(value: Mapping[str, Any]) -> bytes:
    """The RFC 8785 bytes of a JSON object. NaN and infinities raise ValueError."""
    return rfc8785.dumps(dict(value))


def digest(data: bytes) -> str:
    """SHA-256 of bytes, 64 lower-case hex characters."""
    return hashlib.sha256(data).hexdigest()


def digest_of(value: Mapping[str, Any]) -> str:
    """SHA-256 of a JSON object's canonical form."""
    return digest(canonical(value))


def short(full: str) -> str:
    """The first twelve characters, for people."""
    return full[:12]
