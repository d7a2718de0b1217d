"""The contract of tracking, kept by MLflow and by the fake; then what only MLflow must do."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from memory_tracking import MemoryTracking, TrackedRun
from model_samples import SERVED, fitted, rows
from sklearn.pipeline import Pipeline
from tracking_crew import FULL_DIGEST, die, die_while_making, log_at_once, record_of

from caf_platform.adapters.tracking import MlflowTracking
from caf_platform.adapters.tracking_moved import moved
from caf_platform.digest import digest
from caf_platform.errors import BadInput, Tampered, Unavailable
from caf_platform.model import artifact
from caf_platform.model.families import trusted_types
from caf_platform.model.training import predict
from caf_platform.ports.tracking import TrackedVersion, Tracking
from caf_platform.project.model import Task

_projects = count(1)


@pytest.fixture(scope="session")
def mlflow_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One MLflow store for the session, with a space and an accent in its path."""
    return tmp_path_factory.mktemp("tracking") / "caf é 100%"


@pytest.fixture
def mlflow_store(mlflow_folder: Path) -> MlflowTracking:
    """MLflow, opened anew."""
    return MlflowTracking.open(mlflow_folder)


@pytest.fixture(params=["memory", "mlflow"])
def tracking(request: pytest.FixtureRequest) -> Tracking:
    """Each adapter."""
    if request.param == "memory":
        return MemoryTracking()
    return request.getfixturevalue("mlflow_store")


@pytest.fixture
def project() -> str:
    """A project that no other test uses."""
    return f"flights_{next(_projects)}"


def log(tracking: Tracking, project: str, **changed: Any) -> TrackedVersion:
    """Log a training of the sample model."""
    return tracking.log_training(record_of(project, **changed), fitted("logistic"))


def leave_running(tracking: Tracking, project: str, folder: Path) -> None:
    """Have a process die in the middle of a run."""
    if isinstance(tracking, MemoryTracking):
        tracking.runs.append(TrackedRun(record_of(project)))
    else:
        die(folder, project)


def test_versions_count_up_from_one(tracking: Tracking, project: str) -> None:
    """Each training of a project is the next version, with a run of its own."""
    first, second = log(tracking, project), log(tracking, project)

    assert (first.version, second.version) == ("1", "2")
    assert first.run_id != second.run_id
    assert first.model_uri != second.model_uri


def test_projects_are_apart(tracking: Tracking, project: str) -> None:
    """Another project starts at version 1 and has aliases of its own."""
    log(tracking, project)
    tracking.set_alias(project, "champion", "1")

    other = log(tracking, f"{project}_other")

    assert other.version == "1"
    assert tracking.alias(f"{project}_other", "champion") is None


@pytest.mark.parametrize(
    ("family", "task"),
    [("logistic", Task.BINARY), ("gradient_boosting", Task.MULTICLASS), ("ridge", Task.REGRESSION)],
)
def test_the_stored_bytes_are_the_model(
    tracking: Tracking, project: str, family: str, task: Task
) -> None:
    """What the store gives back passes the verified loader and answers as the model did."""
    model = fitted(family, task)

    stored = tracking.log_training(record_of(project, family), model).artifact

    loaded = artifact.load(stored, expected_digest=digest(stored), family=family)
    assert np.array_equal(predict(loaded, rows(20), task), predict(model, rows(20), task))


def test_an_unknown_alias_is_none(tracking: Tracking, project: str) -> None:
    """Neither an unknown project nor an unknown alias is an error."""
    before = tracking.alias(project, "champion")
    log(tracking, project)

    after = tracking.alias(project, "champion")

    assert (before, after) == (None, None)


def test_an_alias_moves(tracking: Tracking, project: str) -> None:
    """An alias points at one version, the last it was set to; others stay."""
    log(tracking, project)
    log(tracking, project)
    tracking.set_alias(project, "previous", "1")
    for version in ("1", "2", "1"):
        tracking.set_alias(project, "champion", version)

    assert tracking.alias(project, "champion") == "1"
    assert tracking.alias(project, "previous") == "1"


def test_an_alias_is_dropped(tracking: Tracking, project: str) -> None:
    """It points nowhere, others stay; dropping what is not there changes nothing."""
    tracking.drop_alias(project, "champion")
    log(tracking, project)
    tracking.set_alias(project, "champion", "1")
    tracking.set_alias(project, "previous", "1")
    for _ in range(2):
        tracking.drop_alias(project, "champion")

    assert tracking.alias(project, "champion") is None
    assert tracking.alias(project, "previous") == "1"


@pytest.mark.parametrize("version", ["2", "99"])
def test_an_alias_to_nowhere_is_unavailable(tracking: Tracking, project: str, version: str) -> None:
    """A version that does not exist is refused, and the alias stays where it was."""
    log(tracking, project)
    tracking.set_alias(project, "champion", "1")

    with pytest.raises(Unavailable):
        tracking.set_alias(project, "champion", version)

    assert tracking.alias(project, "champion") == "1"


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


def test_a_store_that_is_down_is_unavailable(project: str, tmp_path: Path) -> None:
    """A fake that is down and a damaged database raise the same error from every verb."""
    (tmp_path / "mlflow.db").write_bytes(b"no database" * 1000)

    for store in (MemoryTracking(down=True), MlflowTracking.open(tmp_path)):
        for verb in (
            lambda s=store: log(s, project),
            lambda s=store: s.set_alias(project, "champion", "1"),
            lambda s=store: s.alias(project, "champion"),
            lambda s=store: s.drop_alias(project, "champion"),
            lambda s=store: s.close_abandoned(project),
        ):
            with pytest.raises(Unavailable, match="tracking store did not answer"):
                verb()


def run_of(store: MlflowTracking, version: TrackedVersion) -> Any:
    """MLflow's own record of a run."""
    return store._client.get_run(version.run_id)


def test_a_run_holds_its_lineage(mlflow_store: MlflowTracking, project: str) -> None:
    """Parameters, metrics, tags, and the dataset with our whole digest are there to look at."""
    run = run_of(mlflow_store, log(mlflow_store, project))

    [entry] = run.inputs.dataset_inputs
    tags = {tag.key: tag.value for tag in entry.tags}
    assert run.info.status == "FINISHED"
    assert run.data.params == {"C": "0.5", "seed": "7", "weighted": "False"}
    assert run.data.metrics == {"brier": 0.12, "choice.0:logistic": 0.5}
    assert run.data.tags["caf.capability"] == "platform.data-engineering"
    assert entry.dataset.digest == FULL_DIGEST[:36]
    assert tags == {"mlflow.data.context": "training", "caf.digest": FULL_DIGEST}
    assert json.loads(entry.dataset.source) == {"uri": "validated/flights/january.parquet"}
    assert json.loads(entry.dataset.profile) == {"num_rows": 27_004}


def test_run_model_and_version_know_each_other(mlflow_store: MlflowTracking, project: str) -> None:
    """From a run to its model, from a model to its version and back, nothing is missing."""
    version = log(mlflow_store, project)

    client = mlflow_store._client
    [output] = run_of(mlflow_store, version).outputs.model_outputs
    logged = client.get_logged_model(output.model_id)
    registered = client.get_model_version(project, version.version)
    assert version.model_uri == f"models:/{output.model_id}"
    assert (logged.status, logged.source_run_id) == ("READY", version.run_id)
    assert json.loads(logged.tags["mlflow.modelVersions"]) == [{"name": project, "version": "1"}]
    assert (registered.run_id, registered.source) == (version.run_id, logged.artifact_location)


def test_the_model_folder_says_what_it_needs(mlflow_store: MlflowTracking, project: str) -> None:
    """Requirements are those that were given, and the signature names the feature columns."""
    version = log(mlflow_store, project)

    located = mlflow_store._client.get_model_version(project, version.version).source
    import mlflow

    folder = Path(mlflow.artifacts.download_artifacts(located))
    signature = mlflow.models.Model.load(folder).signature
    requirements = (folder / "requirements.txt").read_text().split()
    assert signature.inputs.input_names() == ["wind", "hour", "origin"]
    assert set(requirements) > {"scikit-learn==1.9.1", "skops==0.16.0"}


def test_extra_files_are_kept_with_the_run(mlflow_store: MlflowTracking, project: str) -> None:
    """Files that were handed over lie in the run's folder under their names."""
    version = log(mlflow_store, project, extra={"reports/card.md": b"# Card"})

    folder = mlflow_store._client.download_artifacts(version.run_id, "reports")
    assert (Path(folder) / "card.md").read_bytes() == b"# Card"


@pytest.mark.parametrize("name", ["../card.md", "/card.md", ""])
def test_extra_files_have_plain_names(
    mlflow_store: MlflowTracking, project: str, name: str
) -> None:
    """A name that leads out of the run's folder is bad input, and the run is not left running."""
    with pytest.raises(BadInput, match="no plain relative"):
        log(mlflow_store, project, extra={name: b""})

    assert mlflow_store.close_abandoned(project) == 0


def test_more_parameters_than_fit_a_batch_are_logged(
    mlflow_store: MlflowTracking, project: str
) -> None:
    """MLflow takes a hundred at a time; all arrive."""
    parameters = {f"p{at}": at for at in range(250)}

    version = log(mlflow_store, project, parameters=parameters)

    assert len(run_of(mlflow_store, version).data.params) == 250


def test_a_model_that_was_swapped_in_the_store_is_found_out(
    mlflow_store: MlflowTracking, project: str
) -> None:
    """MLflow would load it without a word; the digest of the bytes it gave us would not."""
    version = log(mlflow_store, project)
    located = mlflow_store._client.get_model_version(project, "1").source
    import mlflow

    path = Path(mlflow.artifacts.download_artifacts(f"{located}/model.skops"))
    path.write_bytes(artifact.dump(fitted("logistic", seed=2)))

    with pytest.raises(Tampered):
        artifact.load(
            path.read_bytes(), expected_digest=digest(version.artifact), family="logistic"
        )


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


def test_processes_that_start_at_once_all_log(tmp_path: Path) -> None:
    """Four processes on a folder that does not exist yet: each gets a version of its own."""
    folder = tmp_path / "fresh"

    codes = log_at_once(4, folder, "flights")

    client = MlflowTracking.open(folder)._client
    versions = [client.get_model_version("flights", str(number)) for number in (1, 2, 3, 4)]
    assert codes == [0, 0, 0, 0]
    assert len({version.run_id for version in versions}) == 4


QUIETLY = """
import sys
seen = []
WATCH = {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "subprocess.Popen",
         "os.exec", "os.posix_spawn", "pickle.find_class"}

def watch(event, args):
    if event in WATCH and args[0] != "uname":  # Python's `platform` asks it for the processor
        seen.append((event, str(args)[:200]))

sys.addaudithook(watch)
import caf_platform.adapters.tracking as adapter
light = [name for name in ("mlflow", "sklearn", "skops") if name in sys.modules]
from pathlib import Path
from model_samples import fitted
from tracking_crew import record_of
store = adapter.MlflowTracking.open(Path(sys.argv[1]))
store.log_training(record_of("flights"), fitted("logistic"))
from mlflow.telemetry.utils import is_telemetry_disabled
import json
report = {"light": light, "off": is_telemetry_disabled(), "seen": seen}
Path(sys.argv[2]).write_text(json.dumps(report))
"""


def test_logging_is_quiet_and_keeps_to_itself(tmp_path: Path) -> None:
    """No line printed, no socket, no process, no unpickling, nothing in the current folder.

    In an environment that says nothing about telemetry, as a user's would.
    """
    here, report = tmp_path / "here", tmp_path / "report.json"
    here.mkdir()
    said_nothing = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("MLFLOW", "PYTEST", "CI", "DO_NOT", "GITHUB"))
    } | {"PYTHONPATH": str(Path("tests/support").absolute())}

    done = subprocess.run(
        [sys.executable, "-c", QUIETLY, str(tmp_path / "store"), str(report)],
        cwd=here,
        env=said_nothing,
        capture_output=True,
        text=True,
        check=True,
    )

    assert (done.stdout, done.stderr) == ("", "")
    assert json.loads(report.read_text()) == {"light": [], "off": True, "seen": []}
    assert list(here.iterdir()) == []


def test_every_family_can_be_tracked(mlflow_store: MlflowTracking, project: str) -> None:
    """The platform's lists of types are enough for MLflow's own round trip as well."""
    for family, task in SERVED:
        record = record_of(project, family, trusted_types=trusted_types(family))
        mlflow_store.log_training(record, fitted(family, task))

    assert mlflow_store._client.get_model_version(project, str(len(SERVED))).status == "READY"


def test_a_moved_store_is_whole_at_its_new_place(tmp_path: Path) -> None:
    """A copy reads and writes its own artifacts, and nothing in the folder it came from."""
    former, place = tmp_path / "former", tmp_path / "here"
    logged = log(MlflowTracking.open(former), "flights")
    shutil.copytree(former, place)
    before = sorted(former.rglob("*"))

    moved(place)
    again = log(MlflowTracking.open(place), "flights")

    assert again.version != logged.version
    assert sorted(former.rglob("*")) == before
    with closing(sqlite3.connect(place / "mlflow.db")) as store:
        found = store.execute("SELECT artifact_location FROM experiments").fetchall()
    assert (f"{place.as_uri()}/artifacts/flights",) in found


def test_a_folder_without_a_store_cannot_be_moved_and_stays(tmp_path: Path) -> None:
    """Nothing is made there."""
    moved(tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_a_version_knows_its_run(tracking: Tracking, project: str) -> None:
    """What tells a version from another one under the same number; None where there is none."""
    made = log(tracking, project)

    assert tracking.run_of(project, made.version) == made.run_id
    assert tracking.run_of(project, "2") is None
    assert tracking.run_of("nobody_s", "1") is None
