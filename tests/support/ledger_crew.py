"""Child processes that use a ledger at a test's word: to open it at once, to race, and to die."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from ledger_samples import ENVELOPE, event
from sqlalchemy import event as listening
from sqlalchemy.engine import Engine

# So that eight first starts really meet, and a killed one dies quickly.
import caf_platform.adapters.ledger_migration  # noqa: F401
from caf_platform.adapters.ledger import SqlLedger
from caf_platform.errors import Conflict


class Child:
    """The test's side of one child: orders go in, answers come out, one JSON line each."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )

    def tell(self, do: str, **details: Any) -> None:
        """Give an order without waiting."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": do, **details}) + "\n")
        self._process.stdin.flush()

    def answer(self) -> Any:
        """The next answer; a dead child raises."""
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())

    def kill(self) -> list[Any]:
        """SIGKILL; returns the answers that were given before it struck."""
        self._process.kill()
        assert self._process.stdout is not None
        # The last line may be torn, as its acknowledgement was.
        said = [line for line in self._process.stdout if line.endswith("\n")]
        self.dismiss()
        return [json.loads(line) for line in said]

    def dismiss(self) -> None:
        """End the child and take back its pipes."""
        with contextlib.suppress(BrokenPipeError):
            self._process.communicate(timeout=30)


@contextlib.contextmanager
def crew(size: int) -> Iterator[list[Child]]:
    """Children that are already running and wait for orders, so that they can act at once."""
    children = [Child() for _ in range(size)]
    try:
        for child in children:
            child.tell("report")
        assert {child.answer() for child in children} == {"here"}
        yield children
    finally:
        for child in children:
            child.dismiss()


class _Orders:
    """The child's side."""

    def __init__(self) -> None:
        self.ledger: SqlLedger | None = None

    def report(self) -> str:
        return "here"

    def open(self, url: str) -> str:
        if self.ledger:
            self.ledger.close()
        self.ledger = SqlLedger.open(url)
        return "opened"

    def append(self, stream: str, expected: int | None, key: str) -> str:
        assert self.ledger is not None
        try:
            self.ledger.append(stream, expected, event(key), key=key, envelope=ENVELOPE)
        except Conflict:
            return "conflict"
        return "won"

    def append_for_ever(self, url: str, name: str) -> None:
        """Acknowledge each record once `append` has returned."""
        self.open(url)
        number = 0
        while True:
            number += 1
            self.append("s", None, f"{name}-{number}")
            _say(f"{name}-{number}")

    def die_while_opening(self, url: str) -> int:
        """Open again and again, killed before the 1st, 2nd, … statement, until one survives."""
        deaths = 0
        while True:
            process = os.fork()
            if process == 0:
                _kill_before_statement(deaths + 1)
                SqlLedger.open(url)
                os._exit(0)
            _, status = os.waitpid(process, 0)
            if status == 0:
                return deaths
            assert os.WTERMSIG(status) == signal.SIGKILL
            deaths += 1


def _kill_before_statement(number: int) -> None:
    left = number

    def strike(*_: Any) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    listening.listen(Engine, "before_cursor_execute", strike)
    listening.listen(Engine, "commit", strike)


def _say(answer: Any) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def _serve() -> None:
    orders = _Orders()
    for line in sys.stdin:
        details = json.loads(line)
        try:
            _say(getattr(orders, details.pop("do"))(**details))
        except Exception as error:  # noqa: BLE001 - whatever it is, the test must hear of it
            _say(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    _serve()
