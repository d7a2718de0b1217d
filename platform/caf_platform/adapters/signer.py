"""Ed25519 keys in a folder (RFC 8032). The one module that imports the cryptography library.

For each key the folder (0700) holds three files named by the key's id: the private key (0600),
the public key, and whose it is. The last is written last, so a key without it was never used.
Whoever may write to the folder decides which keys are known; protect it like a password.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from cryptography.exceptions import InternalError, InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import ValidationError

from caf_platform.adapters.folder import force
from caf_platform.digest import digest, short
from caf_platform.errors import BadInput, CafError, Refused, Tampered, Unavailable
from caf_platform.ports.signer import Principal, Signature, Signer, signing_bytes

__all__ = ["ALGORITHM", "LocalSigner", "signing_bytes"]

ALGORITHM: Final = "ed25519"
PRIVATE: Final = "private.pem"
PUBLIC: Final = "public.pem"
OWNER: Final = "principal.json"

_KEY_ID: Final = re.compile(r"[0-9a-f]{12}")
_VALUE: Final = re.compile(r"[0-9a-f]{128}")
_OTHERS: Final = 0o077


class LocalSigner(Signer):
    """Signs with one principal's key and verifies with every public key in the folder.

    A retired key is one without its private file: its signatures still verify. It is revoked by
    removing its public file too.
    """

    def __init__(
        self, folder: Path, key_id: str, principal: Principal, private: Ed25519PrivateKey | None
    ) -> None:
        """Use `LocalSigner.open`."""
        self._folder, self._key_id = folder, key_id
        self._principal, self._private = principal, private

    @classmethod
    def open(cls, folder: Path, principal: Principal, *, patience: float = 30) -> "LocalSigner":
        """Load the principal's key, made at first use; simultaneous first uses make one key.

        Roles belong to the key: asking for others than it was made with is `Refused`. Also
        `Refused` is a private key that others can read. `Tampered` when the files of a key do
        not belong together, `Unavailable` when the folder cannot be used, or when another
        process is at it for longer than `patience` seconds.
        """
        if not principal.name.strip():
            raise BadInput("A key needs somebody's name.")
        with answers(folder):
            key_id = _find(folder, principal.name)
            if key_id is None:
                with alone(folder, patience):
                    key_id = _find(folder, principal.name) or store(folder, principal)
            owner = owner_of(folder, key_id)
            if _rights(owner) != _rights(principal):
                raise _other_rights(owner, principal)
            return cls(folder, key_id, owner, _private_key(folder, key_id))

    @classmethod
    def of_key(cls, folder: Path, key_id: str) -> "LocalSigner":
        """Load a key that is there; raises as `open` does."""
        with answers(folder):
            return cls(folder, key_id, owner_of(folder, key_id), _private_key(folder, key_id))

    @classmethod
    def knowing(cls, folder: Path) -> "LocalSigner":
        """Believes the public keys in a folder, and signs for nobody."""
        return cls(folder, "", Principal(name=""), None)

    @property
    def principal(self) -> Principal:
        """For whom this signer signs, as recorded beside the key."""
        return self._principal

    def sign(self, message: bytes) -> Signature:
        """A signature over exactly these bytes."""
        if self._private is None:
            raise Refused("Nobody signs here: these keys only verify.")
        value = self._private.sign(message).hex()
        return Signature(key_id=self._key_id, algorithm=ALGORITHM, value=value)

    def verify(self, message: bytes, signature: Signature) -> bool:
        """Whether the signature is by a known key over exactly these bytes; never raises."""
        if signature.algorithm != ALGORITHM or not _VALUE.fullmatch(signature.value):
            return False
        try:
            public = _public_key(self._folder, signature.key_id)
            public.verify(bytes.fromhex(signature.value), message)
        except (InvalidSignature, CafError, OSError):
            return False
        return True

    def principal_of(self, key_id: str) -> Principal | None:
        """Whose key this is; None when it is unknown. A recorded actor is checked with this."""
        try:
            _public_key(self._folder, key_id)
            return owner_of(self._folder, key_id)
        except (CafError, OSError):
            return None


def _find(folder: Path, name: str) -> str | None:
    """The id of the key with which a principal signs."""
    for key_id, owner in keys_in(folder):
        if owner.name == name and can_sign(folder, key_id):
            return key_id
    return None


def keys_in(folder: Path) -> Iterator[tuple[str, Principal]]:
    """Every key's id with whose it is, retired ones among them."""
    for path in sorted(folder.glob(f"*.{OWNER}")):
        key_id = path.name.removesuffix(f".{OWNER}")
        if _KEY_ID.fullmatch(key_id):
            yield key_id, owner_of(folder, key_id)


def public_files(folder: Path) -> dict[str, bytes]:
    """Every key's public file and whose it is, by file name: what others need to verify."""
    names = [f"{key_id}.{kind}" for key_id, _ in keys_in(folder) for kind in (PUBLIC, OWNER)]
    return {name: (folder / name).read_bytes() for name in names}


def can_sign(folder: Path, key_id: str) -> bool:
    """Whether a key was not retired."""
    return _path(folder, key_id, PRIVATE).exists()


def retire(folder: Path, key_id: str) -> None:
    """Take a key's private half away; its signatures still verify."""
    _path(folder, key_id, PRIVATE).unlink(missing_ok=True)
    force(folder)


@contextmanager
def alone(folder: Path, patience: float) -> Iterator[None]:
    """The folder, made if need be, with nobody else making keys in it."""
    # Slow to import, and needed only once in a key's life.
    from filelock import FileLock, Timeout

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    try:
        with FileLock(folder / ".lock", timeout=patience):
            yield
    except Timeout as error:
        raise Unavailable(
            f"The key folder '{folder}' is locked by another process.",
            why=f"It was waited for {patience:g} seconds.",
            next_step="End the process that holds it, and repeat.",
        ) from error


def store(folder: Path, principal: Principal) -> str:
    """A new key for a principal; its id."""
    private = Ed25519PrivateKey.generate()
    public = private.public_key()
    key_id = _id_of(public)
    secret = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    known = public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    _create(_path(folder, key_id, PRIVATE), secret, 0o600)
    _create(_path(folder, key_id, PUBLIC), known, 0o644)
    unfinished = folder / f".{key_id}"
    _create(unfinished, principal.model_dump_json().encode(), 0o644)
    unfinished.rename(_path(folder, key_id, OWNER))
    force(folder)
    return key_id


def _create(path: Path, data: bytes, mode: int) -> None:
    """A new file, on disk when this returns; an existing one is never touched."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(descriptor)


def _private_key(folder: Path, key_id: str) -> Ed25519PrivateKey:
    path = _path(folder, key_id, PRIVATE)
    if path.stat().st_mode & _OTHERS:
        raise Refused(
            f"The private key '{path}' can be read by others.",
            why="Then a signature proves nothing.",
            next_step=f"chmod 600 '{path}', or remove it if it may have been copied.",
        )
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm, InternalError) as error:
        raise _broken(path) from error
    if not isinstance(key, Ed25519PrivateKey) or _id_of(key.public_key()) != key_id:
        raise _broken(path)
    return key


def _public_key(folder: Path, key_id: str) -> Ed25519PublicKey:
    path = _path(folder, key_id, PUBLIC)
    try:
        key = serialization.load_pem_public_key(path.read_bytes())
    except (ValueError, UnsupportedAlgorithm, InternalError) as error:
        raise _broken(path) from error
    if not isinstance(key, Ed25519PublicKey) or _id_of(key) != key_id:
        raise _broken(path)
    return key


def owner_of(folder: Path, key_id: str) -> Principal:
    """Whose key that is; `Tampered` when the file beside it cannot be read."""
    path = _path(folder, key_id, OWNER)
    try:
        return Principal.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise _broken(path) from error


def _path(folder: Path, key_id: str, kind: str) -> Path:
    """A file of a key; an id that is none never becomes a path."""
    if not _KEY_ID.fullmatch(key_id):
        raise BadInput(f"{key_id[:50]!a} is no key id.")
    return folder / f"{key_id}.{kind}"


def _id_of(public: Ed25519PublicKey) -> str:
    return short(digest(public.public_bytes_raw()))


def _rights(principal: Principal) -> tuple[frozenset[str], bool]:
    return frozenset(principal.roles), principal.automatic


def _other_rights(owner: Principal, asked: Principal) -> Refused:
    return Refused(
        f"The key of '{owner.name}' was made for {_spelled(owner)}, not for {_spelled(asked)}.",
        why="Roles belong to a key, so that nobody takes on another by asking.",
        next_step="Ask for the key's own roles, or retire it by removing its private file.",
    )


def _spelled(principal: Principal) -> str:
    roles = ", ".join(sorted(principal.roles)) or "no role"
    return f"{roles} ({'automatic' if principal.automatic else 'a person'})"


def _broken(path: Path) -> Tampered:
    return Tampered(
        f"'{path}' is not what was stored there.",
        why="It cannot be read, or belongs to another key.",
        next_step="Restore it from a backup, or remove the three files of this key.",
    )


@contextmanager
def answers(folder: Path) -> Iterator[None]:
    """Turn every error of the file system into one of ours."""
    try:
        yield
    except OSError as error:
        raise Unavailable(
            f"The key folder '{folder}' cannot be used.",
            why=f"{error.strerror or error}: '{error.filename}'.",
            next_step="Make it a folder that only this user can read and write.",
        ) from error
