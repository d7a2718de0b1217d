"""Port: where runs, dataset inputs, artifacts and versions are kept for people to look at.

It mirrors the ledger and is never asked what is true: the alias that it carries is set after
the promotion event is committed, and put right at start if it is not.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:  # looking at the ledger costs no pandas
    import pandas as pd


@dataclass(frozen=True)
class DatasetInput:
    """A dataset as a run's input: our own digest of its whole content, and where it came from."""

    name: str
    digest: str
    source: str
    context: str
    rows: int
    sample: "pd.DataFrame"


@dataclass(frozen=True)
class TrainingRecord:
    """Everything a training run leaves behind in the tracking store."""

    project: str
    run_name: str
    parameters: Mapping[str, str | int | float | bool]
    metrics: Mapping[str, float]
    datasets: tuple[DatasetInput, ...]
    tags: Mapping[str, str]
    trusted_types: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    sample: "pd.DataFrame | None" = None
    extra: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class TrackedVersion:
    """A model version as the tracking store knows it. `artifact` are the stored model bytes."""

    version: str
    run_id: str
    model_uri: str
    artifact: bytes


class Tracking(Protocol):
    """Runs and versions. Every failure is `Unavailable`; a missing thing is None."""

    def log_training(self, record: TrainingRecord, model: Any) -> TrackedVersion:
        """Log one finished training run with its model in skops form and register a version."""
        ...

    def set_alias(self, project: str, alias: str, version: str) -> None:
        """Point `alias` (e.g. `champion`) of the project's registered model at a version."""
        ...

    def drop_alias(self, project: str, alias: str) -> None:
        """Let `alias` point nowhere; one that is not set, or of an unknown project, stays so."""
        ...

    def alias(self, project: str, alias: str) -> str | None:
        """The version an alias points at, or None when there is none."""
        ...

    def run_of(self, project: str, version: str) -> str | None:
        """The run that registered a version, or None for a version that is not there."""
        ...

    def close_abandoned(self, project: str) -> int:
        """End runs that a killed process left RUNNING; returns how many there were."""
        ...

    def mark_abandoned(self, project: str, recorded: Collection[str]) -> int:
        """Mark versions whose run is not among `recorded`: their process was killed in between.

        They stay, so that nothing is lost, and say of themselves that no record names them.
        Returns how many were marked now.
        """
        ...
