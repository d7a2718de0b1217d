"""One process at a time plays a project; the next is told who, and a dead one holds nothing."""

import json
import os
import signal
import subprocess
import sys

import pytest
from checkout import ROOT

from caf_pipelines.lifecycle.turn import FOLDER, being_played, turn
from caf_platform.errors import Unavailable

HOLD = """
import sys
from pathlib import Path
from caf_pipelines.lifecycle.turn import turn
with turn(Path(sys.argv[1]), "bikes"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path):
    """A process that has the turn until its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        cwd=ROOT,
    )
    assert process.stdout.readline() == b"held\n"
    yield process
    process.kill()
    process.communicate()


def test_the_second_one_is_told_who_is_at_it(tmp_path, holder):
    """By process, machine and time, and what to do next; at once, with exit code 2."""
    with pytest.raises(Unavailable) as refused, turn(tmp_path, "bikes"):
        pass

    assert f"'bikes' is being played by process {holder.pid} on" in refused.value.what
    assert "caf history" in refused.value.next_step
    assert refused.value.exit_code == 2
    assert set(being_played(tmp_path)) == {"bikes"}


def test_another_project_has_a_turn_of_its_own(tmp_path, holder):
    """Only the same one is played twice."""
    with turn(tmp_path, "flights"):
        assert set(being_played(tmp_path)) == {"bikes", "flights"}


def test_the_turn_of_a_killed_process_is_free_and_said_to_be_broken_off(tmp_path, holder):
    """The kernel drops the lock; the note tells that the work was not done."""
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()

    with turn(tmp_path, "bikes") as broken_off:
        assert broken_off


def test_a_turn_that_ended_well_leaves_no_note(tmp_path, holder):
    """Nor does the next one take it for broken off."""
    holder.communicate(b"")

    with turn(tmp_path, "bikes") as broken_off:
        assert not broken_off


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_a_turn_that_failed_was_broken_off(tmp_path, error):
    """By an error, or by Ctrl-C."""
    with pytest.raises(error), turn(tmp_path, "bikes"):
        raise error

    with turn(tmp_path, "bikes") as broken_off:
        assert broken_off
    with turn(tmp_path, "bikes") as broken_off:
        assert not broken_off


def test_nobody_plays_in_a_new_home(tmp_path):
    """There is not even a folder."""
    assert being_played(tmp_path) == {}


def test_a_note_that_cannot_be_read_is_no_error(tmp_path, holder):
    """The holder has just come, or somebody wrote nonsense there."""
    (tmp_path / FOLDER / "bikes.lock").write_text(json.dumps(["?"]))

    assert being_played(tmp_path) == {"bikes": "another process"}
