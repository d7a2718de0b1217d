"""Making MLflow's store so that a killed process leaves all of it or nothing.

MLflow makes its tables in a hundred steps, each committed by itself: killed in between, it stumbles
over the tables that are there whenever it is opened again. So they are made in a file beside, which
gets the store's name when it is whole.
"""

import logging
from pathlib import Path
from uuid import uuid4

from caf_platform.adapters.tracking_place import FILE, starting

_UNFINISHED = "making-*.db*"


def make(folder: Path) -> None:
    """Make the store in a folder unless it is there. Processes that start at once wait for one.

    From here on MLflow says of itself only what is wrong.
    """
    logging.getLogger("mlflow").setLevel(logging.ERROR)
    logging.getLogger("alembic").setLevel(logging.WARNING)
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
        _make_tables(f"sqlite:///{unfinished}")
        unfinished.rename(folder / FILE)


def _make_tables(uri: str) -> None:
    """All tables of a store, those of runs and those of the registry."""
    from mlflow import MlflowClient

    client = MlflowClient(tracking_uri=uri, registry_uri=uri)
    client.search_experiments(max_results=1)
    client.search_registered_models(max_results=1)
