"""A disk that is full: a real small one where this machine lets us mount it, a limit otherwise.

The disk is mounted in a mount namespace of this thread: no other process sees it, and it is gone
with this one, however that ends.
"""

import ctypes
import os
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

NEW_MOUNTS = 0x00020000
"""CLONE_NEWNS of Linux; Python has `os.unshare` from 3.12 on."""

Room = Callable[[], None]
"""Makes room again."""


@contextmanager
def full_disk(home: Path, *, spare: int) -> Iterator[Room]:
    """Within this a home lies on a disk with only `spare` bytes left; gives what makes room.

    Afterwards the home lies where it was, with what has happened in it.
    """
    with _own_mounts() as mounted:
        if mounted:
            yield from _small(home, spare)
        else:
            yield from _limited(home)


def _small(home: Path, spare: int) -> Iterator[Room]:
    """A file system in memory, as large as what lies in it and the spare bytes."""
    aside = home.with_name(f"{home.name}-aside")
    shutil.rmtree(aside, ignore_errors=True)
    home.rename(aside)
    home.mkdir()
    size = _size(aside) + spare
    _mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(home))
    try:
        shutil.copytree(aside, home, dirs_exist_ok=True)
        yield lambda: _mount("-o", f"remount,size={2 * size}", str(home))
        shutil.rmtree(aside)
        shutil.copytree(home, aside)
    finally:
        subprocess.run(["umount", "--lazy", str(home)], check=True)  # nosec B603, B607 # noqa: S603, S607 - our own words, as root
        home.rmdir()
        aside.rename(home)


def _limited(home: Path) -> Iterator[Room]:
    """No file of this process may grow beyond the size of the ledger: nearly as good."""
    former = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = (home / "ledger.db").stat().st_size

    def room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, former)

    resource.setrlimit(resource.RLIMIT_FSIZE, (size, former[1]))
    try:
        yield room
    finally:
        room()


@contextmanager
def _own_mounts() -> Iterator[bool]:
    """A mount namespace of this thread; False where the kernel does not allow one."""
    libc = ctypes.CDLL(None, use_errno=True)
    with Path("/proc/thread-self/ns/mnt").open() as before:
        allowed = os.geteuid() == 0 and libc.unshare(NEW_MOUNTS) == 0
        if not allowed:
            yield False
            return
        here = Path.cwd()
        try:
            yield _tried("--make-rprivate", "/")
        finally:
            libc.setns(before.fileno(), NEW_MOUNTS)
            os.chdir(here)  # who joins a namespace stands at its root


def _tried(*words: str) -> bool:
    return subprocess.run(["mount", *words], check=False, capture_output=True).returncode == 0  # nosec B603, B607 # noqa: S603, S607 - our own words, as root


def _mount(*words: str) -> None:
    subprocess.run(["mount", *words], check=True)  # nosec B603, B607 # noqa: S603, S607 - our own words, as root


def _size(folder: Path) -> int:
    """What a folder takes in whole pages."""
    page = resource.getpagesize()
    files = [path for path in folder.rglob("*") if path.is_file()]
    return sum(-(-path.stat().st_size // page) * page for path in files)
