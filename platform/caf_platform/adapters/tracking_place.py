"""Where MLflow's store lies in its folder, and the lock of whoever opens it first.

For everybody who speaks to the same store: the adapter, and MLflow's own server.
"""

from pathlib import Path
from typing import Final

from filelock import FileLock

FILE: Final = "mlflow.db"
LOCK_SECONDS: Final = 120


def database(folder: Path) -> str:
    """The store's address."""
    return f"sqlite:///{folder.absolute() / FILE}"


def starting(folder: Path) -> FileLock:
    """To be held while something is made that MLflow cannot make twice at the same moment."""
    return FileLock(folder / "start.lock", timeout=LOCK_SECONDS)
