"""SQLite's own calls fail beneath the ledger, one by one, on the records of a whole play.

Needs Debian's `libfiu0` and `fiu-utils`; skipped, with that said, where they are not.
"""

import json
import math
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import database_faults
import pytest
from attacks import sizes
from micro_play import SUPPORT
from tally import Size, Tally
from three_deliveries import ThreeDeliveries

EVER, SHORT, FULL = 10, 150, 100_000

REACHED = 0.99
"""Share of the faults that must be met: after some, SQLite no longer comes to a later call."""

DURABLE = {"open", "pwrite", "fdatasync"}
"""What SQLite cannot do without."""

FIU = shutil.which("fiu-run")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """The ledger of an undisturbed play."""
    world = ThreeDeliveries.begun(tmp_path / "world")
    world.deliver_all()
    assert world.seen("run", "--project", "micro")[0] == 0
    return world.home / "ledger.db"


def attacked(source: Path, folder: Path, count: int) -> list[dict[str, Any]]:
    """What the process beneath libfiu reports: first what it counted, then each trial."""
    script = database_faults.__file__
    words = [str(FIU), "-x", "-f", "", sys.executable, str(script), str(source), str(folder)]
    ended = subprocess.run(
        [*words, str(count), "1"],
        env={**os.environ, "PYTHONPATH": str(SUPPORT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
    return [json.loads(line) for line in ended.stdout.splitlines()]


@pytest.mark.skipif(FIU is None, reason="no fiu-run here: apt-get install fiu-utils libfiu0")
@pytest.mark.parametrize("count", sizes(EVER, FULL))
def test_every_call_of_sqlite_fails(
    source: Path, tmp_path: Path, tally: Tally, size: Size, count: int
) -> None:
    """Each record is acknowledged or `Unavailable`; none is lost, and done again all are there."""
    asked = size(count, min(count, SHORT))
    counted, *told = attacked(source, tmp_path / "fiu", asked)
    reached, tally.of = [one for one in told if one["reached"]], "faults"
    for one in told:
        if one["reached"] or one["wrong"]:
            stopped = "a typed error" if one["ended"] else "it went on"
            tally.trial(str(one), good=not one["wrong"], ended=stopped)
    kinds = ", ".join(f"{verb} {number}" for verb, number in counted["calls"].items())
    tally.say(f"{sum(counted['calls'].values())} calls of SQLite's: {kinds}")
    tally.say(f"{len(told)} of {counted['faults']} faults, {len(told) - len(reached)} not reached")
    assert len(told) == min(asked, counted["faults"])
    assert counted["calls"].keys() >= DURABLE
    outcomes = ("a typed error", "it went on") if count == FULL else ()
    tally.held(math.ceil(REACHED * len(told)), *outcomes)
    assert tally.ended["a typed error"] > len(told) / 4
