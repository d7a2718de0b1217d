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

HARDEN = [pytest.mark.harden, pytest.mark.timeout(3 * 3600)]
EVER, SHORT, FULL = 4, 80, 10_000
"""Kills at named points in every test run, and of the attack; in full all there are."""

WITHIN_MLFLOW_SHORT, WITHIN_MLFLOW_FULL = 6, 100
AT_RANDOM_EVER, AT_RANDOM_SHORT, AT_RANDOM_FULL = 1, 20, 300


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


@pytest.mark.parametrize("kills", [EVER, pytest.param(FULL, marks=HARDEN)])
def test_kills_at_every_durable_step(
    undisturbed: list[Stage], tmp_path: Path, tally: Tally, size: Size, kills: int
) -> None:
    """Nothing acknowledged is lost, and run again it ends as an undisturbed play does."""
    everywhere = list(points(undisturbed))
    kill_at(chosen(everywhere, size(kills, min(kills, SHORT))), tmp_path, tally)


@pytest.mark.harden
@pytest.mark.timeout(3600)
def test_kills_within_mlflow(
    on_mlflow: list[Stage], tmp_path: Path, tally: Tally, size: Size
) -> None:
    """The same at what MLflow writes, to its tables and files: the alias follows the ledger."""
    within = [one for one in points(on_mlflow) if one.path.startswith("mlflow/")]
    kill_at(chosen(within, size(WITHIN_MLFLOW_FULL, WITHIN_MLFLOW_SHORT)), tmp_path, tally)


def chosen(some: list[Point], count: int) -> list[Point]:
    """So many of them, of every kind."""
    return spread(some, lambda one: one.kind, count, seed=1)


def kill_at(some: list[Point], tmp_path: Path, tally: Tally) -> None:
    """Kill once at each point, and run again."""
    trials, kinds, missed = Trials(tmp_path), Counter[str](), 0
    for point in some:
        world = trials.home(point.stage)
        ended = play(world, tmp_path / "aside", point.kill)
        missed += ended.code != -9
        wrong = violations(world, point.stage, ended, tmp_path / "aside")
        tally.trial(f"{point.kind} {point.stage.number}/{point.kill}: {wrong}", good=not wrong)
        kinds[point.kind] += 1
        trials.over(world, wrong)
    tally.say(f"{len(some)} kills in three stages, {missed} of them missed; by point:")
    for line in (*by_kind(kinds), *tally.failed[:10]):
        tally.say(line)
    assert tally.failed == []
    assert missed == 0


@pytest.mark.parametrize("kills", [AT_RANDOM_EVER, pytest.param(AT_RANDOM_FULL, marks=HARDEN)])
def test_kills_at_random_moments(
    undisturbed: list[Stage], tmp_path: Path, tally: Tally, size: Size, kills: int
) -> None:
    """The same at moments drawn evenly over the time that each stage takes."""
    trials, early, draw = Trials(tmp_path), 0, random.Random(1)  # noqa: S311 - no secrets
    lasting = [_seconds(trials.home(stage), tmp_path / "aside") for stage in undisturbed]
    for number in range(size(kills, min(kills, AT_RANDOM_SHORT))):
        stage = undisturbed[number % len(undisturbed)]
        world, moment = trials.home(stage), draw.uniform(0, lasting[stage.number])
        ended = play(world, tmp_path / "aside", kill_after=moment)
        early += ended.code == -9
        wrong = violations(world, stage, ended, tmp_path / "aside")
        tally.trial(f"{stage.number} after {moment:.3f} s: {wrong}", good=not wrong)
        trials.over(world, wrong)
    tally.say(f"{early} of {tally.trials} were killed, the others had ended")
    for line in tally.failed[:10]:
        tally.say(line)
    assert tally.failed == []


def _seconds(world: ThreeDeliveries, aside: Path) -> float:
    begun = time.monotonic()
    play(world, aside)
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
    assert ended.code == -9

    assert violations(world, stage, ended, tmp_path / "aside")


def test_a_lost_record_is_found_out(undisturbed: list[Stage], tmp_path: Path) -> None:
    """An acknowledged record that is not there afterwards is a violation, whatever else holds."""
    stage = undisturbed[0]
    world = stage.world.copy(tmp_path / "lost")
    ended = play(world, tmp_path / "aside", Kill(len(stage.calls) // 2))
    told = acknowledged(ended)

    found = halfway(world, stage.alone, [*told, (told[-1][0] + 1, "0" * 64)])

    assert found == [f"record {told[-1][0] + 1} lost"]
