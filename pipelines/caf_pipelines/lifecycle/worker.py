"""A process of its own that judges batches, one at a time, for the process that started it.

It is a separate program and no fork: a fork would share locks and database connections, and
multiprocessing's fresh processes import their parent's main program again. It leaves Ctrl-C to
its parent, and ends when the parent has ended, however that ended: the pipe is then closed.
"""

import os
import subprocess
import sys
import time
from collections.abc import Collection, Container
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from multiprocessing import Pipe
from multiprocessing.connection import Connection

from caf_pipelines.lifecycle.judging import Judged, Terms, judge
from caf_pipelines.lifecycle.metering import peak_bytes
from caf_platform.ports.validator import Validation, Validator

PROGRAM = "import sys; from caf_pipelines.lifecycle.worker import serve; serve(int(sys.argv[1]))"
"""What the process runs. Not this module itself: its classes would be called `__main__`'s."""

POLITENESS = 5
"""By how much its priority is below its parent's, in steps of `nice`."""


@dataclass(frozen=True)
class Answer:
    """A judgement, and each row that it asked about with whether it took it for known.

    It holds in another process too if just the same of these rows are known there. `peak_bytes`
    is the highest mark of the memory of the process that judged, so far.
    """

    judged: Judged
    asked: dict[str, bool]
    cpu_seconds: float
    peak_bytes: int = 0


@dataclass
class _Asked(Container[str]):
    """Knows some rows, and remembers which it was asked for."""

    known: Collection[str]
    rows: dict[str, bool] = field(default_factory=dict)

    def __contains__(self, row: object) -> bool:
        return self.rows.setdefault(str(row), row in self.known)


class Worker:
    """The worker as its parent sees it. One thread may use it at a time."""

    def __init__(self, terms: Terms) -> None:
        """Start it; it loads its libraries while the parent goes on."""
        self._pipe, theirs = Pipe()
        with theirs:
            self.process = subprocess.Popen(  # nosec B603 # noqa: S603 - words and a number of our own
                [sys.executable, "-P", "-c", PROGRAM, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._terms = terms

    def judge(
        self,
        raw: bytes,
        arrived_at: datetime,
        known: Collection[str] = (),
        *,
        report: bool = False,
    ) -> Answer | None:
        """Its answer; None when judging raised there. `OSError` or `EOFError` when it is gone."""
        self._pipe.send((self._terms, raw, arrived_at, known, report))
        found: Answer | None = self._pipe.recv()
        return found

    def stop(self) -> None:
        """End it at once, for it holds nothing worth keeping; who waits for it gets an error."""
        self.process.kill()
        self.process.wait()


def answer(
    raw: bytes,
    terms: Terms,
    validator: Validator,
    arrived_at: datetime,
    known: Collection[str] = (),
    *,
    report: bool = False,
) -> Answer:
    """Judge a batch as if just the `known` rows had come before; what can be sent of that.

    The engine's own report is sent of what is not all good; of the rest if it is asked for.
    """
    begun, asked = time.process_time(), _Asked(known)
    judged = judge(raw, terms, validator, earlier=asked, arrived_at=arrived_at)
    sent, seconds = _sendable(judged, report=report), time.process_time() - begun
    return Answer(sent, asked.rows, seconds, peak_bytes())


def serve(descriptor: int) -> None:
    """Answer at this end of a pipe until the parent has closed the other one.

    It works some days ahead, so whoever does today's work goes first where cores are short.
    """
    from caf_platform.settings import read_settings
    from caf_platform.wiring import Platform

    os.nice(POLITENESS)
    with Connection(descriptor) as pipe, suppress(EOFError, OSError):
        validator = Platform(read_settings()).validator
        while True:
            terms, raw, arrived_at, known, report = pipe.recv()
            found: Answer | None = None
            with suppress(Exception):  # the parent judges again, and tells its own error
                found = answer(raw, terms, validator, arrived_at, known, report=report)
            pipe.send(found)


def _sendable(judged: Judged, *, report: bool) -> Judged:
    """Without the engine's own objects; with its report where one is kept or asked for."""
    validated, engine = judged.validated, judged.validated.engine
    if engine is None:
        return judged
    kept = report or len(validated.quarantined) or not validated.decision.verdict.good
    told = Validation(
        engine.results, engine.failed_index, partial(dict, engine.report if kept else {})
    )
    return replace(judged, validated=replace(validated, engine=told))
