"""Ways to put something wrong into a play's folders, and to take it away again."""

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bad_input.case import Fault
from inbox_play import Delivered

from caf_platform.ledger import migrations

Place = Callable[[Delivered], Path]
Change = Callable[[bytes], bytes]

HOLDS = "import sqlite3,sys; c=sqlite3.connect(sys.argv[1],isolation_level=None); "
HOLDS += "c.execute('BEGIN EXCLUSIVE'); print('held',flush=True); sys.stdin.read()"


def home(part: str = "") -> Place:
    """A place in the home."""
    return lambda played: played.home / part


def declared(file: str) -> Place:
    """A file of the project."""
    return lambda played: played.folder / file


def first(pattern: str, *, last: bool = False) -> Place:
    """The first (or last) file in the home that fits."""
    return lambda played: sorted(played.home.glob(pattern))[-1 if last else 0]


@contextmanager
def _aside(path: Path) -> Iterator[Path]:
    """What lies there is put aside for a while; whatever took its place is removed."""
    kept = path.with_name(f"{path.name}.aside")
    there = path.exists()
    if there:
        path.rename(kept)
    try:
        yield kept
    finally:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)
        if there:
            kept.rename(path)


def gone(place: Place) -> Fault:
    """It is not there."""
    return lambda played: _aside(place(played))


def changed(place: Place, change: Change) -> Fault:
    """Its bytes are others."""

    @contextmanager
    def fault(played: Delivered) -> Iterator[None]:
        path = place(played)
        with _aside(path) as kept:
            path.write_bytes(change(kept.read_bytes() if kept.is_file() else b""))
            path.chmod(0o600)
            yield

    return fault


def becomes(place: Place, data: bytes) -> Fault:
    """Something else lies there: a file with these bytes."""
    return changed(place, lambda _former: data)


def replaced(place: Place, old: str, new: str) -> Fault:
    """A text in it is another."""

    def change(data: bytes) -> bytes:
        assert old.encode() in data
        return data.replace(old.encode(), new.encode())

    return changed(place, change)


def appended(place: Place, text: str) -> Fault:
    """It ends with this text."""
    return changed(place, lambda data: data + text.encode())


def folder(place: Place) -> Fault:
    """A folder is in its place."""

    @contextmanager
    def fault(played: Delivered) -> Iterator[None]:
        path = place(played)
        with _aside(path):
            path.mkdir()
            yield

    return fault


def link(place: Place, target: str) -> Fault:
    """A symbolic link is in its place."""

    @contextmanager
    def fault(played: Delivered) -> Iterator[None]:
        path = place(played)
        with _aside(path):
            path.symlink_to(target)
            yield

    return fault


def mode(place: Place, bits: int) -> Fault:
    """Its permissions are others."""

    @contextmanager
    def fault(played: Delivered) -> Iterator[None]:
        path = place(played)
        former = path.stat().st_mode
        path.chmod(bits)
        try:
            yield
        finally:
            path.chmod(former)

    return fault


def edited_ledger(*statements: str) -> Fault:
    """Somebody with the file in hand changed it: no trigger stops them."""

    @contextmanager
    def fault(played: Delivered) -> Iterator[None]:
        path = played.home / "ledger.db"
        with _aside(path) as kept:
            shutil.copy(kept, path)
            with sqlite3.connect(path) as connection:
                named = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
                for (trigger,) in connection.execute(named).fetchall():
                    connection.execute(f"DROP TRIGGER {trigger}")
                for statement in statements:
                    connection.execute(statement)
            connection.close()
            yield

    return fault


NEWER = f"UPDATE {migrations.VERSION_TABLE} SET version_num = '9999'"  # noqa: S608 - a constant


def locked(file: str) -> Fault:
    """Another process holds a SQLite file and does not let go."""

    @contextmanager
    def fault(played: Delivered) -> Iterator[None]:
        command = [sys.executable, "-c", HOLDS, str(played.home / file)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
            assert holder.stdout
            assert holder.stdin
            assert holder.stdout.readline() == b"held\n"
            try:
                yield
            finally:
                holder.stdin.close()

    return fault


def no_file_above(size: int) -> Fault:
    """No file may grow beyond so many bytes: a quota, as any user can have it."""

    @contextmanager
    def fault(_played: Delivered) -> Iterator[None]:
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    return fault


def mounts() -> bool:
    """Whether this process may mount: only root may, and not in every container."""
    if os.geteuid() != 0:
        return False
    probe = "mount -t tmpfs -o size=64k tmpfs /mnt"
    return subprocess.run(["unshare", "-m", "sh", "-c", probe], check=False).returncode == 0


def _run(*words: str | Path) -> None:
    subprocess.run(words, check=True, capture_output=True)


@contextmanager
def _mounted(played: Delivered, options: str) -> Iterator[Path]:
    """The home on a small file system of its own for a while, and back where it was."""
    kept = played.root / "home.aside"
    played.home.rename(kept)
    played.home.mkdir()
    _run("mount", "-t", "tmpfs", "-o", options, "tmpfs", played.home)
    try:
        shutil.copytree(kept, played.home, dirs_exist_ok=True)
        yield played.home
    finally:
        shutil.rmtree(kept)
        shutil.copytree(played.home, kept)
        _run("umount", "--lazy", played.home)
        played.home.rmdir()
        kept.rename(played.home)


def full_disk(spare: int) -> Fault:
    """The home's disk has room for so many bytes more."""

    @contextmanager
    def fault(played: Delivered) -> Iterator[None]:
        with _mounted(played, "size=64m") as place:
            blocks = os.statvfs(place)
            used = (blocks.f_blocks - blocks.f_bfree) * blocks.f_frsize
            _run("mount", "-o", f"remount,size={used + spare}", place)
            yield
            _run("mount", "-o", "remount,size=64m", place)

    return fault


def read_only_disk() -> Fault:
    """The home lies on a disk that takes nothing."""

    @contextmanager
    def fault(played: Delivered) -> Iterator[None]:
        with _mounted(played, "size=64m") as place:
            _run("mount", "-o", "remount,ro", place)
            yield
            _run("mount", "-o", "remount,rw", place)

    return fault
