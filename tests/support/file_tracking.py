"""The tracking store as one file, so that what a killed process had done in it is there."""

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from memory_tracking import MemoryTracking, TrackedRun

from caf_platform.errors import Unavailable
from caf_platform.ports.tracking import TrackedVersion, TrainingRecord

KEPT = ("runs", "versions", "aliases", "abandoned")


class FileTracking(MemoryTracking):
    """Each change is on disk before the next step; a run is, before its model is made."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file
        if file.exists():
            for name, value in pickle.loads(file.read_bytes()).items():  # noqa: S301 - our own file
                setattr(self, name, value)

    def log_training(self, record: TrainingRecord, model: Any) -> TrackedVersion:
        """Begin a run, then log and end it."""
        with self._kept():
            self.runs.append(TrackedRun(record))
        with self._kept():
            self.runs.pop()
            return super().log_training(record, model)

    def set_alias(self, project: str, alias: str, version: str) -> None:
        """Point, for good."""
        with self._kept():
            super().set_alias(project, alias, version)

    def drop_alias(self, project: str, alias: str) -> None:
        """Point nowhere, for good."""
        with self._kept():
            super().drop_alias(project, alias)

    def close_abandoned(self, project: str) -> int:
        """End what was left running, for good."""
        with self._kept():
            return super().close_abandoned(project)

    def mark_abandoned(self, project: str, recorded: Any) -> int:
        """Mark versions that no record names, for good."""
        with self._kept():
            return super().mark_abandoned(project, recorded)

    @contextmanager
    def _kept(self) -> Iterator[None]:
        before = self._state()
        yield
        if (after := self._state()) == before:
            return
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            part = self._file.with_suffix(".part")
            part.write_bytes(after)
            part.replace(self._file)
        except OSError as error:
            why = str(error.strerror)
            raise Unavailable("The tracking store did not answer.", why=why) from error

    def _state(self) -> bytes:
        return pickle.dumps({name: getattr(self, name) for name in KEPT})
