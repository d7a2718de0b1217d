"""What a command takes: time on the clock, CPU seconds, memory, and until one sees it work.

Linux only, and no library: CPU comes from `wait4`, which counts a process and every child that it
has waited for; memory from /proc, looked at four times a second.
"""

import os
import pty
import re
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

LOOK_EVERY_SECONDS = 0.25
PAGE = os.sysconf("SC_PAGE_SIZE")
TICK = os.sysconf("SC_CLK_TCK")
ESCAPES = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass(frozen=True)
class Used:
    """What one command took, its children included unless it says `own`.

    Seconds and bytes. `peak` is the largest sum of what all processes held at one moment; pages
    that they share count for each. `seen` has the seconds until each awaited pattern was there.
    """

    code: int
    seconds: float
    cpu: float
    own_cpu: float
    peak: int
    own_peak: int
    seen: dict[str, float]
    told: str


def on_a_terminal(
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    folder: Path,
    awaited: Mapping[str, str] | None = None,
) -> Used:
    """Run a command on a terminal of its own, as a person does, until it ends.

    `awaited` names patterns whose appearance is timed, counted from the start of the process.
    """
    ours, theirs = pty.openpty()
    begun = time.monotonic()
    process = subprocess.Popen(  # nosec B603 # our own words, no shell
        command,
        cwd=folder,
        env={**environment, "TERM": "xterm", "COLUMNS": "200"},
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    memory = Memory(process.pid)
    told, seen = _read(ours, awaited or {}, begun)
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    seconds = time.monotonic() - begun
    memory.stop()
    own_cpu = _own_cpu(process.pid)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Used(
        code=process.returncode,
        seconds=seconds,
        cpu=usage.ru_utime + usage.ru_stime,
        own_cpu=own_cpu,
        peak=memory.peak,
        own_peak=memory.own_peak,
        seen=seen,
        told=told.decode(errors="replace"),
    )


def cpu_seconds(command: Sequence[str], *, environment: Mapping[str, str], folder: Path) -> float:
    """CPU seconds of a command whose output nobody reads; `CalledProcessError` if it fails."""
    process = subprocess.Popen(  # nosec B603 # our own words, no shell
        command,
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, list(command))
    return usage.ru_utime + usage.ru_stime


def _read(
    terminal: int, awaited: Mapping[str, str], begun: float
) -> tuple[bytes, dict[str, float]]:
    """Everything that is written, without colours, and when each awaited pattern was there."""
    told, seen = b"", {}
    open_ones = {name: re.compile(text.encode(), re.MULTILINE) for name, text in awaited.items()}
    try:
        while part := os.read(terminal, 65536):
            told += part
            shown = ESCAPES.sub(b"", told).replace(b"\r", b"\n") if open_ones else b""
            for name in [name for name, pattern in open_ones.items() if pattern.search(shown)]:
                seen[name] = time.monotonic() - begun
                del open_ones[name]
    except OSError:  # how Linux says that nobody can write any more
        pass
    finally:
        os.close(terminal)
    return ESCAPES.sub(b"", told), seen


def _own_cpu(pid: int) -> float:
    """CPU seconds of one process without its children; also of one that has just ended."""
    user, system = _stat(pid)[11:13]
    return (int(user) + int(system)) / TICK


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat behind the name, which may hold anything: state, parent, ..."""
    return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()


class Memory:
    """Watches what a process and all its descendants hold, until it is stopped."""

    def __init__(self, pid: int) -> None:
        self.peak = self.own_peak = 0
        self._pid = pid
        self._over = threading.Event()
        self._watching = threading.Thread(target=self._watch, daemon=True)
        self._watching.start()

    def stop(self) -> None:
        """Look no more."""
        self._over.set()
        self._watching.join()

    def _watch(self) -> None:
        while True:
            held = resident(self._pid)
            self.peak = max(self.peak, sum(held.values()))
            self.own_peak = max(self.own_peak, held.get(self._pid, 0))
            if self._over.wait(LOOK_EVERY_SECONDS):
                return


def resident(root: int) -> dict[int, int]:
    """Resident bytes of a process and its descendants, by process."""
    parents, held = {}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = _stat(int(entry.name))
            except OSError:
                continue  # it has ended since
            parents[int(entry.name)], held[int(entry.name)] = int(fields[1]), int(fields[21]) * PAGE
    return {pid: bytes_ for pid, bytes_ in held.items() if root in _line(pid, parents)}


def _line(pid: int, parents: Mapping[int, int]) -> list[int]:
    """A process, its parent, the parent's parent, and so on."""
    found = [pid]
    while found[-1] in parents:
        found.append(parents[found[-1]])
    return found
