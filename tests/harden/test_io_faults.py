"""The n-th call that changes a home fails, for every n: once, or that one and all after it.

As SQLite tests itself (https://www.sqlite.org/testing.html, "I/O error testing"), on the calls of
our own adapters: lake, keys, witness, alerts, locks and report. What SQLite does in C is the matter
of `test_database_faults.py`. A part runs with all tests.
"""

import errno
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from crash_checks import halfway, incidents, resumed, standing
from crash_stages import Stage, Trials, by_kind, spread, stages
from crashed_plays import Ended, acknowledged, met, play_failing
from durable_calls import Fail, FailAt
from tally import Size, Tally
from three_deliveries import ThreeDeliveries

from caf_platform.adapters.lake_local import LocalLake
from caf_platform.digest import digest
from caf_platform.errors import CafError
from caf_platform.settings import Orchestrator
from caf_platform.wiring import Platform

HARDEN = [pytest.mark.harden, pytest.mark.timeout(6 * 3600)]
EVER, SHORT, PARTS = 4, 15, 4
"""Faults in every test run, and of each part of the attack; in full all there are."""

ERRORS = {
    "ENOSPC": errno.ENOSPC,
    "EIO": errno.EIO,
    "EACCES": errno.EACCES,
    "short": 0,
}
OURS = ("lake", "keys", "witness", "alerts.jsonl", "playing", "ledger.db.lock", "reports")
"""What is written to by adapters of ours; the tracking store is a stand-in here."""

DONE, FAILED = 0, 2
ENDS = {DONE: "it went on", FAILED: "a typed error"}


@dataclass(frozen=True)
class Fault:
    """One call of a stage, and how it fails."""

    stage: Stage
    number: int
    error: str
    from_then_on: bool

    @property
    def kind(self) -> str:
        """`lake fsync`."""
        return self.stage.calls[self.number].kind

    @property
    def plan(self) -> Fail:
        """What brings it about."""
        return Fail(self.number, ERRORS[self.error], self.from_then_on)

    def __str__(self) -> str:
        often = "for good" if self.from_then_on else "once"
        return f"{self.error} {often} at {self.kind}, stage {self.stage.number}, {self.number}"


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> list[Stage]:
    """The stages of the micro project's life."""
    return stages(tmp_path_factory.mktemp("stages"), statements=False)


@pytest.fixture(scope="module")
def held_back(undisturbed: list[Stage], tmp_path_factory: pytest.TempPathFactory) -> list[Stage]:
    """The same stages as they end when the witness never answers: nothing is promoted.

    That is refused on purpose, an incident tells a person, and running again does not do it
    behind that person's back.
    """
    trials, found = Trials(tmp_path_factory.mktemp("held-back")), []
    for stage in undisturbed:
        world = trials.home(stage)
        ended = play_failing(world, trials.folder / "aside", FailAt("witness"))
        assert ended.code == DONE, ended.said
        found.append(replace(stage, alone=standing(world)))
    assert [stage.alone.champion for stage in found] == [None, None, "v1"]
    return found


def faults(undisturbed: list[Stage]) -> Iterator[Fault]:
    """All of them; only writes can be short."""
    for stage in undisturbed:
        for number, call in enumerate(stage.calls):
            if not call.path.startswith(OURS):
                continue
            for error in ERRORS:
                if error != "short" or call.verb == "write":
                    yield Fault(stage, number, error, from_then_on=False)
                    yield Fault(stage, number, error, from_then_on=True)


class Deaf(LocalLake):
    """A lake that does not hear of errors, as a careless one might not."""

    def write(self, key: str, data: bytes) -> str:
        """Say that it is written, whatever happens."""
        with suppress(CafError):
            super().write(key, data)
        return digest(data)


class Careless(ThreeDeliveries):
    """A home whose processes use that lake."""

    def platform(self, orchestrator: Orchestrator = Orchestrator.NONE) -> Platform:
        """With the lake in its place."""
        platform = super().platform(orchestrator)
        platform.lake = Deaf(self.home / "lake")
        return platform


def test_a_lost_object_is_found_out(undisturbed: list[Stage], tmp_path: Path) -> None:
    """What was acknowledged and never written is seen as a violation."""
    stage = undisturbed[1]
    world = Careless(stage.world.copy(tmp_path / "careless").root)
    number = next(
        number
        for number, one in enumerate(stage.calls)
        if one.verb == "link" and one.path.startswith("lake/validated/")
    )

    ended = play_failing(world, tmp_path / "aside", Fail(number, errno.EIO))

    told, home = acknowledged(ended), ThreeDeliveries(world.root)
    (found,) = resumed(home, stage.alone, told, tmp_path / "aside")
    assert "The lake has no object 'validated/" in found


def refused(world: ThreeDeliveries) -> bool:
    """Whether a promotion was refused, which only a silent witness is a reason for here."""
    return any(name.startswith("promotion-refused") for name in incidents(world))


def ill_ended(ended: Ended) -> list[str]:
    """A process must come to its end, or say in our own words why not."""
    wrong = [f"ended with {ended.code}"] if ended.code not in ENDS else []
    if "Traceback" in ended.said:
        wrong.append("a traceback")
    if ended.code == FAILED and not ended.said.strip():
        wrong.append("not a word of why")
    return [f"{what}: {ended.said[-700:]}" for what in wrong]


@pytest.mark.parametrize(
    "part",
    [None, *(pytest.param(number, marks=HARDEN) for number in range(PARTS))],
    ids=lambda part: "a few" if part is None else f"part {part + 1} of {PARTS}",
)
def test_every_durable_call_fails(
    undisturbed: list[Stage],
    tmp_path: Path,
    tally: Tally,
    size: Size,
    part: int | None,
    request: pytest.FixtureRequest,
) -> None:
    """It ends well or with a typed error, loses nothing, and run again ends as undisturbed."""
    everything = list(faults(undisturbed))
    mine = everything if part is None else everything[part::PARTS]
    trials, refusals, tally.of = Trials(tmp_path), 0, "faults"
    count = EVER if part is None else size(len(mine), SHORT)
    for fault in spread(mine, lambda one: f"{one.kind} {one.error}", count, seed=1):
        world = trials.home(fault.stage)
        ended = play_failing(world, tmp_path / "aside", fault.plan)
        stage = fault.stage
        if refused(world):
            stage = request.getfixturevalue("held_back")[stage.number]
            refusals += 1
        wrong = amiss(fault, ended) + wrongs(world, stage, ended, tmp_path / "aside")
        if refused(world) and not fault.from_then_on:
            wrong.append("a promotion was refused for one failure")
        tally.trial(f"{fault}: {wrong}", good=not wrong, ended=ENDS.get(ended.code, "otherwise"))
        trials.over(world, wrong)
    calls = {(one.stage.number, one.number): one.kind for one in everything}
    tally.say(f"{len(calls)} durable calls in three stages, by kind:")
    for line in by_kind(Counter(calls.values())):
        tally.say(line)
    tally.say(f"{tally.trials} of {len(everything)} faults")
    tally.say(f"{refusals} promotions refused, with an incident, for a witness that stayed silent")
    tally.held(count, *(ENDS.values() if part is not None and size(1, 0) else ()))


def amiss(fault: Fault, ended: Ended) -> list[str]:
    """What is wrong with the end; or with the attack, if no such call failed."""
    failed = met(ended)
    missed = [] if failed == fault.kind else [f"not {fault.kind} failed but '{failed}'"]
    return ill_ended(ended) + missed


def wrongs(world: ThreeDeliveries, stage: Stage, ended: Ended, aside: Path) -> list[str]:
    """What is wrong with what stands, and after the play was run again twice."""
    told = acknowledged(ended)
    wrong = ["there are faults of ours"] if (world.home / "faults").exists() else []
    return wrong + halfway(world, stage.alone, told) + resumed(world, stage.alone, told, aside)
