"""What nobody foresaw, told like everything else: what, why and what next, never a traceback.

A disk that is full, a file that may not be read and a package that is missing are the machine's;
the rest is a fault of ours, and its traceback is kept in the home for whoever mends it; what a
library quotes in it may be somebody's data, and is masked.
"""

import os
import sys
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from caf_platform.errors import CafError, Fault, Unavailable
from caf_platform.masking import masked_traceback

FOLDER = "faults"
OURS = ("caf_platform", "caf_monitoring", "caf_governance", "caf_pipelines")
AGAIN = "run the same command again: what was recorded stands."


def explained(error: Exception) -> CafError:
    """An error of ours for any error; for a fault the traceback is kept in the home."""
    if isinstance(error, CafError):
        return error
    if isinstance(error, ModuleNotFoundError) and _foreign(error.name):
        return Unavailable(
            f"The package '{error.name}' is not installed.",
            why="The environment is older than the platform, or was made without it.",
            next_step="Run: make setup",
        )
    if isinstance(error, OSError):
        named = f"'{error.filename}'" if error.filename else "A file or a connection"
        return Unavailable(
            f"{named} cannot be used.",
            why=f"{error.strerror or error}.",
            next_step=f"Put that right and {AGAIN}",
        )
    if isinstance(error, MemoryError):
        return Unavailable(
            "There is no memory left.",
            why="The machine, or the limit of this process, has no more to give.",
            next_step=f"End other programs, or play a part of the rows (CAF_SAMPLE), and {AGAIN}",
        )
    return _fault(error)


def _foreign(module: str | None) -> bool:
    return bool(module) and str(module).partition(".")[0] not in OURS


def _fault(error: Exception) -> Fault:
    text = masked_traceback("".join(traceback.format_exception(error)))
    kept = _kept(text)
    if kept is None:
        sys.stderr.write(text)
    return Fault(
        f"This is a fault of the platform, not yours: {masked_traceback(_named(error))}",
        why=f"Where it happened stands in {kept or 'the lines above'}.",
        next_step=f"You may {AGAIN} If it ends the same way, report it with those lines.",
    )


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _kept(text: str) -> Path | None:
    """Where the traceback lies now; None when there is no home, or it takes no file."""
    with suppress(Exception):
        from caf_pipelines.cli.opening import open_platform

        folder = open_platform().settings.home.absolute() / FOLDER
        folder.mkdir(exist_ok=True)
        path = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.getpid()}.txt"
        path.write_text(text, "utf-8")
        return path
    return None
