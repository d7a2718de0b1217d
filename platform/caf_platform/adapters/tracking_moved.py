"""A tracking store that was copied or moved: its artifacts are where its database now lies.

MLflow writes absolute addresses into its database, and a copy would go on writing into the
folder that it was copied from.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

ADDRESSES: Final = (
    ("experiments", "artifact_location"),
    ("runs", "artifact_uri"),
    ("logged_models", "artifact_location"),
    ("model_versions", "source"),
    ("model_versions", "storage_location"),
)
"""Where MLflow 3.17 keeps addresses of artifacts."""


def moved(folder: Path, now: Path | None = None) -> None:
    """Let the store in a folder point at its own artifacts, or at those it will have at `now`.

    A folder without a store stays as it is.
    """
    database, here = folder / "mlflow.db", f"{(now or folder).absolute().as_uri()}/"
    if not database.exists():
        return
    with closing(sqlite3.connect(database)) as store, store:
        for table, column in ADDRESSES:
            # the part before `artifacts/` is the store's folder, whichever that was
            store.execute(
                f"UPDATE {table} SET {column} = ? || "  # nosec B608 # noqa: S608 - our own fixed names
                f"substr({column}, instr({column}, '/artifacts/') + 1) "
                f"WHERE {column} LIKE 'file://%/artifacts/%'",
                (here,),
            )
