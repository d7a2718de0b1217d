"""One process plays a project at a time, and who comes second is told who is at it.

A comfort, not the guard: two plays of one ledger are harmless because each step's key is recorded
once, also from two machines. This spares a person two plays that do the same work side by side,
and two of them one Prefect home. The kernel drops the lock with its process, however that ends;
the holder's note in it stays if that was not by the end of its work. Looking takes no turn.
"""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from caf_platform.capabilities import Capability
from caf_platform.errors import Unavailable
from caf_platform.plugins import Kind, register

FOLDER = "playing"
"""Where the locks lie in a home, one for each project; the files stay."""


@register(Kind.CONTROL, "one play at a time", Capability.PROVISIONING_AND_ORCHESTRATION)
@contextmanager
def turn(home: Path, project: str, *, aside: bool = False) -> Iterator[bool]:
    """Hold a project's turn; `Unavailable`, at once, while another process here has it.

    Gives whether the one before was broken off: killed, stopped, or failed. What is done `aside` is
    no play and leaves no note: a play that was broken off before it stays so.
    """
    path = home / FOLDER / f"{project}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = _lock(path)
    try:
        lock.acquire()
    except Timeout as error:
        raise Unavailable(
            f"'{project}' is being played by {_holder(path)}.",
            why="Two plays of one project would do the same work twice.",
            next_step="Look on with: caf history. The same command goes on when that has ended.",
        ) from error
    try:
        broken_off = bool(path.stat().st_size)
        if aside:
            yield broken_off
            return
        _leave(path, _note())
        yield broken_off
        _leave(path, "")
    finally:
        lock.release()


def being_played(home: Path) -> dict[str, str]:
    """The projects that are being played on this machine at this moment, each with by whom."""
    found = {}
    for path in sorted((home / FOLDER).glob("*.lock")):
        lock = _lock(path)
        try:
            lock.acquire()
        except Timeout:
            found[path.stem] = _holder(path)
        else:
            lock.release()
    return found


def _lock(path: Path) -> FileLock:
    return FileLock(path, blocking=False, is_singleton=False)


def _leave(path: Path, note: str) -> None:
    """Put a note in a lock, never emptying it first; without it the lock holds as well."""
    with suppress(OSError), path.open("r+", encoding="utf-8") as file:
        file.write(note)
        file.truncate()


def _holder(path: Path) -> str:
    """Who wrote the note in a lock that is held."""
    try:
        note = json.loads(path.read_text("utf-8"))
        if note["host"] == socket.gethostname():
            os.kill(note["pid"], 0)  # no signal, only whether it is there
        return f"process {note['pid']} on {note['host']} since {note['since']}"
    except PermissionError:  # somebody else's, and there
        return f"process {note['pid']} on {note['host']} since {note['since']}"
    except (OSError, ValueError, LookupError, TypeError, OverflowError):
        return (
            "another process"  # it has just come; the note is none yet, or of one that was killed
        )


def _note() -> str:
    since = f"{datetime.now().astimezone():%Y-%m-%d %H:%M:%S}"
    return json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": since})
