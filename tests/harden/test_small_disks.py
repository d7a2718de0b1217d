"""Disks that are full at some moment of a play: real ones in memory, of sizes that are too small.

Everything fails there that can, SQLite's write-ahead log and the report among it. A part runs with
all tests, where this machine lets us mount a disk.
"""

import os
import random
from pathlib import Path

import pytest
from attacks import sizes
from crash_checks import halfway, resumed
from crash_stages import Stage, Trials, stages
from crashed_plays import acknowledged, forked, told_of
from tally import Size, Tally
from three_deliveries import ThreeDeliveries

from caf_pipelines.scenarios.small_disk import full_disk

EVER, SHORT, FULL = 2, 20, 300
SMALLEST, LARGEST = 8_192, 600_000
"""Bytes that are spare; most stages need more."""

NO_DISK = 3
"""The exit code of a process that could not mount one."""

FAILED = 2
ENDS = {0: "there was room enough", FAILED: "full before the play's end"}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> list[Stage]:
    """The stages of the micro project's life."""
    return stages(tmp_path_factory.mktemp("stages"), statements=False)


def on_small_disk(world: ThreeDeliveries, spare: int, report: int) -> int:
    """Play where only so many bytes are spare, then bring the home back; the exit code."""
    told_of(lambda line: os.write(report, line))
    world.home.mkdir(exist_ok=True)
    with full_disk(world.home, spare=spare):
        return world.run() if os.path.ismount(world.home) else NO_DISK


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
@pytest.mark.parametrize("disks", sizes(EVER, FULL))
def test_small_disks(
    undisturbed: list[Stage], tmp_path: Path, tally: Tally, size: Size, disks: int
) -> None:
    """It says that the disk is full, loses nothing, and with room again ends as undisturbed."""
    trials, draw = Trials(tmp_path), random.Random(3)  # noqa: S311 - no secrets
    count, tally.of = size(disks, min(disks, SHORT)), "disks"
    for number in range(count):
        stage = undisturbed[number % len(undisturbed)]
        world, spare = trials.home(stage), draw.randrange(SMALLEST, LARGEST) if number else SMALLEST
        ended = forked(
            lambda report, home=world, room=spare: on_small_disk(home, room, report),
            tmp_path / "aside",
        )
        if ended.code == NO_DISK:
            pytest.skip("this machine mounts no small disk")
        told = acknowledged(ended)
        good = ended.code in ENDS and "Traceback" not in ended.said
        wrong = [] if good else [f"ended with {ended.code}: {ended.said[-500:]}"]
        wrong += halfway(world, stage.alone, told)
        wrong += resumed(world, stage.alone, told, tmp_path / "aside")
        what = f"stage {stage.number}, {spare} bytes: {wrong}"
        tally.trial(what, good=not wrong, ended=ENDS.get(ended.code, "otherwise"))
        trials.over(world, wrong)
    tally.held(count, *(ENDS.values() if disks == FULL else (ENDS[FAILED],)))
