"""Trials of an attack, counted: how many failed, and how many of all would at most."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from scipy.stats import binomtest

Count = TypeVar("Count", int, float)


class Size(Protocol):
    """Chooses between two sizes: `size(1_000, 50)`."""

    def __call__(self, full: Count, short: Count) -> Count:
        """How large an attack is, in full or in its short form."""


class NoAttack(AssertionError):
    """Too little was tried, or not everything that can happen did: nothing is shown by that."""


@dataclass
class Tally:
    """Trials of one attack, and what failed in them."""

    attack: str
    lines: list[str]
    trials: int = 0
    failed: list[str] = field(default_factory=list)
    ended: Counter[str] = field(default_factory=Counter)
    """How the trials ended, where more than one end is right: `refused`, `loaded`."""
    stopped: str = ""
    """Why the attack itself did not hold, or did not come to its end."""
    of: str = "trials"
    """What a trial is: `kills`."""
    whole: bool = False
    """Whether the trials are all there is and no sample of it: then nothing is left to bound."""

    def say(self, line: str) -> None:
        """A line of the attack's report, shown at the end and now."""
        self.lines.append(line)
        print(line, flush=True)

    def trial(self, what: str, *, good: bool, ended: str = "") -> None:
        """Count one, and how it ended."""
        self.trials += 1
        if ended:
            self.ended[ended] += 1
        if not good:
            self.failed.append(what)

    def demand(self, at_least: int, *outcomes: str) -> None:
        """Raise `NoAttack` unless so many trials were made, and each of these ends was seen."""
        if self.trials < max(at_least, 1):
            raise NoAttack(f"{self.attack}: {self.trials:,} {self.of}, not {at_least:,}")
        unseen = [one for one in outcomes if not self.ended[one]]
        if unseen:
            raise NoAttack(f"{self.attack}: never {' nor '.join(unseen)}: {dict(self.ended)}")

    def held(self, at_least: int, *outcomes: str) -> None:
        """Tell how the trials ended; raise unless the attack was one and no trial failed."""
        if self.ended:
            told = (f"{one} {count:,}" for one, count in self.ended.most_common())
            self.say(f"ended: {', '.join(told)}")
        for what in self.failed[:10]:
            self.say(what)
        if self.failed:
            raise AssertionError(f"{self.verdict()}; the first: {self.failed[0]}")
        self.demand(at_least, *outcomes)

    @property
    def bound(self) -> float:
        """The share of all trials that would fail at most, with 95 % confidence.

        The exact one-sided bound of Clopper and Pearson (1934); for 0 in N it is about 3/N. Raises
        `NoAttack` where nothing was tried.
        """
        self.demand(1)
        if self.whole:
            return len(self.failed) / self.trials
        found = binomtest(len(self.failed), self.trials, alternative="less")
        return float(found.proportion_ci(confidence_level=0.95, method="exact").high)

    def verdict(self) -> str:
        """Failures in trials, with their bound."""
        said = f"{self.attack}: {len(self.failed)} failed in {self.trials:,} {self.of}"
        if self.whole:
            return f"{said}, which are all"
        return f"{said}; with 95 % confidence fewer than {self.bound:.2%} of all would"
