"""What a stage takes is measured, costs little, and decides nothing."""

import json
import subprocess
import sys
import time

from memory_lake import MemoryLake
from micro_play import whole_story

from caf_governance.cost.account import View, by, charges, total
from caf_pipelines.lifecycle.metering import MeteredLake, Traffic, measuring
from caf_platform.ledger.fingerprint import statements

KEY = "raw/micro/a/b.csv"
NAMES = {
    "stage", "seconds", "cpu_seconds", "peak_bytes", "grown_bytes", "reads", "writes",
    "read_bytes", "written_bytes",
}  # fmt: skip
TRIALS = 2000
ROUNDS = 5
HUNGRY = """
import json
from caf_pipelines.lifecycle.metering import Traffic, measuring, peak_bytes
with measuring("train", Traffic()) as measured:
    held = b"x" * 64_000_000
    del held
print(json.dumps([measured["grown_bytes"], measured["peak_bytes"], peak_bytes()]))
"""


def test_what_goes_through_the_lake_is_counted_and_nothing_else_changes():
    """Reads and writes with their bytes; whether a key is there costs nothing."""
    inner, traffic = MemoryLake(), Traffic()
    lake = MeteredLake(inner, traffic)

    stored = lake.write(KEY, b"12345")
    lake.write(KEY, b"12345")
    read = lake.read(KEY, expected=stored)

    assert read == b"12345"
    assert (lake.exists(KEY), list(lake.keys("raw/"))) == (True, [KEY])
    assert (traffic.writes, traffic.written_bytes) == (2, 10)
    assert (traffic.reads, traffic.read_bytes) == (1, 5)
    lake.delete(KEY)
    assert not inner.exists(KEY)


def test_a_stage_is_measured_from_its_begin_to_its_end():
    """What went through the lake before it is not the stage's."""
    traffic = Traffic(reads=7, read_bytes=700)
    lake = MeteredLake(MemoryLake(), traffic)

    with measuring("ingest", traffic) as measured:
        lake.write(KEY, b"12345")

    assert set(measured) == NAMES
    assert measured["stage"] == "ingest"
    assert (measured["reads"], measured["writes"], measured["written_bytes"]) == (0, 1, 5)


def test_the_highest_mark_of_memory_never_falls():
    """What a stage held and gave back stays in the mark, and is told beside it."""
    done = subprocess.run(
        [sys.executable, "-c", HUNGRY], capture_output=True, text=True, check=True, timeout=60
    )

    grown, marked, later = json.loads(done.stdout)
    assert grown >= 48_000_000
    assert later >= marked >= grown


def test_measuring_takes_less_than_a_tenth_of_the_fastest_stage():
    """The time of measuring itself against the shortest step of a play of the micro project.

    Its stages work on a hundred rows and on a lake in memory; a real one's take longer. Fetching is
    none of them: what was made up once lies in memory for every later play of this process.
    """
    steps = charges("micro", list(whole_story().world.ledger.read(prefix="micro/")))
    fastest = min(
        one.seconds / one.steps
        for name, one in by(View.STAGE, steps).items()
        if name != "ingest" and one.seconds is not None and one.cpu_seconds is not None
    )
    assert min(_measured_alone() for _ in range(ROUNDS)) < fastest / 10


def _measured_alone() -> float:
    """Seconds of the processor for one measuring; what else the machine does only adds to it."""
    traffic, begun = Traffic(), time.process_time()
    for _ in range(TRIALS):
        with measuring("ingest", traffic):
            pass
    return (time.process_time() - begun) / TRIALS


def test_a_play_s_stages_add_up_to_its_total():
    """Every stage that does work is there, with bytes, rows and processor time."""
    world = whole_story().world
    steps = charges("micro", list(world.ledger.read(prefix="micro/")))
    found = by(View.STAGE, steps)

    assert {"ingest", "validate", "labels", "score", "train", "evaluate", "monitor"} <= set(found)
    assert found["ingest"].written_bytes
    assert found["validate"].read_bytes == found["ingest"].written_bytes
    assert found["score"].rows
    assert found["train"].cost_units
    whole = total(one.spent for one in steps)
    for view in View:
        cut = total(by(view, steps).values())
        assert cut.cpu_seconds is not None
        assert abs(cut.cpu_seconds - whole.cpu_seconds) < 1e-6


def test_nothing_that_is_measured_is_stated():
    """The state hash covers none of it."""
    records = list(whole_story().world.ledger.read(prefix="micro/"))

    assert "measured" not in str(statements(records))
