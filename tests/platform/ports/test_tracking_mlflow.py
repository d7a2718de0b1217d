"""What only MLflow must do: its records lead to one another, and it keeps to itself."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from logged_trainings import log
from model_samples import SERVED, fitted
from tracking_crew import FULL_DIGEST, log_at_once, record_of

from caf_platform.adapters.tracking import MlflowTracking
from caf_platform.adapters.tracking_moved import moved
from caf_platform.digest import digest
from caf_platform.errors import BadInput, Tampered
from caf_platform.model import artifact
from caf_platform.model.families import trusted_types
from caf_platform.ports.tracking import TrackedVersion


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
