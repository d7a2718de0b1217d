"""Tracking by MLflow: runs, dataset inputs, models and versions in a folder of this machine.

The only module that imports MLflow, at first use. MLflow is a place to look things up, never a
judge and never on the serving path: the list of trusted types in its `MLmodel` is the file's own
word and is not read, and it keeps no digest of what it stores, so the stored bytes are read back
for the caller to digest. The client is used without MLflow's global state (active run, tracking
URI), so that several stores and threads can live in one process.
"""

import json
import os
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.exc import SQLAlchemyError

from caf_platform.adapters import tracking_values as values
from caf_platform.adapters.tracking_leftovers import OWNER, close_runs, mark_versions
from caf_platform.adapters.tracking_making import client_of, make
from caf_platform.adapters.tracking_place import FILE, database, starting
from caf_platform.adapters.tracking_runs import LiveRuns
from caf_platform.errors import Unavailable
from caf_platform.ports.tracking import DatasetInput, TrackedVersion, Tracking, TrainingRecord

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import DatasetInput as LoggedInput
    from mlflow.entities import LoggedModel, Run
    from mlflow.entities.model_registry import RegisteredModel

QUIET: Final = {
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_UV_AUTO_DETECT": "false",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
}
"""Set before the import: no progress bars, no links on standard output, no look at lock files."""

ABOUT: Final = {
    "mlflow.note.content": "What was trained. The ledger says who serves; the alias follows it."
}
"""What the interface shows above a project's runs."""

MAX_PARAMETERS: Final = 100
"""MLflow's limit for one batch."""


class MlflowTracking(Tracking):
    """MLflow on a SQLite file and an artifact folder. Made by `open`, started at first use."""

    def __init__(self, folder: Path) -> None:
        for variable, setting in QUIET.items():
            os.environ.setdefault(variable, setting)
        self._folder = folder.absolute()
        self._live = LiveRuns(self._folder / "running")

    @classmethod
    def open(cls, folder: Path) -> "MlflowTracking":
        """The store in a folder, made at first use; several processes may start at once."""
        return cls(folder)

    @property
    def uri(self) -> str:
        """The store's address, for MLflow's own user interface."""
        return database(self._folder)

    def log_training(self, record: TrainingRecord, model: Any) -> TrackedVersion:
        """Log a run with its inputs, its model in skops form, and register a version.

        The run ends FINISHED, or FAILED with the error raised. A run of a process that is killed
        stays RUNNING until `close_abandoned`.
        """
        with _answers(), self._live.claim() as owner:
            run = self._client.create_run(
                self._experiment(record.project),
                run_name=record.run_name,
                tags={**values.texts(record.tags), OWNER: owner},
            )
            try:
                version = self._logged(run, record, model)
                self._client.set_terminated(run.info.run_id, "FINISHED")
            except BaseException:
                with suppress(*_foreign()):  # the first error is the one to raise
                    self._client.set_terminated(run.info.run_id, "FAILED")
                raise
        return version

    def set_alias(self, project: str, alias: str, version: str) -> None:
        """Point `alias` at a registered version; an unknown version raises `Unavailable`."""
        with _answers():
            self._client.set_registered_model_alias(project, alias, version)

    def drop_alias(self, project: str, alias: str) -> None:
        """Delete `alias`; a missing one is no error."""
        with _answers():
            model = self._registered_model(project)
            if model and alias in model.aliases:
                self._client.delete_registered_model_alias(project, alias)

    def alias(self, project: str, alias: str) -> str | None:
        """The version an alias points at, or None for an unknown alias or project."""
        with _answers():
            # A missing alias, asked for by name, is INVALID_PARAMETER_VALUE like any nonsense.
            model = self._registered_model(project)
            found = model.aliases.get(alias) if model else None
            return None if found is None else str(found)  # the stored one is a number

    def run_of(self, project: str, version: str) -> str | None:
        """The run that registered a version; a store that was made anew counts from 1 again."""
        from mlflow.exceptions import MlflowException

        with _answers():
            try:
                return str(self._client.get_model_version(project, version).run_id)
            except MlflowException as error:
                if error.error_code == "RESOURCE_DOES_NOT_EXIST":
                    return None
                raise

    def close_abandoned(self, project: str) -> int:
        """End RUNNING runs whose process is gone, and fail their unfinished models.

        Runs of living processes are left alone. Returns how many were ended.
        """
        if self._is_empty():
            return 0
        with _answers():
            experiment = self._client.get_experiment_by_name(project)
            if experiment is None:
                return 0
            return close_runs(self._client, self._live, experiment.experiment_id)

    def mark_abandoned(self, project: str, recorded: Collection[str]) -> int:
        """Tag versions whose run is not among `recorded`; returns how many were new."""
        if self._is_empty():
            return 0
        with _answers():
            return mark_versions(self._client, project, recorded)

    def _is_empty(self) -> bool:
        """Whether there is nothing to look through yet; asked without importing MLflow."""
        return not (self._folder / FILE).exists()

    @cached_property
    def _client(self) -> "MlflowClient":
        """The client, once its tables exist. Processes that start at once wait for the first."""
        make(self._folder)
        with starting(self._folder):
            return client_of(self.uri)

    def _experiment(self, project: str) -> str:
        """The project's experiment; it and the registered model are made at the first run."""
        with starting(self._folder):
            if self._registered_model(project) is None:
                self._client.create_registered_model(project)
            found = self._client.get_experiment_by_name(project)
            if found is not None:
                return str(found.experiment_id)
            location = (self._folder / "artifacts" / project).as_uri()
            return str(
                self._client.create_experiment(project, artifact_location=location, tags=ABOUT)
            )

    def _registered_model(self, project: str) -> "RegisteredModel | None":
        from mlflow.exceptions import MlflowException

        try:
            return self._client.get_registered_model(project)
        except MlflowException as error:
            if error.error_code == "RESOURCE_DOES_NOT_EXIST":
                return None
            raise

    def _logged(self, run: "Run", record: TrainingRecord, model: Any) -> TrackedVersion:
        """Everything of a run; the version is registered last, when all else is there."""
        run_id = run.info.run_id
        self._log_values(run_id, record)
        self._client.log_inputs(run_id, [_input(dataset) for dataset in record.datasets])
        with TemporaryDirectory() as scratch:
            if record.extra:
                values.write_files(record.extra, Path(scratch) / "extra")
                self._client.log_artifacts(run_id, str(Path(scratch) / "extra"))
            logged, stored = self._log_model(run, record, model, Path(scratch))
        return TrackedVersion(
            version=self._registered(run_id, record, logged),
            run_id=run_id,
            model_uri=f"models:/{logged.model_id}",
            artifact=stored,
        )

    def _registered(self, run_id: str, record: TrainingRecord, logged: "LoggedModel") -> str:
        """The new version's number.

        Its source is the folder: a `models:/` source would be looked up in whatever store the
        process happens to have as its global one. The tag is what the interface links by.
        """
        made = self._client.create_model_version(
            record.project,
            source=logged.artifact_location,
            run_id=run_id,
            tags={**values.texts(record.tags), "caf.model_id": logged.model_id},
        )
        link = json.dumps([{"name": record.project, "version": str(made.version)}])
        self._client.set_logged_model_tags(logged.model_id, {"mlflow.modelVersions": link})
        return str(made.version)

    def _log_values(self, run_id: str, record: TrainingRecord) -> None:
        from mlflow.entities import Metric, Param

        now = time.time_ns() // 1_000_000  # the machine's clock, for the charts only
        params = [Param(name, value) for name, value in values.texts(record.parameters).items()]
        metrics = [Metric(name, value, now, 0) for name, value in record.metrics.items()]
        self._client.log_batch(run_id, metrics=metrics)
        for start in range(0, len(params), MAX_PARAMETERS):
            self._client.log_batch(run_id, params=params[start : start + MAX_PARAMETERS])

    def _log_model(
        self, run: "Run", record: TrainingRecord, model: Any, scratch: Path
    ) -> tuple["LoggedModel", bytes]:
        """Log the model folder; its entry, and the model file as the store gives it back.

        Requirements are given: inferring them would start a process of seven seconds.
        """
        import mlflow.artifacts
        import mlflow.sklearn
        from mlflow.entities import LoggedModelOutput
        from mlflow.models import Model

        logged = self._client.create_logged_model(
            run.info.experiment_id,
            name=record.run_name,
            source_run_id=run.info.run_id,
            tags=values.texts(record.tags),
        )
        entry = Model(run_id=run.info.run_id, model_id=logged.model_id)
        try:
            mlflow.sklearn.save_model(
                model,
                str(scratch / "model"),
                mlflow_model=entry,
                serialization_format="skops",
                skops_trusted_types=list(record.trusted_types),
                signature=values.signature(record.sample, model),
                pip_requirements=list(record.requirements) or ["scikit-learn", "skops"],
            )
            values.settle(scratch / "model", entry)
            self._client.log_model_artifacts(logged.model_id, str(scratch / "model"))
            self._client.finalize_logged_model(logged.model_id, "READY")
        except BaseException:
            with suppress(*_foreign()):  # the first error is the one to raise
                self._client.finalize_logged_model(logged.model_id, "FAILED")
            raise
        self._client.log_outputs(run.info.run_id, [LoggedModelOutput(logged.model_id, step=0)])
        stored = mlflow.artifacts.download_artifacts(
            artifact_uri=f"{logged.artifact_location}/{values.MODEL_FILE}",
            dst_path=str(scratch / "stored"),
        )
        return logged, Path(stored).read_bytes()


@contextmanager
def _answers() -> Iterator[None]:
    """What MLflow and its database raise becomes `Unavailable`."""
    try:
        yield
    except _foreign() as error:
        raise Unavailable(
            "The tracking store did not answer.",
            why=str(error).split("\n", 1)[0],
            next_step="Nothing depends on it: the ledger and the lake are whole. Try again.",
        ) from error


def _foreign() -> tuple[type[Exception], ...]:
    from mlflow.exceptions import MlflowException

    return (MlflowException, SQLAlchemyError, OSError)


def _input(dataset: DatasetInput) -> "LoggedInput":
    """A dataset as a run's input."""
    from mlflow.entities import Dataset, InputTag
    from mlflow.entities import DatasetInput as LoggedInput
    from mlflow.models import infer_signature

    schema = infer_signature(values.floats(dataset.sample)).inputs.to_dict()
    entity = Dataset(
        **values.dataset_fields(dataset), schema=json.dumps({"mlflow_colspec": schema})
    )
    return LoggedInput(entity, [InputTag(k, v) for k, v in values.dataset_tags(dataset).items()])
