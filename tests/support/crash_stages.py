"""The stages of a life that is disturbed: a home before each delivery is played, and as it ends."""

import random
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from crash_checks import Standing, standing
from crashed_plays import calls_of
from durable_calls import Call
from three_deliveries import DELIVERIES, ThreeDeliveries

T = TypeVar("T")


@dataclass(frozen=True)
class Stage:
    """One delivery: the home that it comes to, and what an undisturbed play makes of it."""

    number: int
    world: ThreeDeliveries
    alone: Standing
    calls: Sequence[Call]
    """Durable calls of the undisturbed play, with or without its statements."""


def stages(folder: Path, *, statements: bool, mlflow: bool = False) -> list[Stage]:
    """Play all deliveries, undisturbed."""
    imported(folder / "imported", mlflow=mlflow)
    found = []
    now = replace(ThreeDeliveries.begun(folder / "first"), mlflow=mlflow)
    for number, days in enumerate(DELIVERIES):
        now.deliver(days)
        before = now.copy(folder / f"before-{number}")
        calls = calls_of(now, folder / "aside", statements=statements)
        found.append(Stage(number, before, standing(now), calls))
    return found


def imported(root: Path, *, mlflow: bool = False) -> None:
    """Import all that a play needs, so that forked processes need not: by playing it here."""
    world = replace(ThreeDeliveries.begun(root), mlflow=mlflow)
    world.deliver_all()
    code, _, said = world.seen("run", "--project", "micro")
    assert code == 0, said


def by_kind(counted: Counter[str]) -> Iterator[str]:
    """Counts as lines of a report, the most frequent first."""
    line = ""
    for kind, count in counted.most_common():
        part = f"{kind} {count}"
        if line and len(line) + len(part) > 90:
            yield line
            line = ""
        line += f"{', ' if line else '  '}{part}"
    yield line


def spread(all_of_them: Sequence[T], kind: Callable[[T], str], count: int, seed: int) -> list[T]:
    """So many of them, each kind at least once; all of them if they are no more than that."""
    draw = random.Random(seed)  # noqa: S311 - no secrets
    left = draw.sample(all_of_them, len(all_of_them))
    kinds: dict[str, list[T]] = defaultdict(list)
    for one in left:
        kinds[kind(one)].append(one)
    first = [found[0] for found in kinds.values()]
    rest = [one for found in kinds.values() for one in found[1:]]
    return (first + draw.sample(rest, len(rest)))[:count]


@dataclass
class Trials:
    """Homes of trials, each a copy that is gone again when nothing was found in it."""

    folder: Path
    number: int = 0

    def home(self, stage: Stage) -> ThreeDeliveries:
        """One more, as a stage begins."""
        return self.copy_of(stage.world)

    def copy_of(self, world: ThreeDeliveries) -> ThreeDeliveries:
        """One more, as another one is."""
        self.number += 1
        return world.copy(self.folder / str(self.number))

    def over(self, world: ThreeDeliveries, wrong: Sequence[str]) -> None:
        """Clean up, or leave it to be looked at."""
        if not wrong:
            shutil.rmtree(world.root)
