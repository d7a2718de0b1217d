"""SQLite's own calls that fail, by libfiu (https://blitiri.com.ar/p/libfiu), whose preloads wrap C.

    fiu-run -x -f "" python database_faults.py LEDGER FOLDER COUNT SEED

copies the records of a play's ledger, one by one, into a new one through our adapter, as the play
did, while one call fails or all after it do; then again, undisturbed. It prints a line of JSON for
each trial, after one with what was counted. Nothing but the ledger is in this process: libfiu is
not made for libraries that start threads. A call is SQLite's when SQLAlchemy waits for it.
"""

import ctypes
import errno
import json
import random
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path

from caf_platform.adapters.ledger import SqlLedger
from caf_platform.errors import Unavailable
from caf_platform.ledger.record import Entry, Record
from caf_platform.ledger.stored import Stored

WRITE = "posix/io/rw/pwrite"
SHORT = f"{WRITE}/reduce"
POINTS = (
    WRITE,
    "posix/io/sync/fsync",
    "posix/io/sync/fdatasync",
    "posix/io/rw/ftruncate",
    "posix/io/dir/unlink",
    "posix/io/oc/open",
)
ERRORS = {"ENOSPC": errno.ENOSPC, "EIO": errno.EIO, "EACCES": errno.EACCES, "short": 0}

CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_int,
    ctypes.c_char_p,
    ctypes.POINTER(ctypes.c_int),
    ctypes.POINTER(ctypes.c_void_p),
    ctypes.POINTER(ctypes.c_uint),
)


@dataclass(frozen=True)
class Fault:
    """The n-th call of SQLite's, and how it fails."""

    number: int
    verb: str
    error: str
    from_then_on: bool


@dataclass
class Calls:
    """SQLite's calls in this process, of which those fail that `fault` is about."""

    fault: Fault | None = None
    verbs: list[str] = field(default_factory=list)
    kept: list[Callable[..., int]] = field(default_factory=list)
    """C keeps no reference to what it calls back."""

    def begin(self) -> None:
        """Look at each from here on."""
        library = ctypes.CDLL("libfiu.so.0")
        for name in (*POINTS, SHORT):
            self.kept.append(CALLBACK(self._asked(name)))
            library.fiu_enable_external(name.encode(), 1, None, 0, self.kept[-1])

    def of(self, fault: Fault | None) -> "Calls":
        """Count anew, with another fault."""
        self.fault, self.verbs = fault, []
        return self

    def _asked(self, name: str) -> Callable[..., int]:
        def fails(_name: bytes, _number: object, info: Sequence[int], _flags: object) -> int:
            if not _sqlalchemy_waits():
                return 0
            if name != SHORT:  # is asked about after the write itself
                self.verbs.append(name.rpartition("/")[2])
            fault, number = self.fault, len(self.verbs) - 1
            if fault is None or (fault.error == "short") != (name == SHORT):
                return 0
            info[0] = ERRORS[fault.error]  # type: ignore[index]
            return int(number == fault.number or (fault.from_then_on and number > fault.number))

        return fails


def _sqlalchemy_waits() -> bool:
    return "sqlalchemy" in sys._getframe(2).f_code.co_filename


def faults(verbs: Sequence[str]) -> list[Fault]:
    """All of them; only writes can be short."""
    return [
        Fault(number, verb, error, often)
        for number, verb in enumerate(verbs)
        for error in ERRORS
        for often in (False, True)
        if error != "short" or verb == "pwrite"
    ]


def copied(records: Sequence[Record], file: Path, told: list[str]) -> str:
    """Append all records to the ledger in a file, telling each key; why not, if not."""
    try:
        with closing(SqlLedger.open(f"sqlite:///{file}", patience=0.2)) as ledger:
            for one in records:
                entry = Entry(one.stream, None, one.event, one.key, one.envelope)
                ledger.append_all([entry])
                told.append(one.key)
    except Unavailable as error:
        return str(error)
    return ""


def essence(rows: Sequence[Stored]) -> list[tuple[str, str, str]]:
    """What rows say, apart from when."""
    return [(row.stream, row.key, row.payload) for row in rows]


def violations(records: Sequence[Record], file: Path, told: Sequence[str]) -> list[str]:
    """What is wrong afterwards: a lost record, a broken chain, another end when run again."""
    # Looked at before it is run again, which would append anew whatever is not there.
    wrong = lost(standing(file), told)
    again = copied(records, file, [])
    if again:
        return [*wrong, f"running again: {again}"]
    keys = standing(file)
    if keys is None:
        return [*wrong, "chain broken"]
    return wrong + ([] if keys == [one.key for one in records] else ["another end"])


def standing(file: Path) -> list[str] | None:
    """The keys of a file's records; None if their chain is broken."""
    if not file.exists():
        return []
    with closing(SqlLedger.open(f"sqlite:///{file}", patience=0.2)) as ledger:
        return [row.key for row in ledger.stored()] if ledger.verify().sound else None


def lost(keys: Sequence[str] | None, told: Sequence[str]) -> list[str]:
    """Acknowledged records that do not stand, right after the fault."""
    if keys is None:
        return ["chain broken"]
    return [f"record {at} lost" for at, key in enumerate(told) if list(keys[at : at + 1]) != [key]]


def attack(source: Path, folder: Path, count: int, seed: int) -> None:
    """Try so many faults, or all there are."""
    with closing(SqlLedger.open(f"sqlite:///{source}")) as ledger:
        records = list(ledger.read())
    calls = Calls()
    calls.begin()
    failed = copied(records, folder / "undisturbed" / "ledger.db", [])
    if failed:
        raise RuntimeError(f"undisturbed, it failed: {failed}")
    everything = faults(calls.verbs)
    print(json.dumps({"calls": Counter(calls.verbs), "faults": len(everything)}), flush=True)
    draw = random.Random(seed)  # noqa: S311 - no secrets
    for fault in draw.sample(everything, min(count, len(everything))):
        home, told, wrong = folder / "trial", [], []
        shutil.rmtree(home, ignore_errors=True)
        calls.of(fault)
        try:
            ended = copied(records, home / "ledger.db", told)
        except Exception as error:  # noqa: BLE001 - anything else is what is looked for
            ended = f"{error!r}"
            wrong.append(f"no error of ours: {ended}")
        reached = len(calls.verbs) > fault.number
        calls.of(None)
        wrong += violations(records, home / "ledger.db", told)
        line = {**asdict(fault), "ended": ended[:200], "reached": reached, "wrong": wrong}
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    attack(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
