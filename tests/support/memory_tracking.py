"""The tracking store as lists and dictionaries, for tests that need one and no MLflow."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from caf_platform.errors import Unavailable
from caf_platform.model.artifact import dump
from caf_platform.ports.tracking import TrackedVersion, Tracking, TrainingRecord


@dataclass
class TrackedRun:
    """One run: what was logged, and how it ended."""

    record: TrainingRecord
    status: str = "RUNNING"


@dataclass
class MemoryTracking(Tracking):
    """Passes the same contract suite as MLflow. `down` makes every call `Unavailable`."""

    runs: list[TrackedRun] = field(default_factory=list)
    versions: dict[str, list[TrackedVersion]] = field(default_factory=lambda: defaultdict(list))
    aliases: dict[tuple[str, str], str] = field(default_factory=dict)
    abandoned: set[str] = field(default_factory=set)
    down: bool = False

    def log_training(self, record: TrainingRecord, model: Any) -> TrackedVersion:
        """Keep the record and the model's file; a type that is not trusted fails the run."""
        self._answer()
        run = TrackedRun(record)
        self.runs.append(run)
        data = dump(model)
        named = {f"{type(step).__module__}.{type(step).__name__}" for _, step in model.steps}
        if not {name for name in named if "boosting" in name} <= set(record.trusted_types):
            run.status = "FAILED"
            raise Unavailable("The tracking store did not answer.", why="An untrusted type.")
        run.status = "FINISHED"
        number = len(self.versions[record.project]) + 1
        run_id = f"run-{len(self.runs)}"
        version = TrackedVersion(str(number), run_id, f"models:/{run_id}", data)
        self.versions[record.project].append(version)
        return version

    def set_alias(self, project: str, alias: str, version: str) -> None:
        """Point at a version that exists."""
        self._answer()
        if version not in {held.version for held in self.versions[project]}:
            raise Unavailable("The tracking store did not answer.", why=f"No version {version}.")
        self.aliases[project, alias] = version

    def drop_alias(self, project: str, alias: str) -> None:
        """Point nowhere."""
        self._answer()
        self.aliases.pop((project, alias), None)

    def alias(self, project: str, alias: str) -> str | None:
        """Where an alias points."""
        self._answer()
        return self.aliases.get((project, alias))

    def run_of(self, project: str, version: str) -> str | None:
        """Who registered a version."""
        self._answer()
        held = {one.version: one.run_id for one in self.versions[project]}
        return held.get(version)

    def close_abandoned(self, project: str) -> int:
        """End what was left running."""
        self._answer()
        left = [r for r in self.runs if r.record.project == project and r.status == "RUNNING"]
        for run in left:
            run.status = "KILLED"
        return len(left)

    def mark_abandoned(self, project: str, recorded: Collection[str]) -> int:
        """Mark versions that no record names."""
        self._answer()
        left = {held.run_id for held in self.versions[project]} - {*recorded, *self.abandoned}
        self.abandoned |= left
        return len(left)

    def _answer(self) -> None:
        if self.down:
            raise Unavailable("The tracking store did not answer.", why="It is down.")
