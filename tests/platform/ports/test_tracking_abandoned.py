"""What a killed process leaves in a tracking store is found, marked once, and harms nobody else."""

from pathlib import Path
from typing import Any

import pytest
from logged_trainings import log
from memory_tracking import MemoryTracking, TrackedRun
from model_samples import fitted
from sklearn.pipeline import Pipeline
from tracking_crew import die, die_while_making, record_of

from caf_platform.adapters.tracking import MlflowTracking
from caf_platform.errors import Unavailable
from caf_platform.ports.tracking import Tracking


def leave_running(tracking: Tracking, project: str, folder: Path) -> None:
    """Have a process die in the middle of a run."""
    if isinstance(tracking, MemoryTracking):
        tracking.runs.append(TrackedRun(record_of(project)))
    else:
        die(folder, project)


def test_a_failed_run_is_not_left_running(tracking: Tracking, project: str) -> None:
    """A model that cannot be stored fails its run; no version is registered."""
    boosted = fitted("gradient_boosting")

    with pytest.raises(Unavailable):
        tracking.log_training(record_of(project, trusted_types=()), boosted)

    assert tracking.close_abandoned(project) == 0
    assert log(tracking, project).version == "1"


def test_a_killed_process_s_run_is_closed_once(
    tracking: Tracking, project: str, mlflow_folder: Path
) -> None:
    """What a dead process left running is ended by the next one, and counted once."""
    leave_running(tracking, project, mlflow_folder)

    closed = [tracking.close_abandoned(project) for _ in range(2)]

    assert closed == [1, 0]


def test_a_version_that_no_record_names_is_marked_once(tracking: Tracking, project: str) -> None:
    """Its process was killed after its run and before its record; a recorded one is left alone."""
    recorded, lost = log(tracking, project), log(tracking, project)

    marked = [tracking.mark_abandoned(project, {recorded.run_id}) for _ in range(2)]

    assert marked == [1, 0]
    assert lost.run_id != recorded.run_id


def test_a_marked_version_says_so_and_stays(mlflow_store: MlflowTracking, project: str) -> None:
    """Version and run carry the tag; nothing is removed, and theirs who are none of ours stay."""
    recorded, lost = log(mlflow_store, project), log(mlflow_store, project)
    client = mlflow_store._client
    theirs = client.create_model_version(project, source="file:///elsewhere", run_id=lost.run_id)

    mlflow_store.mark_abandoned(project, {recorded.run_id})

    tagged = {
        str(version.version): "caf.abandoned" in version.tags
        for version in client.search_model_versions(f"name = '{project}'")
    }
    assert tagged == {recorded.version: False, lost.version: True, str(theirs.version): False}
    assert client.get_run(lost.run_id).data.tags["caf.abandoned"] == "true"


def test_an_empty_store_is_looked_through_without_mlflow(tmp_path: Path, project: str) -> None:
    """Nothing is made by asking."""
    store = MlflowTracking.open(tmp_path / "none")

    assert (store.close_abandoned(project), store.mark_abandoned(project, set())) == (0, 0)
    assert not (tmp_path / "none").exists()


def test_nothing_is_abandoned_in_an_unknown_project(tracking: Tracking, project: str) -> None:
    """A project without runs has none to close."""
    assert tracking.close_abandoned(project) == 0


class Asks(Pipeline):
    """A model that looks for abandoned runs while its own run is under way."""

    def predict(self, rows: Any, **params: Any) -> Any:
        """Ask a second store on the same folder."""
        self.found = MlflowTracking.open(self.folder).close_abandoned(self.project)
        return super().predict(rows, **params)


def test_a_living_run_is_left_alone(
    mlflow_store: MlflowTracking, mlflow_folder: Path, project: str
) -> None:
    """While a process trains, another one finds nothing to close; the run ends FINISHED."""
    model = Asks(fitted("logistic").steps)
    model.folder, model.project = mlflow_folder, project

    with pytest.raises(Unavailable):  # `Asks` is not on the list of types
        mlflow_store.log_training(record_of(project), model)

    assert model.found == 0


def test_a_killed_run_s_model_is_failed_too(
    mlflow_store: MlflowTracking, mlflow_folder: Path, project: str
) -> None:
    """Neither the run nor its half-made model looks as if it were still being made."""
    code = die(mlflow_folder, project)
    client = mlflow_store._client
    experiment = client.get_experiment_by_name(project).experiment_id
    before = [model.status for model in client.search_logged_models([experiment])]

    mlflow_store.close_abandoned(project)

    assert code == -9
    assert before == ["PENDING"]
    assert [model.status for model in client.search_logged_models([experiment])] == ["FAILED"]
    assert [run.info.status for run in client.search_runs([experiment])] == ["KILLED"]


def test_a_run_that_is_not_ours_is_left_alone(mlflow_store: MlflowTracking, project: str) -> None:
    """A run that somebody else started in our experiment is none of our business."""
    log(mlflow_store, project)
    client = mlflow_store._client
    theirs = client.create_run(client.get_experiment_by_name(project).experiment_id)

    closed = mlflow_store.close_abandoned(project)

    assert closed == 0
    assert client.get_run(theirs.info.run_id).info.status == "RUNNING"


@pytest.mark.parametrize("statement", [60, 800])
def test_a_store_whose_making_was_killed_is_made_by_the_next(
    tmp_path: Path, statement: int
) -> None:
    """Nothing bears the store's name before it is whole, and what was left is swept away."""
    folder = tmp_path / "fresh"

    died = die_while_making(folder, statement)
    before = sorted(path.name for path in folder.glob("*.db*"))
    version = log(MlflowTracking.open(folder), "flights")

    assert died == -9
    assert "mlflow.db" not in before
    assert version.version == "1"
    assert sorted(path.name for path in folder.glob("*.db*")) == ["mlflow.db"]
