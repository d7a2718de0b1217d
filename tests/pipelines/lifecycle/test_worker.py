"""The real worker process: what it answers, and that it never outlives its parent."""

import os
import select
import signal
import subprocess
import sys

import pandas as pd
import pytest
from micro.data import BAD_ROWS, BROKEN, csv, delivery
from micro_play import SUPPORT, micro

from caf_pipelines.lifecycle.judging import Terms, judge
from caf_pipelines.lifecycle.worker import Worker
from caf_platform.settings import read_settings
from caf_platform.wiring import Platform

PROJECT = micro()
TERMS = Terms.of(PROJECT.declaration, PROJECT.policy)


@pytest.fixture(scope="module")
def worker():
    """One worker for all tests: it starts in some seconds."""
    started = Worker(TERMS)
    yield started
    started.stop()


@pytest.mark.parametrize("day", [1, BAD_ROWS, BROKEN])
def test_it_answers_as_the_same_batch_is_judged_here(worker, day):
    """A good batch, one with rows set aside and a refused one, to the byte and to the report."""
    one = delivery(day)
    answer = worker.judge(one.read(), one.arrives_at)

    validator = Platform(read_settings()).validator
    here = judge(one.read(), TERMS, validator, earlier=(), arrived_at=one.arrives_at)
    there, found = answer.judged.validated, here.validated
    assert answer.judged.parquet == here.parquet
    assert (there.decision, there.reasons) == (found.decision, found.reasons)
    pd.testing.assert_frame_equal(there.quarantined, found.quarantined)
    if not found.decision.verdict.good or len(found.quarantined):
        assert there.report == found.report
    assert answer.cpu_seconds > 0


def test_it_goes_on_after_what_it_could_not_judge(worker):
    """Nothing comes back; the next batch is judged."""
    one = delivery(1)

    assert worker.judge(None, one.arrives_at) is None
    assert worker.judge(csv(pd.DataFrame({"a": []})), one.arrives_at) is not None


def test_a_killed_worker_is_an_error_at_once():
    """Whoever waits for it need not wait long."""
    started = Worker(TERMS)
    os.kill(started.process.pid, signal.SIGKILL)

    with pytest.raises((EOFError, OSError)):
        started.judge(b"", delivery(1).arrives_at)
    started.stop()


def test_it_ends_with_a_parent_that_is_killed():
    """SIGKILL leaves the parent no chance to say so: the pipe does."""
    parent = subprocess.Popen(
        [sys.executable, str(SUPPORT / "judging_crew.py")],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(SUPPORT)},
    )
    watch = os.pidfd_open(int(parent.stdout.readline()))
    parent.kill()
    parent.wait()

    ended, _, _ = select.select([watch], [], [], 60)
    os.close(watch)
    assert ended
