"""A lake and a tracking store that take their process with them when they are used."""

from dataclasses import dataclass
from typing import Any

from memory_lake import MemoryLake
from memory_tracking import MemoryTracking, TrackedRun
from micro_play import Killed, World

from caf_platform.ports.tracking import TrackedVersion, TrainingRecord


class FatalLake(MemoryLake):
    """Keeps the bytes of its `fatal`th write, and kills the process before it hears of it."""

    def __init__(self, objects: dict[str, bytes], *, fatal: int) -> None:
        super().__init__()
        self.objects = dict(objects)
        self._left = fatal

    def write(self, key: str, data: bytes) -> str:
        """Write, and die of it."""
        written = super().write(key, data)
        self._left -= 1
        if self._left == 0:
            raise Killed
        return written


@dataclass
class FatalTracking(MemoryTracking):
    """Kills the process in the middle of the next training run, or as soon as that has ended."""

    when: str = "middle"

    def log_training(self, record: TrainingRecord, model: Any) -> TrackedVersion:
        """Begin a run, and die of it; or end it first."""
        if self.when == "middle":
            self.runs.append(TrackedRun(record))
        else:
            super().log_training(record, model)
        raise Killed


def with_fatal_tracking(world: World, when: str) -> World:
    """The same world, whose next training is its last."""
    was = world.tracking
    world.tracking = FatalTracking(was.runs, was.versions, was.aliases, was.abandoned, when=when)
    return world


def with_new_tracking(world: World) -> World:
    """The same world for a process that lives: what the dead one left is there."""
    was = world.tracking
    world.tracking = MemoryTracking(was.runs, was.versions, was.aliases, was.abandoned)
    return world
