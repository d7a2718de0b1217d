"""MLflow's store, which is a mirror: a play can do without it, but not train without it."""
# ruff: noqa: E501 - what is printed in one line stands here in one line

from bad_input.case import Case, FaultCase, Outcome
from bad_input.faults import becomes, gone, home, locked
from bad_input.homes import NOISE

STORE, DATABASE = home("mlflow"), home("mlflow/mlflow.db")
WHOLE = "Nothing depends on it: the ledger and the lake are whole."
RESTORE = "restore it from a backup, or go on without: versions trained from now on are in it"
AGAIN = f"{WHOLE} Try again."
SEEN = "2020-01-14 v1 promote incident"
NO_V1 = f"{SEEN} the tracking store has no v1: it was removed or replaced. Nothing depends on it, ledger and lake are whole; {RESTORE}"
DOWN = f"{SEEN} alias not mirrored yet: The tracking store did not answer."

LOOKING: tuple[FaultCase, ...] = (
    FaultCase("MLflow's store was removed", Outcome.TOLD, "", 0, NO_V1, RESTORE, gone(STORE)),
    FaultCase(
        "its database is random bytes",
        Outcome.TOLD,
        "",
        0,
        f"{DOWN} (sqlite3.DatabaseError) file is not a database {AGAIN}",
        WHOLE,
        becomes(DATABASE, NOISE),
    ),
    FaultCase(
        "a file is in its place",
        Outcome.TOLD,
        "",
        0,
        f"{DOWN} [Errno 17] File exists: 'HOME/mlflow' {AGAIN}",
        WHOLE,
        becomes(STORE, b"x"),
    ),
    FaultCase(
        "another process holds its database",
        Outcome.TOLD,
        "",
        0,
        f"{DOWN} (sqlite3.OperationalError) database is locked {AGAIN}",
        WHOLE,
        locked("mlflow/mlflow.db"),
    ),
)
"""Nothing is trained meanwhile."""

TRAINING: tuple[FaultCase, ...] = (
    FaultCase("it was removed, and a challenger is trained", Outcome.TOLD, "", 0, NO_V1, RESTORE, gone(STORE)),
    FaultCase(
        "its database is random bytes, and a challenger is trained",
        Outcome.STOPS,
        "Unavailable",
        2,
        "Unavailable: The tracking store did not answer.",
        AGAIN,
        becomes(DATABASE, NOISE),
    ),
)  # fmt: skip

ALL: tuple[Case, ...] = (*LOOKING, *TRAINING)
