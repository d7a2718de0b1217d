"""What a stage takes: time, processor, memory, and what went through the lake."""

import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from caf_platform.ledger.values import Measured
from caf_platform.ports.lake import Lake

_UNIT: Final = 1 if sys.platform == "darwin" else 1024
"""What `getrusage` counts its highest mark of memory in."""
_STATUS: Final = Path("/proc/self/status")
_MARK: Final = b"VmHWM:"


@dataclass
class Traffic:
    """What went through a lake so far. The same object written again is a request, and counts."""

    reads: int = 0
    writes: int = 0
    read_bytes: int = 0
    written_bytes: int = 0


@dataclass(frozen=True)
class MeteredLake(Lake):
    """A lake that counts what goes through it, and changes nothing."""

    lake: Lake
    traffic: Traffic = field(compare=False)

    def write(self, key: str, data: bytes) -> str:
        """Store bytes; see the port."""
        stored = self.lake.write(key, data)
        self.traffic.writes += 1
        self.traffic.written_bytes += len(data)
        return stored

    def read(self, key: str, *, expected: str | None = None) -> bytes:
        """The bytes of an object; see the port."""
        data = self.lake.read(key, expected=expected)
        self.traffic.reads += 1
        self.traffic.read_bytes += len(data)
        return data

    def exists(self, key: str) -> bool:
        """Whether an object is there."""
        return self.lake.exists(key)

    def keys(self, prefix: str) -> Iterator[str]:
        """All keys that start with a prefix; see the port."""
        return self.lake.keys(prefix)

    def delete(self, key: str) -> None:
        """Remove an object for good."""
        self.lake.delete(key)


def peak_bytes() -> int:
    """The highest mark of this process's memory since its program began; it never falls.

    Linux tells it in a file of its own: what `getrusage` says there is at least what the process
    that started this one held. Other systems have `getrusage` only.
    """
    try:
        told = _STATUS.read_bytes()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT
    begin = told.index(_MARK) + len(_MARK)
    return int(told[begin : told.index(b"kB", begin)]) * 1024


@contextmanager
def measuring(stage: str, traffic: Traffic) -> Iterator[Measured]:
    """What a stage takes, in a dictionary that is filled when it is over.

    The highest mark of memory belongs to the process, not to the stage: what the stage itself
    raised it by stands beside it. A stage below an earlier mark raises it by nothing, and its own
    peak is then not known.
    """
    measured: Measured = {"stage": stage}
    before, mark = vars(traffic).copy(), peak_bytes()
    wall, cpu = time.perf_counter(), time.process_time()
    yield measured
    measured["seconds"] = round(time.perf_counter() - wall, 6)
    measured["cpu_seconds"] = round(time.process_time() - cpu, 6)
    peak = peak_bytes()
    measured["peak_bytes"], measured["grown_bytes"] = peak, peak - mark
    for name, count in vars(traffic).items():
        measured[name] = count - before[name]
