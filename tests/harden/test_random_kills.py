"""SIGKILL of `make demo` at random moments, run again each time: it ends as an undisturbed one.

Everything is as a person has it: make, Prefect with its server, MLflow, SQLite, the whole group of
processes killed at once. Moments are uniform over the time that an undisturbed demo takes; a start
takes time as well, so that each wait has a random part of it on top.
"""

import random
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from aftermath import faults, is_beginning
from real_plays import CAF, Home
from tally import Size, Tally

pytestmark = [pytest.mark.harden, pytest.mark.timeout(4 * 3600)]

PROJECT = "flight_delays"
START = 12.0
"""Seconds in which a demo has come up and to where it was, with some to spare."""

SHORT_KILLS, SHORT_SAMPLE = 2, 0.2


@pytest.fixture(scope="module")
def undisturbed(
    pytestconfig: pytest.Config,
    tmp_path_factory: pytest.TempPathFactory,
    size: Size,
) -> tuple[Home, float]:
    """A home whose demo nobody disturbed, and the seconds that it took."""
    sample = size(pytestconfig.getoption("--sample"), SHORT_SAMPLE)
    settings = {"CAF_SAMPLE": str(sample)}
    folder = tmp_path_factory.mktemp("undisturbed")
    home = Home(folder, PROJECT, ("make", "-s", "demo"), settings)
    return home, home.finish()


def waits(kills: int, seconds: float, seed: int) -> Iterator[float]:
    """How long each start lives: from one random moment of the demo to the next."""
    draw = random.Random(seed)  # noqa: S311 - moments, no secrets
    moments = sorted(draw.uniform(0, seconds) for _ in range(kills))
    for former, moment in pairwise((0.0, *moments)):
        yield moment - former + draw.uniform(0, START)


def test_kills_of_make_demo_at_random_moments(
    undisturbed: tuple[Home, float],
    tmp_path: Path,
    tally: Tally,
    pytestconfig: pytest.Config,
    size: Size,
) -> None:
    """At each kill all that stands is the undisturbed play's beginning; in the end it is its whole.

    A demo that has come to its end before all kills are used is followed by another one.
    """
    alone, seconds = undisturbed
    seed = pytestconfig.getoption("--seed") or random.randrange(1, 10**6)  # noqa: S311
    whole, expected = alone.records(), alone.state_hash()
    tally.say(f"undisturbed: {len(whole)} records in {seconds:.0f} s, {expected[:12]}; seed {seed}")
    tally.say(f"{'after':>7}  {'records':>11}  {'beginning':9}  last record")
    home = fresh(alone, tmp_path / "0")
    kills = size(pytestconfig.getoption("--kills"), SHORT_KILLS)
    for number, wait in enumerate(waits(kills, seconds, seed), 1):
        before = len(home.records())
        if not home.killed_after(wait):
            ends_as_undisturbed(home, expected, tally)
            home = fresh(alone, tmp_path / str(number))
            continue
        now = home.records()
        good = home.platform().ledger.verify().sound and is_beginning(now, whole)
        last = now[-1].key.split("/", 2)[-1] if now else "nothing yet"
        tally.trial(f"kill {number}", good=good)
        tally.say(f"{wait:6.1f}s  {before:>4} ->{len(now):>5}  {good!s:9}  {last[:60]}")
    if home.records():
        home.finish()
        ends_as_undisturbed(home, expected, tally)
    tally.held(kills)


def fresh(alone: Home, folder: Path) -> Home:
    """An empty home, but for the tables that are slow to build and hold no state."""
    folder.mkdir()
    shutil.copytree(alone.path / "cache", folder / "cache")
    return Home(folder, PROJECT, alone.command, alone.settings)


def ends_as_undisturbed(home: Home, expected: str, tally: Tally) -> None:
    """After its end: the same state, nothing left over, and nothing more to do."""
    records, found, wrong = len(home.records()), home.state_hash(), faults(home)
    home.finish(CAF, "run", "--project", PROJECT)
    more = len(home.records()) - records
    tally.say(f"in the end: {records} records, {found[:12]}, equal: {found == expected}")
    tally.say("left over: " + ", ".join(f"{what} {count}" for what, count in wrong.items()))
    tally.say(f"run once more: {more} records more")
    tally.trial("state hash", good=found == expected)
    tally.trial("left over", good=not any(wrong.values()))
    tally.trial("no-op", good=more == 0)
