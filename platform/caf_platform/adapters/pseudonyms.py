"""Keyed digests of people and rows: who holds the key knows them again, and they name nobody.

HMAC-SHA256 (RFC 2104) with a key of its own in the key folder. A plain digest of a customer number
is found by trying all numbers; one with a key is not, and whoever destroys the key has cut the last
tie to a person.
"""

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final

from caf_platform.digest import digest, short
from caf_platform.errors import Tampered, Unavailable

FILE: Final = "erasure.key"
"""By which people who were erased are known again."""
_BYTES: Final = 32


class Pseudonyms:
    """Makes keyed digests with one key. `key_id` names the key, and does not tell it."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self.key_id = short(digest(b"key of pseudonyms " + key))

    def of(self, kind: str, value: str) -> str:
        """A keyed digest, as hex; the same value as another kind of thing gives another one."""
        return hmac.new(self._key, f"{kind}\0{value}".encode(), hashlib.sha256).hexdigest()


def open_pseudonyms(path: Path, wanted: str = "") -> Pseudonyms:
    """The key in a file; without one `wanted` it is made where there is none.

    `Unavailable` when the wanted one is not there, `Tampered` when it is another one: people could
    not be known again.
    """
    if not path.exists() and not wanted:
        make_key(path)
    try:
        found = Pseudonyms(path.read_bytes())
    except FileNotFoundError as error:
        raise Unavailable(
            f"The key '{path}' is not there: people cannot be known again without it.",
            next_step="Restore it from the backup of the key folder.",
        ) from error
    if wanted and found.key_id != wanted:
        raise Tampered(
            f"The key '{path}' is not the one by which people were named.",
            why=f"It is {found.key_id}, the ledger says {wanted}.",
            next_step="Restore the right one from the backup of the key folder.",
        )
    return found


def make_key(path: Path) -> None:
    """A new key for its owner's eyes only; if somebody else just made one, theirs counts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    staged = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
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
