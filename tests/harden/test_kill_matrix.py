"""SIGKILL of a play before every call that changes its home, within its writes, and at random.

A real process on a real SQLite ledger, lake, keys, witness and report; MLflow is a file here. What
happens between two such calls leaves nothing behind, so "before" the next one is "after" this one.
The calls are found by counting them in an undisturbed play. A part runs with all tests.
"""

import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from attacks import sizes
from crash_checks import halfway, resumed
from crash_stages import Stage, Trials, by_kind, spread, stages
from crashed_plays import Ended, acknowledged, play
from durable_calls import Kill
from tally import Size, Tally
from three_deliveries import ThreeDeliveries

from caf_platform.adapters.lake_local import LocalLake
from caf_platform.digest import digest
from caf_platform.settings import Orchestrator
from caf_platform.wiring import Platform

EVER, SHORT, FULL = 4, 80, 10_000
"""Kills at named points in every test run, and of the attack; in full all there are."""

WITHIN_MLFLOW_SHORT, WITHIN_MLFLOW_FULL = 6, 100
AT_RANDOM_EVER, AT_RANDOM_SHORT, AT_RANDOM_FULL = 1, 20, 300


MOST_BEGUN = 10
"""Plays that are begun for each kill at a random moment, at most."""

KILLED = -9
NOTHING, SOME, EVERYTHING = "before any record", "between two records", "after the last record"
"""How far a play that was killed had come."""


@dataclass(frozen=True)
class Point:
    """Where a stage is killed."""

    stage: Stage
    kill: Kill

    @property
    def path(self) -> str:
        """Which file it is about to change."""
        return self.stage.calls[self.kill.number].path

    @property
    def kind(self) -> str:
        """`before lake fsync`, `within witness write`."""
        when = "within" if self.kill.torn else "before"
        return f"{when} {self.stage.calls[self.kill.number].kind}"


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> list[Stage]:
    """The stages of the micro project's life."""
    return stages(tmp_path_factory.mktemp("stages"), statements=True)


@pytest.fixture(scope="module")
def on_mlflow(tmp_path_factory: pytest.TempPathFactory) -> list[Stage]:
    """The same with MLflow's own store as the mirror."""
    return stages(tmp_path_factory.mktemp("on-mlflow"), statements=True, mlflow=True)


def points(undisturbed: list[Stage]) -> Iterator[Point]:
    """All of them: before each call, and where half of a write is done."""
    for stage in undisturbed:
        for number, call in enumerate(stage.calls):
            yield Point(stage, Kill(number))
            if call.verb == "write":
                yield Point(stage, Kill(number, torn=True))


def violations(world: ThreeDeliveries, stage: Stage, ended: Ended, aside: Path) -> list[str]:
    """What is wrong after a kill, and after the play was run again twice."""
    told = acknowledged(ended)
    return halfway(world, stage.alone, told) + resumed(world, stage.alone, told, aside)


def reached(stage: Stage, ended: Ended) -> str:
    """How far a play had come when it was killed, by what its writer had been told."""
    told = acknowledged(ended)
    if not told:
        return NOTHING
    return EVERYTHING if told[-1][0] >= stage.alone.records[-1].seq else SOME


@pytest.mark.parametrize("kills", sizes(EVER, FULL, hours=3))
def test_kills_at_every_durable_step(
    undisturbed: list[Stage], tmp_path: Path, tally: Tally, size: Size, kills: int
) -> None:
    """Nothing acknowledged is lost, and run again it ends as an undisturbed play does."""
    everywhere = list(points(undisturbed))
    some = chosen(everywhere, size(kills, min(kills, SHORT)))
    kill_at(some, tmp_path, tally)
    least = {EVER: EVER, FULL: size(len(everywhere), SHORT)}[kills]
    tally.held(least, *((NOTHING, SOME, EVERYTHING) if kills == FULL else ()))


@pytest.mark.harden
@pytest.mark.timeout(3600)
def test_kills_within_mlflow(
    on_mlflow: list[Stage], tmp_path: Path, tally: Tally, size: Size
) -> None:
    """The same at what MLflow writes, to its tables and files: the alias follows the ledger."""
    within = [one for one in points(on_mlflow) if one.path.startswith("mlflow/")]
    count = size(WITHIN_MLFLOW_FULL, WITHIN_MLFLOW_SHORT)
    kill_at(chosen(within, count), tmp_path, tally)
    tally.held(count, SOME)


def chosen(some: list[Point], count: int) -> list[Point]:
    """So many of them, of every kind."""
    return spread(some, lambda one: one.kind, count, seed=1)


def kill_at(some: list[Point], tmp_path: Path, tally: Tally) -> None:
    """Kill once at each point, and run again."""
    trials, kinds, tally.of = Trials(tmp_path), Counter[str](), "kills"
    for point in some:
        world = trials.home(point.stage)
        ended = play(world, tmp_path / "aside", point.kill)
        wrong = violations(world, point.stage, ended, tmp_path / "aside")
        wrong += [f"not killed, it ended with {ended.code}"] if ended.code != KILLED else []
        what = f"{point.kind} {point.stage.number}/{point.kill}: {wrong}"
        tally.trial(what, good=not wrong, ended=reached(point.stage, ended))
        kinds[point.kind] += 1
        trials.over(world, wrong)
    tally.say(f"{len(some)} kills in three stages, by point:")
    for line in by_kind(kinds):
        tally.say(line)


@pytest.mark.parametrize("kills", sizes(AT_RANDOM_EVER, AT_RANDOM_FULL, hours=3))
def test_kills_at_random_moments(
    undisturbed: list[Stage], tmp_path: Path, tally: Tally, size: Size, kills: int
) -> None:
    """The same at moments drawn evenly over the time that each stage takes.

    A play that had come to its end before its moment is no trial, and another one is begun.
    """
    trials, draw, tally.of = Trials(tmp_path), random.Random(1), "kills"  # noqa: S311 - no secrets
    lasting = [_seconds(trials.home(stage), tmp_path / "aside") for stage in undisturbed]
    count, begun = size(kills, min(kills, AT_RANDOM_SHORT)), 0
    while tally.trials < count and begun < MOST_BEGUN * count:
        stage = undisturbed[begun % len(undisturbed)]
        world, moment, begun = trials.home(stage), draw.uniform(0, lasting[stage.number]), begun + 1
        ended = play(world, tmp_path / "aside", kill_after=moment)
        wrong = violations(world, stage, ended, tmp_path / "aside")
        what = f"{stage.number} after {moment:.3f} s: {wrong}"
        if ended.code == KILLED:
            tally.trial(what, good=not wrong, ended=reached(stage, ended))
        assert ended.code in (KILLED, 0), ended.said
        assert ended.code == KILLED or not wrong, what
        trials.over(world, wrong)
    tally.say(f"{begun} plays begun, {begun - tally.trials} of them had ended before their moment")
    tally.held(count, *((NOTHING, SOME) if kills == AT_RANDOM_FULL else ()))


def _seconds(world: ThreeDeliveries, aside: Path) -> float:
    begun = time.monotonic()
    assert play(world, aside).code == 0
    return time.monotonic() - begun


class InPlace(LocalLake):
    """A lake that writes objects where they belong at once, as a careless one would."""

    def write(self, key: str, data: bytes) -> str:
        """Write, unless something is there."""
        file = self._root / key
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            file.write_bytes(data)
        return digest(data)


class Careless(ThreeDeliveries):
    """A home whose processes use that lake."""

    def platform(self, orchestrator: Orchestrator = Orchestrator.NONE) -> Platform:
        """With the lake in its place."""
        platform = super().platform(orchestrator)
        platform.lake = InPlace(self.home / "lake")
        return platform


def test_a_careless_lake_is_found_out(undisturbed: list[Stage], tmp_path: Path) -> None:
    """Killed within a write that is not atomic: what is half there is seen as a violation."""
    stage = undisturbed[0]
    world = Careless(stage.world.copy(tmp_path / "careless").root)
    writes = [number for number, one in enumerate(stage.calls) if one.kind == "lake write"]
    ended = play(world, tmp_path / "aside", Kill(writes[0], torn=True))
    assert ended.code == KILLED

    assert violations(world, stage, ended, tmp_path / "aside")


def test_a_lost_record_is_found_out(undisturbed: list[Stage], tmp_path: Path) -> None:
    """An acknowledged record that is not there afterwards is a violation, whatever else holds."""
    stage = undisturbed[0]
    world = stage.world.copy(tmp_path / "lost")
    ended = play(world, tmp_path / "aside", Kill(len(stage.calls) // 2))
    told = acknowledged(ended)

    found = halfway(world, stage.alone, [*told, (told[-1][0] + 1, "0" * 64)])

    assert found == [f"record {told[-1][0] + 1} lost"]
