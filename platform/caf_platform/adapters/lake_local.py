"""The lake as a folder of a POSIX file system.

An object is written to a staging folder of the lake, forced to disk, and hard-linked to its
name: a link never replaces anything and is there as a whole or not at all. Every path is walked
by descriptors that follow no symbolic link, so nothing outside the folder can be reached.
"""

import errno
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import BinaryIO, Final

from caf_platform.adapters.lake_rules import (
    checked_key,
    checked_prefix,
    missing,
    unchanged,
    verified,
    why_no_key,
)
from caf_platform.capabilities import Capability
from caf_platform.errors import BadInput, CafError, Tampered, Unavailable
from caf_platform.plugins import Kind, register
from caf_platform.ports.lake import Lake
from caf_platform.settings import Settings

STAGING: Final = ".writing"
ABANDONED_AFTER: Final = 3600.0
"""Seconds after which a staged file is a killed writer's: none takes an hour for one object."""

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL
_READ_ONLY: Final = 0o444
_NOT_THERE: Final = (FileNotFoundError, NotADirectoryError, IsADirectoryError)
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FORBIDDEN: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


@register(Kind.STORE, "local-lake", Capability.DATA_ARCHITECTURE, scheme="file")
class LocalLake(Lake):
    """Write-once objects in a folder: durable, atomic, safe for many writers at once.

    A new object costs two forced writes (its bytes, its folder), a known one a read. No key can
    be an object and a folder of others at once: `BadInput`.
    """

    @classmethod
    def at(cls, url: str, _settings: Settings) -> "LocalLake":
        """The lake at a folder, given as a path or a `file://` URL."""
        return cls(Path(url.removeprefix("file://")))

    def __init__(self, root: Path) -> None:
        """Open or make the lake at `root`, and sweep what killed writers left behind."""
        self._root = root.absolute()
        self._durable: set[str] = set()
        with self._answers("open"):
            self._root.mkdir(parents=True, exist_ok=True)
            with self._folder(STAGING, make=True) as staging:
                _sweep(staging)

    def write(self, key: str, data: bytes) -> str:
        """Store bytes durably and return their SHA-256; see the port."""
        checked_key(key)
        with self._answers(f"write '{key}' in"):
            while (stored := self._stored(key)) is None:
                self._place(key, data)
            # Also for a known object: its writer may have been killed before this line.
            with self._folder(_parent(key)) as folder:
                os.fsync(folder)
        return unchanged(key, stored, data)

    def read(self, key: str, *, expected: str | None = None) -> bytes:
        """The bytes of an object, verified against `expected`."""
        checked_key(key)
        with self._answers(f"read '{key}' from"):
            stored = self._stored(key)
        if stored is None:
            raise missing(key)
        return verified(key, stored, expected)

    def exists(self, key: str) -> bool:
        """Whether an object is there."""
        checked_key(key)
        with self._answers(f"look for '{key}' in"), self._opened(key) as file:
            return file is not None

    def keys(self, prefix: str) -> Iterator[str]:
        """All keys that start with `prefix`, sorted; what is no key of a lake is passed over."""
        return self._walk(_parent(checked_prefix(prefix)), prefix)

    def delete(self, key: str) -> None:
        """Remove an object for good; absent is fine."""
        folder, _, name = checked_key(key).rpartition("/")
        with (
            self._answers(f"delete '{key}' from"),
            suppress(*_NOT_THERE),
            self._folder(folder) as there,
        ):
            os.unlink(name, dir_fd=there)
            os.fsync(there)

    def _place(self, key: str, data: bytes) -> None:
        """Make the object unless somebody else just did."""
        folder, _, name = key.rpartition("/")
        staged = os.urandom(16).hex()
        with self._folder(STAGING, make=True) as staging, self._folder(folder, make=True) as there:
            try:
                descriptor = os.open(staged, _NEW, _READ_ONLY, dir_fd=staging)
                with os.fdopen(descriptor, "wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(descriptor)
                _link(staged, staging, name, there)
            finally:
                with suppress(OSError):  # what stays is swept later; the first error counts
                    os.unlink(staged, dir_fd=staging)

    def _stored(self, key: str) -> bytes | None:
        with self._opened(key) as file:
            return None if file is None else file.read()

    @contextmanager
    def _opened(self, key: str) -> Iterator[BinaryIO | None]:
        """The object's file, or None when there is none."""
        folder, _, name = key.rpartition("/")
        file = None
        with suppress(*_NOT_THERE), self._folder(folder) as there:
            file = _object(name, there)
        with file or nullcontext():
            yield file

    @contextmanager
    def _folder(self, folder: str, *, make: bool = False) -> Iterator[int]:
        """A descriptor of a folder of the lake; with `make`, its name is durable before use."""
        descriptor = os.open(self._root, _FOLDER)
        path = ""
        try:
            for part in folder.split("/") if folder else ():
                path = f"{path}/{part}"
                if make and path not in self._durable:
                    with suppress(FileExistsError):
                        os.mkdir(part, dir_fd=descriptor)
                    os.fsync(descriptor)
                    self._durable.add(path)
                deeper = _enter(part, descriptor)
                os.close(descriptor)
                descriptor = deeper
            yield descriptor
        finally:
            os.close(descriptor)

    def _walk(self, folder: str, prefix: str) -> Iterator[str]:
        """Keys below `folder` in the order of whole keys: a folder sorts with its slash."""
        for name in sorted(self._names(folder)):
            key = f"{folder}/{name}" if folder else name
            if not key.startswith(prefix):
                continue
            if name.endswith("/"):
                yield from self._walk(key.removesuffix("/"), prefix)
            elif not why_no_key(key):
                yield key

    def _names(self, folder: str) -> list[str]:
        """The names in a folder; those of folders end in a slash."""
        with (
            self._answers(f"list '{folder}' in"),
            suppress(*_NOT_THERE),
            self._folder(folder) as there,
            os.scandir(there) as entries,
        ):
            return [name for entry in entries if (name := _listed(entry))]
        return []

    @contextmanager
    def _answers(self, doing: str) -> Iterator[None]:
        """Turn every error of the file system into one of ours."""
        try:
            yield
        except OSError as error:
            self._durable.clear()  # whatever failed may have taken folders with it
            raise explained(error, f"Cannot {doing} the lake at '{self._root}'.") from error


def explained(error: OSError, what: str) -> CafError:
    """What an error of the file system means here, and what to do about it."""
    why = f"{os.strerror(error.errno) if error.errno else error}."
    if error.errno in _FULL:
        step = "Free space (or raise the quota) and repeat: everything written before is kept."
        return Unavailable(what, why=why, next_step=step)
    if error.errno in _FORBIDDEN:
        step = "Give this user read and write access to the folder and repeat."
        return Unavailable(what, why=why, next_step=step)
    if isinstance(error, NotADirectoryError | IsADirectoryError):
        why = "No key can be an object and a folder of other objects at once."
        return BadInput(what, why=why, next_step="Use another key.")
    return Unavailable(what, why=why, next_step="Check the disk and its mount, and repeat.")


def _parent(key: str) -> str:
    return key.rpartition("/")[0]


def _enter(name: str, folder: int) -> int:
    """A descriptor of a folder in a folder."""
    if stat.S_ISLNK(_mode(name, folder)):
        raise _strange(name)
    return os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=folder)


def _object(name: str, folder: int) -> BinaryIO | None:
    """An object's file; None when something else has that name."""
    mode = _mode(name, folder)
    if stat.S_ISLNK(mode):
        raise _strange(name)
    if not stat.S_ISREG(mode):
        return None
    return os.fdopen(os.open(name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=folder), "rb")


def _mode(name: str, folder: int) -> int:
    return os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode


def _strange(name: str) -> Tampered:
    return Tampered(
        f"'{name}' in the lake is a symbolic link.",
        why="The lake makes none, so somebody else put it there.",
        next_step="Find out who did, and remove it.",
    )


def _listed(entry: os.DirEntry[str]) -> str:
    """An object's name, a folder's with a slash, and nothing for what is neither."""
    if entry.name.startswith("."):
        return ""
    if entry.is_symlink():
        raise _strange(entry.name)
    if entry.is_dir(follow_symlinks=False):
        return f"{entry.name}/"
    return entry.name if entry.is_file(follow_symlinks=False) else ""


def _link(staged: str, staging: int, name: str, folder: int) -> None:
    """Give the staged file its name; a file of that name stays as it is."""
    try:
        os.link(staged, name, src_dir_fd=staging, dst_dir_fd=folder)
    except FileExistsError:
        if not stat.S_ISREG(_mode(name, folder)):
            raise IsADirectoryError(errno.EISDIR, name) from None


def _sweep(staging: int) -> None:
    """Remove staged files that no living writer can own; others may sweep at the same time."""
    oldest = time.time() - ABANDONED_AFTER
    for name in os.listdir(staging):
        with suppress(FileNotFoundError):
            if os.stat(name, dir_fd=staging, follow_symlinks=False).st_mtime < oldest:
                os.unlink(name, dir_fd=staging)
