"""Making MLflow's store so that a killed process leaves all of it or nothing.

MLflow makes its tables in a hundred steps, each committed by itself: killed in between, it stumbles
over the tables that are there whenever it is opened again. So they are made in a file beside, which
gets the store's name when it is whole.
"""

import logging
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from caf_platform.adapters.tracking_place import FILE, starting

if TYPE_CHECKING:
    from mlflow import MlflowClient

_UNFINISHED = "making-*.db*"


def make(folder: Path) -> None:
    """Make the store in a folder unless it is there. Processes that start at once wait for one."""
    if (folder / FILE).exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    with starting(folder):
        if (folder / FILE).exists():
            return
        for left in folder.glob(_UNFINISHED):
            left.unlink()
        # never twice one name: MLflow remembers in a process what it has made
        unfinished = folder / f"making-{uuid4().hex}.db"
        client_of(f"sqlite:///{unfinished}").search_experiments(max_results=1)
        unfinished.rename(folder / FILE)


def client_of(uri: str) -> "MlflowClient":
    """A client of the store at an address, with the registry's tables opened too.

    From here on MLflow says of itself only what is wrong; its import sets its own levels first.
    """
    from mlflow import MlflowClient

    logging.getLogger("mlflow").setLevel(logging.ERROR)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    client = MlflowClient(tracking_uri=uri, registry_uri=uri)
    client.search_registered_models(max_results=1)
    return client
