"""What one case of bad input says of itself: the tests prove it, and the page repeats it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from inbox_play import Delivered


class Outcome(StrEnum):
    """What becomes of bad input."""

    TAKEN = "taken in"
    ASIDE = "rows set aside"
    REFUSED = "refused whole"
    TOLD = "told of, and goes on"
    STOPS = "stops"


Fault = Callable[[Delivered], AbstractContextManager[Any]]
"""Puts something wrong in place, and takes it away again: then the cause is removed."""


@dataclass(frozen=True)
class Case:
    """One kind of bad input.

    name       what is wrong, in plain words
    outcome    what becomes of it
    code       the machine-readable reason: rules in the ledger, or the error's name in `--json`
    exit_code  of the command
    told       the first line about it, white space folded; `HOME`, `PROJECTS` and `INBOX` stand
               for the folders, `…` for what differs from run to run
    following  what to do next; where the command stops, words that it prints itself
    """

    name: str
    outcome: Outcome
    code: str
    exit_code: int
    told: str
    following: str


@dataclass(frozen=True)
class FileCase(Case):
    """A batch's file with something wrong in it: its bytes, made from the good rows.

    `rows` are how many of the file's rows are accepted, set aside and dropped as copies; a file
    that is refused has none of them, and all of its bytes in the lake.
    """

    made: Callable[[Any], bytes]
    rows: tuple[int, int, int] = (0, 0, 0)


@dataclass(frozen=True)
class FaultCase(Case):
    """Something wrong around a play: a project, a home, a disk, another process.

    `mounts`: it needs a disk of its own, which only root may make. `leaves` are the streams of the
    ledger that remember it after the cause is gone; all else is as if nothing had happened.
    """

    fault: Fault
    words: tuple[str, ...] = ("run", "--project", "micro")
    mounts: bool = False
    leaves: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Chapter:
    """Cases of one kind, with what holds for each of them."""

    title: str
    says: str
    cases: tuple[Case, ...]
