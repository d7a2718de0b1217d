"""The contract of tracking, kept by MLflow and by the fake alike."""

from pathlib import Path

import numpy as np
import pytest
from logged_trainings import log
from memory_tracking import MemoryTracking
from model_samples import fitted, rows
from tracking_crew import record_of

from caf_platform.adapters.tracking import MlflowTracking
from caf_platform.digest import digest
from caf_platform.errors import Unavailable
from caf_platform.model import artifact
from caf_platform.model.training import predict
from caf_platform.ports.tracking import Tracking
from caf_platform.project.model import Task


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


def test_a_version_knows_its_run(tracking: Tracking, project: str) -> None:
    """What tells a version from another one under the same number; None where there is none."""
    made = log(tracking, project)

    assert tracking.run_of(project, made.version) == made.run_id
    assert tracking.run_of(project, "2") is None
    assert tracking.run_of("nobody_s", "1") is None
