"""How a command ends: done, refused, failed, or stopped by a signal. Imports nothing heavy.

The first Ctrl-C or SIGTERM ends it in order, the second one at once, which is safe: what is
recorded is committed, and what is not is done again. Libraries turn an interruption into errors
of their own; who has been asked to stop says nothing else.
"""

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from types import FrameType

from typer.exceptions import TyperException

from caf_platform.errors import BadInput

INTERRUPTED = 128 + signal.SIGINT
READER_GONE = 128 + signal.SIGPIPE
SAID = "\nStopped. Nothing is lost: the same command continues.\n"

_asked: list[int] = []


def listen() -> None:
    """From here on SIGINT and SIGTERM interrupt the command wherever it is."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)


def stopped() -> int:
    """Say that the command was stopped; the exit code that a shell has for it."""
    sys.stderr.write(SAID)
    return 128 + _asked[0] if _asked else INTERRUPTED


def left(leaving: SystemExit, *, as_json: bool) -> int:
    """The exit code of a command that chose its own; wrong usage is told machines as JSON too."""
    code = leaving.code if isinstance(leaving.code, int) else 0
    cause = leaving.__context__
    if isinstance(cause, BrokenPipeError):
        return READER_GONE
    if as_json and isinstance(cause, TyperException):
        of = getattr(cause, "ctx", None)
        see = f"See: {of.command_path if of else 'caf'} --help"
        return failed(BadInput(cause.format_message(), next_step=see), as_json=True)
    return stopped() if code == INTERRUPTED else code


def failed(error: Exception, *, as_json: bool) -> int:
    """Tell an error, whatever it is, and its exit code."""
    if _asked:
        return stopped()
    from caf_pipelines.cli.last_resort import explained
    from caf_pipelines.cli.output import show_error

    found = explained(error)
    try:
        show_error(found, as_json=as_json)
        sys.stdout.flush()
    except (OSError, MemoryError):  # the way out is what failed, or there is no room for tables
        with suppress(OSError):
            sys.stderr.write(f"{type(found).__name__}: {found}\n")
    return found.exit_code


def printable() -> None:
    """Let what a terminal's encoding cannot show be escaped rather than end the command.

    A stream that was closed before we began takes everything and shows nothing.
    """
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def flushed(code: int) -> int:
    """The exit code, once all that was printed has left; another one when it cannot."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            return READER_GONE
        except OSError as error:
            return failed(error, as_json=False)
    return code


def _stop(number: int, _frame: FrameType | None) -> None:
    _asked.append(number)
    if len(_asked) > 1:
        os.write(2, SAID.encode())  # not through a stream, which the first one may have locked
        os._exit(128 + _asked[0])
    raise KeyboardInterrupt
