"""Database engines fit for a ledger: durable commits, one writer at a time, only our errors."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from caf_platform.errors import BadInput, Unavailable

BEGIN: Final = "ledger_begin"
"""The execution option that says how a connection's transactions open: READ is the default."""

READ: Final = "BEGIN"
WRITE: Final = "BEGIN IMMEDIATE"
NONE: Final = ""

WRITER_LOCK: Final = 0x0CAF_1ED6
"""PostgreSQL advisory lock: whoever holds it owns the end of the chain, or migrates."""


@contextmanager
def answered(engine: Engine) -> Iterator[None]:
    """Every error of the database or of the disk becomes Unavailable. Passwords stay hidden."""
    try:
        yield
    except (SQLAlchemyError, OSError, UnicodeError) as error:
        # UnicodeError: the driver could not read its own message about a damaged file.
        cause = getattr(error, "orig", None) or error
        said = str(cause).strip()
        step = next((step for sign, step in _STEPS.items() if sign in said), _OTHERWISE)
        raise Unavailable(
            f"The ledger at {engine.url.render_as_string(hide_password=True)} did not answer.",
            why=f"{type(cause).__name__}: {said}.",
            next_step=f"{step} Then run the same command again: what was recorded stands.",
        ) from error


_STEPS: Final = {
    "locked": "Another process is writing and does not end: look for it, and end it.",
    "malformed": "The file is damaged: keep it as evidence, and restore a backup.",
    "not a database": "Something else lies there: keep it aside, and restore a backup.",
    "full": "Free space on its disk.",
    "readonly": "Give this user write access to the file and its folder.",
    "unable to open": "See that it is a file, and that its folder can be written.",
    "I/O error": "Look at its disk, which may be full, beyond a quota, or failing.",
}
"""What to do, by what SQLite says. A later writer of a key that stands changes nothing."""

_OTHERWISE: Final = "Put that right."


def engine_for(url: str, patience: float) -> Engine:
    """An engine for a SQLite file or a PostgreSQL database; anything else raises BadInput.

    `patience` is how many seconds a writer waits for another one. Nothing is opened yet.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise BadInput("The ledger's URL cannot be read.", next_step=_SPELLED) from error
    match parsed.drivername.split("+")[0]:
        case "sqlite" if _is_file(parsed):
            return _sqlite(parsed, patience)
        case "postgresql" | "postgres":
            return _postgresql(parsed.set(drivername="postgresql+psycopg"), patience)
        case _:
            raise BadInput(
                f"A ledger cannot be kept at {parsed.render_as_string(hide_password=True)}.",
                next_step=_SPELLED,
            )


_SPELLED = "Use sqlite:////absolute/path/ledger.db or postgresql://user@host/database."


def _is_file(url: URL) -> bool:
    return bool(url.database) and not str(url.database).startswith((":memory:", "file:"))


def sqlite_file(engine: Engine) -> Path | None:
    """The file of a SQLite engine; None for PostgreSQL."""
    return Path(str(engine.url.database)) if engine.dialect.name == "sqlite" else None


def damage(engine: Engine) -> str:
    """What SQLite finds wrong with its file, in its own words; empty for a sound one.

    A page with its rows out of order hides them from every query, and so from any proof.
    """
    if engine.dialect.name != "sqlite":
        return ""
    with engine.connect() as connection:
        found = str(connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar())
    return "" if found == "ok" else " ".join(found.split())


def _sqlite(url: URL, patience: float) -> Engine:
    engine = create_engine(url, connect_args={"timeout": patience})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes too late and too weak
        connection.text_factory = _lossless
        connection.execute("PRAGMA synchronous=FULL")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        opening = _opening(connection)
        if opening != NONE:
            connection.exec_driver_sql(opening)

    return engine


def _opening(connection: Connection) -> str:
    return str(connection.get_execution_options().get(BEGIN, READ))


def _lossless(text: bytes) -> str:
    """Bytes that are no UTF-8 any more are an edit to be named, not an error to raise."""
    return text.decode("utf-8", "surrogateescape")


def _postgresql(url: URL, patience: float) -> Engine:
    try:
        engine = create_engine(
            url,
            isolation_level="READ COMMITTED",  # under the lock, see what its last owner wrote
            pool_pre_ping=True,
            connect_args={"connect_timeout": max(2, round(patience))},
        )
    except ModuleNotFoundError as error:
        raise Unavailable(
            "PostgreSQL's driver is not installed.",
            why=f"{error}.",
            next_step="Run: make setup-dev",
        ) from error

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if _opening(connection) == WRITE:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {round(patience * 1000)}")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITER_LOCK})")

    return engine
