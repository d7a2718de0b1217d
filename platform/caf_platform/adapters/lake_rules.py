"""What every lake agrees on: which keys there are, and what is said when bytes are not right.

The rules are those of the strictest store, so that a key that works on a laptop works in S3
and on a file system that folds case or Unicode forms.
"""

import unicodedata
from typing import Final

from caf_platform.digest import digest, short
from caf_platform.errors import BadInput, Tampered, Unavailable

MAX_KEY_BYTES: Final = 768
"""S3 allows 1,024 bytes for prefix and key together; the rest is the prefix's."""

MAX_PART_BYTES: Final = 255
"""NAME_MAX of the usual file systems."""


def why_no_key(key: str) -> str:
    """Why a text is no key, in one sentence; empty when it is one."""
    if not key.isprintable():
        return "It holds a control character or an invisible one."
    parts = key.split("/")
    reasons = [
        ("it holds a backslash", "\\" in key),
        ("it has an empty part (a slash at an end, or two in a row)", "" in parts),
        ("a part starts with a dot", any(part.startswith(".") for part in parts)),
        (f"it is longer than {MAX_KEY_BYTES} bytes", len(key.encode()) > MAX_KEY_BYTES),
        (
            f"a part is longer than {MAX_PART_BYTES} bytes",
            any(len(part.encode()) > MAX_PART_BYTES for part in parts),
        ),
        ("it is not in Unicode form NFC", not unicodedata.is_normalized("NFC", key)),
    ]
    found = "; ".join(reason for reason, holds in reasons if holds)
    return f"{found[0].upper()}{found[1:]}." if found else ""


def checked_key(key: str) -> str:
    """The key itself, or BadInput that says what is wrong with it."""
    why = why_no_key(key)
    if why:
        raise BadInput(
            f"{key[:100]!a} is no key of the lake.",
            why=why,
            next_step="Use a plain relative path such as 'raw/flights/2013-01-01/ab12.csv'.",
        )
    return key


def checked_prefix(prefix: str) -> str:
    """A prefix of keys: empty, or a key with or without a slash at its end."""
    if prefix:
        checked_key(prefix.removesuffix("/"))
    return prefix


def missing(key: str) -> Unavailable:
    """What to raise when an object is not there."""
    return Unavailable(
        f"The lake has no object '{key}'.",
        why="It was never written, or it was removed by retention or erasure.",
        next_step="Restore it from a backup of the lake, and run the same command again.",
    )


def verified(key: str, data: bytes, expected: str | None) -> bytes:
    """The bytes, or Tampered when their SHA-256 is not `expected`."""
    if expected is not None and digest(data) != expected:
        raise Tampered(
            f"Object '{key}' is not what was recorded.",
            why=f"Its SHA-256 is {short(digest(data))}…, expected was {short(expected)}….",
            next_step="Use nothing that rests on it; restore it and open an incident.",
        )
    return data


def unchanged(key: str, stored: bytes, given: bytes) -> str:
    """The SHA-256 of an object that was written again, or Tampered when it differs."""
    if stored != given:
        raise Tampered(
            f"Object '{key}' exists with other bytes, and objects never change.",
            why=f"Stored is {short(digest(stored))}…, given was {short(digest(given))}….",
            next_step="Write under a key of its own, such as one that holds the digest.",
        )
    return digest(given)
