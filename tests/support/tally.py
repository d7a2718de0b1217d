"""Trials of an attack, counted: how many failed, and how many of all would at most."""

from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from scipy.stats import binomtest

Count = TypeVar("Count", int, float)


class Size(Protocol):
    """Chooses between two sizes: `size(1_000, 50)`."""

    def __call__(self, full: Count, short: Count) -> Count:
        """How large an attack is, in full or in its short form."""


@dataclass
class Tally:
    """Trials of one attack, and what failed in them."""

    attack: str
    lines: list[str]
    trials: int = 0
    failed: list[str] = field(default_factory=list)
    whole: bool = False
    """Whether the trials are all there is and no sample of it: then nothing is left to bound."""

    def say(self, line: str) -> None:
        """A line of the attack's report, shown at the end and now."""
        self.lines.append(line)
        print(line, flush=True)

    def trial(self, what: str, *, good: bool) -> None:
        """Count one."""
        self.trials += 1
        if not good:
            self.failed.append(what)

    @property
    def bound(self) -> float:
        """The share of all trials that would fail at most, with 95 % confidence.

        The exact one-sided bound of Clopper and Pearson (1934); for 0 in N it is about 3/N.
        """
        if self.whole:
            return len(self.failed) / self.trials
        found = binomtest(len(self.failed), self.trials, alternative="less")
        return float(found.proportion_ci(confidence_level=0.95, method="exact").high)

    def verdict(self) -> str:
        """Failures in trials, with their bound."""
        if self.whole:
            return f"{self.attack}: {len(self.failed)} failed in {self.trials:,}, which are all"
        return (
            f"{self.attack}: {len(self.failed)} failed in {self.trials:,}; "
            f"with 95 % confidence fewer than {self.bound:.2%} of all would"
        )
