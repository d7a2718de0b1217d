"""What several modules of one port's tests start from: a tracking store, or a folder of keys."""

from itertools import count
from pathlib import Path

import pytest
from key_folder import ANA
from memory_tracking import MemoryTracking

from caf_platform.adapters.signer import LocalSigner
from caf_platform.adapters.tracking import MlflowTracking
from caf_platform.ports.tracking import Tracking

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


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the keys are; not made yet."""
    return tmp_path / "keys"


@pytest.fixture
def signer(folder: Path) -> LocalSigner:
    """Ana's."""
    return LocalSigner.open(folder, ANA)
