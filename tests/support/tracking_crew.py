"""What processes do to a tracking store: train at the same moment, or die in the middle.

Run as `python tracking_crew.py <folder> <project>` it dies.
"""

import multiprocessing
import os
import signal
import subprocess
import sys
from itertools import count
from pathlib import Path
from typing import Any

from model_samples import fitted, rows
from sklearn.pipeline import Pipeline
from sqlalchemy import event as listening
from sqlalchemy.engine import Engine

from caf_platform.adapters.tracking import MlflowTracking
from caf_platform.model.families import trusted_types
from caf_platform.ports.tracking import DatasetInput, TrainingRecord

FULL_DIGEST = "ab12" * 16


def record_of(project: str, family: str = "logistic", **changed: Any) -> TrainingRecord:
    """A training record with one of everything."""
    dataset = DatasetInput(
        name="January",
        digest=FULL_DIGEST,
        source="validated/flights/january.parquet",
        context="training",
        rows=27_004,
        sample=rows(20),
    )
    held: dict[str, Any] = {
        "project": project,
        "run_name": "v1",
        "parameters": {"C": 0.5, "seed": 7, "weighted": False},
        "metrics": {"brier": 0.12, "choice.0:logistic": 0.5},
        "datasets": (dataset,),
        "tags": {"caf.version": "v1", "caf.capability": "platform.data-engineering"},
        "trusted_types": trusted_types(family),
        "requirements": ("scikit-learn==1.9.1", "skops==0.16.0"),
        "sample": rows(20),
    }
    return TrainingRecord(**{**held, **changed})


class Dies(Pipeline):
    """A model whose process is killed when it is asked for an example, in the middle of a run."""

    def predict(self, _rows: Any, **_: Any) -> Any:
        """Die as `kill -9` does it."""
        os.kill(os.getpid(), signal.SIGKILL)


def log_one(folder: Path, project: str) -> None:
    """Log one training in a store that is opened here and now."""
    MlflowTracking.open(folder).log_training(record_of(project), fitted("logistic"))


def log_at_once(count: int, folder: Path, project: str) -> list[int | None]:
    """Exit codes of processes that open the same store at the same moment, and log.

    Forked, so that none of them spends its time on imports while another is already done.
    """
    import mlflow.sklearn  # noqa: F401 - imported before the fork

    fitted("logistic")
    fork = multiprocessing.get_context("fork")
    crew = [fork.Process(target=log_one, args=(folder, project)) for _ in range(count)]
    for member in crew:
        member.start()
    for member in crew:
        member.join(120)
    return [member.exitcode for member in crew]


def die(folder: Path, project: str) -> int:
    """The exit code of a process that is killed in the middle of a run."""
    command = [sys.executable, __file__, str(folder), project]
    return subprocess.run(command, capture_output=True, check=False).returncode


def die_while_making(folder: Path, statement: int) -> int:
    """The exit code of a process that is killed before one of the statements of a first opening.

    Forked: importing MLflow takes longer than making its tables. 0: it made them with fewer.
    """
    import mlflow.sklearn  # noqa: F401 - imported before the fork

    crew = multiprocessing.get_context("fork").Process(
        target=_open_and_die, args=(folder, statement)
    )
    crew.start()
    crew.join(120)
    return int(crew.exitcode or 0)


def _open_and_die(folder: Path, statement: int) -> None:
    left = count(statement, -1)

    def strike(*_: Any) -> None:
        if next(left) == 1:
            os.kill(os.getpid(), signal.SIGKILL)

    listening.listen(Engine, "before_cursor_execute", strike)
    MlflowTracking.open(folder).alias("flights", "champion")


if __name__ == "__main__":
    MlflowTracking.open(Path(sys.argv[1])).log_training(
        record_of(sys.argv[2]), Dies(fitted("logistic").steps)
    )
