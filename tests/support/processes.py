"""What Linux says about processes: which live, what they started, where they listen."""

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

PATIENCE_SECONDS = 30.0
LISTENING = "0A"


def lives(pid: int) -> bool:
    """Whether a process is there and not only waits to be buried."""
    try:
        return _stat(pid)[0] != "Z"
    except OSError:
        return False


def descendants(pid: int) -> set[int]:
    """Everything that a process started, and what that started."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):  # it has ended meanwhile
                state, parent, *_ = _stat(int(entry.name))
                if state != "Z":
                    parents[int(entry.name)] = int(parent)
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def environments(pids: Iterable[int]) -> list[str]:
    """The variables that each process started with, but for those that ended meanwhile."""
    found = []
    for pid in pids:
        with suppress(OSError):
            found.append(Path(f"/proc/{pid}/environ").read_text("utf-8"))
    return found


def listening(pids: Iterable[int]) -> set[str]:
    """`127.0.0.1:5000` for each address at which one of the processes takes connections."""
    sockets = {inode for pid in pids for inode in _sockets(pid)}
    found = set()
    for version in ("tcp", "tcp6"):
        for line in Path("/proc/net", version).read_text("ascii").splitlines()[1:]:
            cells = line.split()
            if cells[3] == LISTENING and cells[9] in sockets:
                host, _, port = cells[1].partition(":")
                found.add(f"{_dotted(host)}:{int(port, 16)}")
    return found


def until(true: Callable[[], bool]) -> bool:
    """Whether it becomes true while one can be patient."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _stat(pid: int) -> list[str]:
    # the second field is the program's name, which may hold anything
    return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()


def _sockets(pid: int) -> set[str]:
    """Inodes of the sockets that a process has open; it may close files, or end, meanwhile."""
    found = set()
    with suppress(OSError):
        for link in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):
                found.add(link.readlink().name)
    return {name[len("socket:[") : -1] for name in found if name.startswith("socket:[")}


def _dotted(host: str) -> str:
    """An address as /proc writes it: hexadecimal, the lowest byte first."""
    if len(host) > len("0100007F"):
        return host
    return ".".join(str(byte) for byte in reversed(bytes.fromhex(host)))
