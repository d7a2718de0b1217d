"""The micro project's life in three deliveries of three days: wait, first model, another model.

Real parts but for what is slow: ledger, lake, keys, witness, alerts and report are the platform's
own in a home of their own; tracking is a file, or MLflow where that is asked for.
"""

import re
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from file_tracking import FileTracking
from inbox_play import Delivered
from micro.data import BAD_ROWS, CORRECTED, WORN

from caf_platform.settings import Orchestrator
from caf_platform.wiring import Platform

DELIVERIES = (range(9, 12), range(12, 15), range(17, 20))
"""Days: rows in quarantine and corrected labels are in the first; the last finds a worn machine."""

LIMITS = {
    "window_days": 5,
    "gate_days": 2,
    "min_training_days": 2,
    "min_training_rows": 60,
    "min_gate_rows": 60,
    "segment_min_rows": 20,
    "min_labelled_rows": 60,
    "min_drift_rows": 60,
    "min_clusters": 2,
    "cooldown_days": 1,
    "min_new_labelled_rows": 40,
}
"""As the micro project's, for windows of three days instead of six."""

assert {BAD_ROWS, CORRECTED} < set(DELIVERIES[0])
assert set(DELIVERIES[2]) < set(WORN)


@dataclass
class ThreeDeliveries(Delivered):
    """A home that outlives its processes."""

    mlflow: bool = False

    @classmethod
    def begun(cls, root: Path, **limits: str) -> Self:
        """An empty home, and nothing delivered yet."""
        made = super().begun(root, **limits)
        policy = made.folder / "policy.yaml"
        text = policy.read_text("utf-8")
        for name, value in LIMITS.items():
            text, found = re.subn(rf"(  {name}: {{value: )[^,]+", rf"\g<1>{value}", text)
            assert found
        policy.write_text(text, "utf-8")
        declared = made.folder / "project.py"
        declared.write_text(declared.read_text("utf-8").replace("every=6", "every=3"), "utf-8")
        return made

    def copy(self, root: Path) -> Self:
        """The same, going its own way from here."""
        shutil.copytree(self.root, root)
        return replace(self, root=root)

    def platform(self, orchestrator: Orchestrator = Orchestrator.NONE) -> Platform:
        """As a new process would make it."""
        platform = super().platform(orchestrator)
        if self.mlflow:
            del platform.tracking
        else:
            platform.tracking = FileTracking(self.home / "mlflow" / "tracking.pickle")
        return platform

    def deliver_all(self) -> None:
        """Everything at once."""
        for days in DELIVERIES:
            self.deliver(days)

    def run(self) -> int:
        """Continue the play, as a person would; the exit code."""
        return self.caf("run", "--project", "micro")
