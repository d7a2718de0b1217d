"""Bringing a ledger's tables up to date: the one module that imports Alembic, and only then."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from filelock import FileLock, Timeout
from sqlalchemy import Engine

from caf_platform.adapters.ledger_engine import BEGIN, NONE, WRITE, sqlite_file
from caf_platform.errors import Unavailable
from caf_platform.ledger import migrations


def upgrade(engine: Engine, patience: float) -> None:
    """Run the missing migrations in one transaction; of many first starts, one does the work.

    A killed upgrade leaves nothing behind. Waits `patience` seconds for its turn, then raises
    Unavailable, as for a database that a newer platform has written.
    """
    file = sqlite_file(engine)
    try:
        if file is None:
            _run(engine)
        else:
            with _alone(file, patience):
                _write_ahead(engine)
                _run(engine)
    except CommandError as error:
        raise Unavailable(
            f"The ledger's tables are of another version than {migrations.HEAD}.",
            why=f"{error}.",
            next_step="Install the version of the platform that wrote them.",
        ) from error


@contextmanager
def _alone(file: Path, patience: float) -> Iterator[None]:
    lock = file.with_name(f"{file.name}.lock")
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(lock, timeout=patience):
            yield
    except Timeout as error:
        raise Unavailable(
            "The ledger is being set up by another process.",
            why=f"It has held {lock} for more than {patience:g} s.",
            next_step="Wait for it, or end it, and try again.",
        ) from error


def _write_ahead(engine: Engine) -> None:
    """Switch to WAL for good. Done alone, because the switch does not wait for other readers."""
    with engine.connect().execution_options(**{BEGIN: NONE}) as connection:
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")


def _run(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with engine.execution_options(**{BEGIN: WRITE}).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
