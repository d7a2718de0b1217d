"""Ctrl-C and SIGTERM at any time: one calm line, nothing left behind, and the next run goes on."""

import os
import subprocess
import sys
from pathlib import Path

import interrupted
import pytest
from bad_input.seen import folded
from bad_input.signals import ALL, SAID, StopCase
from inbox_play import Delivered

LEARNT = range(1, 12)
"""Days before the first model; the next one's end trains it."""


@pytest.fixture(scope="module")
def learnt(tmp_path_factory: pytest.TempPathFactory) -> Delivered:
    """Everything is there for a first model but the last day of its window."""
    played = Delivered.begun(tmp_path_factory.mktemp("learnt"))
    played.deliver(LEARNT)
    assert played.seen("run")[0] == 0
    played.deliver([LEARNT.stop])
    return played


@pytest.fixture(scope="module")
def unstopped(learnt: Delivered, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What is recorded when nobody stops it."""
    played = learnt.copy(tmp_path_factory.mktemp("unstopped"))
    assert played.seen("run")[0] == 0
    return played.state_hash()


def stop(
    played: Delivered, case: StopCase, orchestrator: str = "none"
) -> subprocess.CompletedProcess[str]:
    """Run the play in a process of its own, which is sent its signals when the moment comes."""
    moment = (orchestrator, case.event, case.text, case.signals)
    search = os.pathsep.join(path for path in sys.path if path)
    return subprocess.run(
        [sys.executable, interrupted.__file__, str(played.root), *moment, "run"],
        env={**os.environ, "PYTHONPATH": search},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def children_of(home: Path) -> list[str]:
    """Processes that still have to do with a home."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str(home) in (process / "environ").read_text(errors="replace"):
                found.append((process / "cmdline").read_text().replace("\0", " "))
        except OSError:  # it has just ended
            continue
    return found


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_a_play_that_is_stopped(
    case: StopCase, learnt: Delivered, unstopped: str, tmp_path: Path
) -> None:
    """It says so in one line; the next run records what it would have recorded."""
    played = learnt.copy(tmp_path / "played")

    done = stop(played, case)
    again = played.seen("run")

    assert (done.returncode, folded(done.stderr)) == (case.exit_code, case.told)
    assert "Traceback" not in done.stdout
    assert again[0] == 0
    assert played.state_hash() == unstopped


def test_prefect_and_its_server_end_with_the_play(
    learnt: Delivered, unstopped: str, tmp_path: Path
) -> None:
    """Stopped within a flow: no orphan, no word of Prefect's, and the play goes on without it."""
    played = learnt.copy(tmp_path / "played")
    case = next(one for one in ALL if one.name == "while a batch is read")

    done = stop(played, case, "prefect")
    again = played.seen("run")

    assert (done.returncode, folded(done.stderr)) == (130, SAID)
    assert "Traceback" not in done.stdout
    assert children_of(played.home) == []
    assert again[0] == 0
    assert played.state_hash() == unstopped
