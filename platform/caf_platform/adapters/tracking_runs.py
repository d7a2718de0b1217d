"""Which tracked runs are alive: each holds a file lock that the kernel drops with its process.

A run that a killed process left *running* cannot be told by its age or by a process number,
which is used again; whoever gets its lock knows that nobody holds it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from filelock import FileLock, Timeout


class LiveRuns:
    """Locks of running runs in a folder, one file each, named by a token."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def claim(self) -> Iterator[str]:
        """A token that counts as alive until the block or the process ends."""
        self._folder.mkdir(parents=True, exist_ok=True)
        token = uuid4().hex
        with self._lock(token):
            yield token
        self._path(token).unlink(missing_ok=True)

    @contextmanager
    def abandoned(self, token: str) -> Iterator[bool]:
        """Whether nobody holds the token. Within the block nobody else is told so."""
        if not self._folder.is_dir():
            yield True
            return
        try:
            with self._lock(token):
                yield True
        except Timeout:
            yield False
            return
        self._path(token).unlink(missing_ok=True)

    def _lock(self, token: str) -> FileLock:
        return FileLock(self._path(token), blocking=False, is_singleton=False)

    def _path(self, token: str) -> Path:
        return self._folder / f"{token}.lock"
