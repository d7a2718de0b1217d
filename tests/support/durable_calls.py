"""Every call by which a process changes what its home holds, numbered, and what happens at one.

Interposed from outside, in a process that ends with it: `_pyio`, Python's own files in Python
(PEP 3116), stand in for those in C, so that whatever is written goes through the functions of
`os`; statements and commits of a ledger, or of MLflow, are seen by SQLAlchemy's events.
"""

import _pyio
import builtins
import errno
import io
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

BY_DESCRIPTOR = ("write", "fsync", "ftruncate", "fchmod")
BY_PATH = ("open", "mkdir", "unlink", "rmdir", "chmod")
BY_DESTINATION = ("link", "rename", "replace")
WRITES = os.O_CREAT | os.O_WRONLY | os.O_RDWR
STATEMENTS = frozenset({"BEGIN", "INSERT", "UPDATE", "DELETE", "CREATE", "ALTER", "DROP"})


@dataclass(frozen=True)
class Call:
    """One of them: where in the home, and which function of `os` or statement."""

    path: str
    verb: str

    @property
    def kind(self) -> str:
        """`lake fsync`, `ledger COMMIT`."""
        return f"{self.path.partition('/')[0]} {self.verb}"


class Plan:
    """What happens at the calls: nothing, here."""

    def before(self, number: int, call: Call) -> bool:  # noqa: ARG002 - for whoever plans
        """Whether all bytes of a write are written; only half of them otherwise."""
        return True

    def after(self, number: int, call: Call) -> None:
        """What happens when it has been done."""


@dataclass(frozen=True)
class Kill(Plan):
    """SIGKILL just before one call; or, `torn`, when half of a write is done."""

    number: int
    torn: bool = False

    def before(self, number: int, call: Call) -> bool:  # noqa: ARG002 - any call
        """Die, or go on to the half."""
        if number == self.number and not self.torn:
            die()
        return number != self.number

    def after(self, number: int, call: Call) -> None:  # noqa: ARG002 - any call
        """Die of the half."""
        if number == self.number:
            die()


@dataclass(frozen=True)
class Fail(Plan):
    """One call fails, or all `from_then_on`; without an error number writes are short."""

    number: int
    error: int
    from_then_on: bool = False

    def before(self, number: int, call: Call) -> bool:
        """Fail."""
        met = number == self.number or (self.from_then_on and number > self.number)
        if met and self.error:
            raise OSError(self.error, os.strerror(self.error), call.path)
        return not met


@dataclass(frozen=True)
class FailAt(Plan):
    """Every call in one room of the home fails."""

    room: str

    def before(self, number: int, call: Call) -> bool:  # noqa: ARG002 - any call
        """Fail, there."""
        if call.path.startswith(self.room):
            raise OSError(errno.EIO, os.strerror(errno.EIO), call.path)
        return True


def die() -> None:
    """As `kill -9` does it."""
    os.kill(os.getpid(), signal.SIGKILL)


@dataclass
class Durable:
    """The calls of this process below `home`; `begin` is for good."""

    home: Path
    plan: Plan
    seen: list[Call] = field(default_factory=list)
    met: str = ""
    """The kind of the first call that failed, or of which only a part was done."""

    def begin(self, *, statements: bool) -> None:
        """Stand between; also between SQLAlchemy and its databases, if `statements`."""
        for verb in (*BY_DESCRIPTOR, *BY_PATH, *BY_DESTINATION):
            setattr(os, verb, self._interposed(verb, getattr(os, verb)))
        io.open = builtins.open = _pyio.open  # type: ignore[assignment]
        if statements:
            event.listen(Engine, "before_cursor_execute", self._statement)
            event.listen(Engine, "commit", lambda connection: self._on(connection, "COMMIT"))

    def note(self, path: str, verb: str) -> bool:
        """A call is about to be done."""
        self.seen.append(call := Call(path, verb))
        whole = False
        try:
            whole = self.plan.before(len(self.seen) - 1, call)
        finally:
            if not whole:
                self.met = self.met or call.kind
        return whole

    def _statement(self, connection: Connection, _: Any, statement: str, *__: Any) -> None:
        verb = statement.split(maxsplit=1)[0].upper()
        if verb in STATEMENTS and statement != "BEGIN":  # a plain one begins to read
            self._on(connection, verb)

    def _on(self, connection: Connection, verb: str) -> None:
        file = connection.engine.url.database
        path = self._below(str(file))
        if path and (verb != "COMMIT" or connection.connection.in_transaction):
            self.note(path, verb)

    def _interposed(self, verb: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def called(*given: Any, **named: Any) -> Any:
            path = self._place(verb, given, named)
            if path is None:
                return real(*given, **named)
            whole = self.note(path, verb)
            number = len(self.seen) - 1
            if verb == "write" and not whole:
                given = (given[0], given[1][: max(1, len(given[1]) // 2)])
            result = real(*given, **named)
            self.plan.after(number, self.seen[number])
            return result

        return called

    def _place(self, verb: str, given: tuple[Any, ...], named: dict[str, Any]) -> str | None:
        """Where in the home it would change something; None: it would not."""
        if verb in BY_DESCRIPTOR:
            return self._below(_of(given[0]))
        if verb == "open" and not given[1] & WRITES:
            return None
        path = given[1] if verb in BY_DESTINATION else given[0]
        folder = named.get("dst_dir_fd" if verb in BY_DESTINATION else "dir_fd")
        return self._below(os.path.join(_of(folder) if folder is not None else "", path))  # noqa: PTH118 - may be bytes of a descriptor's path

    def _below(self, path: str) -> str | None:
        absolute = os.path.abspath(path)  # noqa: PTH100 - no link is followed
        start = f"{self.home}/"
        return absolute.removeprefix(start) if absolute.startswith(start) else None


def _of(descriptor: int) -> str:
    return os.readlink(f"/proc/self/fd/{descriptor}")  # noqa: PTH115 - of the kernel's, as it is
