"""Plays in forked processes: what they acknowledged before they ended, and how they ended.

A fork of a process that has imported everything costs milliseconds, a fresh one seconds.
"""

import gc
import os
import select
import signal
import traceback
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from durable_calls import Call, Durable, Plan
from three_deliveries import ThreeDeliveries

from caf_platform.adapters.ledger import SqlLedger
from caf_platform.ledger.record import Entry, Record

SLOWEST = 120.0
"""Seconds after which a play is stuck."""


class Stuck(AssertionError):
    """A process did not come to its end: that is none of the ends that a crash may lead to."""


Work = Callable[[int], int]
"""What a process does: given a descriptor to report to, it gives its exit code."""

MET = "met"
"""The first word of the line that tells what failed first."""

NO_CODE = 99
"""The exit code of a process that raised."""


@dataclass(frozen=True)
class Ended:
    """How a process ended: its exit code, or minus the signal; what it said; its own report."""

    code: int
    said: str
    told: str


def forked(work: Work, aside: Path, *, kill_after: float | None = None) -> Ended:
    """Do it in another process, which may be killed after some seconds.

    Raises `Stuck` for one that nobody meant to kill and that goes on for ever.
    """
    return _ended(_begun(work, aside), aside, kill_after)


def forked_at_once(works: Sequence[Work], aside: Path) -> list[Ended]:
    """Do all of them in processes of their own that begin at the same moment."""
    awaited, gun = os.pipe()

    def at_the_gun(work: Work, report: int) -> int:
        os.close(gun)
        os.read(awaited, 1)  # the end of the pipe
        return work(report)

    asides = [aside / str(number) for number in range(len(works))]
    begun = [
        _begun(partial(at_the_gun, work), each) for work, each in zip(works, asides, strict=True)
    ]
    os.close(gun)
    os.close(awaited)
    return [_ended(child, each) for child, each in zip(begun, asides, strict=True)]


def _begun(work: Work, aside: Path) -> int:
    aside.mkdir(parents=True, exist_ok=True)
    told, said = aside / "told", aside / "said"
    told.unlink(missing_ok=True)
    gc.freeze()  # a collection in the child would copy every page of what was imported
    child = os.fork()
    if child == 0:
        _live(work, told, said)
    return child


def _ended(child: int, aside: Path, kill_after: float | None = None) -> Ended:
    in_time = _wait(child, SLOWEST if kill_after is None else kill_after)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    said = _text(aside / "said")
    if kill_after is None and not in_time:
        raise Stuck(f"a process went on for more than {SLOWEST:.0f} s: {said[-700:]}")
    return Ended(code, said, _text(aside / "told"))


def _text(file: Path) -> str:
    return file.read_text("utf-8") if file.exists() else ""


def _wait(child: int, seconds: float) -> bool:
    """Until it ends, or is killed; whether it ended by itself."""
    ends = os.pidfd_open(child)
    ready, _, _ = select.select([ends], [], [], seconds)
    os.close(ends)
    if not ready:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    return bool(ready)


def _live(work: Work, told: Path, said: Path) -> None:
    """The life of a forked process: nothing of the parent's end is run in it."""
    code = NO_CODE
    try:
        report = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        with said.open("w", encoding="utf-8") as out, redirect_stdout(out), redirect_stderr(out):
            try:
                code = work(report)
            except BaseException:  # noqa: BLE001 - whatever it was, this process ends here
                traceback.print_exc()
    finally:
        os._exit(code)


def play(world: ThreeDeliveries, aside: Path, plan: Plan | None = None, **how: float) -> Ended:
    """Run the play with something happening at its calls; it tells each record it was given.

    `told` are lines `seq hash` of acknowledged records.
    """

    def life(report: int, write: Callable[[int, bytes], int] = os.write) -> int:
        durable = Durable(world.home, plan or Plan())
        told_of(partial(write, report), durable)
        if plan is not None:
            durable.begin(statements=True)
        return world.run()

    return forked(life, aside, **how)


def play_failing(world: ThreeDeliveries, aside: Path, plan: Plan) -> Ended:
    """The same for errors: those of databases are another attack's, so statements do not count.

    It tells as well at which kind of call the first error came: see `met`.
    """

    def life(report: int, write: Callable[[int, bytes], int] = os.write) -> int:
        durable = Durable(world.home, plan)
        told_of(partial(write, report))
        durable.begin(statements=False)
        try:
            return world.run()
        finally:
            write(report, f"{MET} {durable.met}\n".encode())

    return forked(life, aside)


def calls_of(world: ThreeDeliveries, aside: Path, *, statements: bool) -> list[Call]:
    """The durable calls of an undisturbed play, in order."""

    def life(report: int, write: Callable[[int, bytes], int] = os.write) -> int:
        durable = Durable(world.home, Plan())
        if statements:
            told_of(lambda _: None, durable)
        durable.begin(statements=statements)
        code = world.run()
        write(report, "\n".join(f"{one.verb} {one.path}" for one in durable.seen).encode())
        return code

    ended = forked(life, aside)
    assert ended.code == 0, ended.said
    told = (line.partition(" ") for line in ended.told.splitlines())
    return [Call(path, verb) for verb, _, path in told]


def acknowledged(ended: Ended) -> list[tuple[int, str]]:
    """Number and hash of each record whose writer was told that it stands."""
    told = (line.split(maxsplit=1) for line in ended.told.splitlines())
    return [(int(first), rest) for first, rest in told if first != MET]


def met(ended: Ended) -> str:
    """The kind of call at which the first error came; empty if none came."""
    told = (line.partition(" ") for line in ended.told.splitlines())
    return next((kind for first, _, kind in told if first == MET), "")


def told_of(tell: Callable[[bytes], object], durable: Durable | None = None) -> None:
    """From here on each record is told of as soon as its writer knows of it.

    The steps around that are calls, too, where they are counted.
    """
    real = SqlLedger.append_all

    def append_all(self: SqlLedger, entries: Sequence[Entry]) -> list[Record]:
        if durable:
            durable.note("ledger.db", "append")
        records = real(self, entries)
        if durable:
            durable.note("ledger.db", "acknowledge")
        for record in records:
            tell(f"{record.seq} {record.hash}\n".encode())
        return records

    SqlLedger.append_all = append_all  # type: ignore[method-assign]
