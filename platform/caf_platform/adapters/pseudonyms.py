"""Keyed digests of people and rows: the ledger may know them again, and name nobody.

HMAC-SHA256 (RFC 2104) with a key of its own in the key folder. A plain digest of a customer number
is found by trying all numbers; one with a key is not, and whoever destroys the key has cut the last
tie from the ledger to a person.
"""

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path

from caf_platform.digest import digest, short
from caf_platform.errors import Tampered, Unavailable

FILE = "erasure.key"
_BYTES = 32


class Pseudonyms:
    """Makes keyed digests with one key. `key_id` names the key, and does not tell it."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self.key_id = short(digest(b"erasure key " + key))

    def of(self, kind: str, value: str) -> str:
        """A keyed digest, as hex; the same value as another kind of thing gives another one."""
        return hmac.new(self._key, f"{kind}\0{value}".encode(), hashlib.sha256).hexdigest()


def open_pseudonyms(folder: Path, wanted: str = "") -> Pseudonyms:
    """The key in a folder; without one `wanted` it is made where there is none.

    `Unavailable` when the key by which people were erased is not there, `Tampered` when it is
    another one: a file with them in it could not be told from any other.
    """
    path = folder / FILE
    if not path.exists() and not wanted:
        _make(path)
    try:
        found = Pseudonyms(path.read_bytes())
    except FileNotFoundError as error:
        raise Unavailable(
            f"The key '{path}' is not there: rows of people who were erased cannot be kept out.",
            next_step="Restore it from the backup of the key folder.",
        ) from error
    if wanted and found.key_id != wanted:
        raise Tampered(
            f"The key '{path}' is not the one by which people were erased.",
            why=f"It is {found.key_id}, the ledger says {wanted}.",
            next_step="Restore the right one from the backup of the key folder.",
        )
    return found


def _make(path: Path) -> None:
    """A new key for its owner's eyes only; if somebody else just made one, theirs counts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    staged = path.with_name(f"{FILE}.{secrets.token_hex(8)}")
    descriptor = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(_BYTES))
            file.flush()
            os.fsync(descriptor)
        with suppress(FileExistsError):
            os.link(staged, path)
    finally:
        staged.unlink(missing_ok=True)
