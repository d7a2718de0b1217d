"""The bars of the benchmark: a limit for each number, and whether it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass

PASS, MISS, UNKNOWN, ONLY_WHOLE = "PASS", "MISS", "not measured", "whole year only"


@dataclass(frozen=True)
class Bar:
    """A number that may be at most `limit`; `of_the_year` says nothing about a sample of it."""

    name: str
    what: str
    limit: float
    unit: str
    of_the_year: bool = False

    def verdict(self, found: float | None, *, whole_year: bool) -> str:
        """PASS or MISS, or why neither can be said; what was not measured never passes."""
        if found is None or found != found:  # noqa: PLR0124 - NaN is the number that is not itself
            return UNKNOWN
        if self.of_the_year and not whole_year:
            return ONLY_WHOLE
        return PASS if found <= self.limit else MISS


BARS = (
    Bar("ratio_cpu", "`caf demo` over the bare script, CPU of all processes", 3, "x", True),
    Bar("ratio_clock", "`caf demo` over the bare script, on the clock", 3, "x", True),
    Bar("first_stage", "until the first stage is seen", 5, "s"),
    Bar("year", "the whole year", 90, "s", True),
    Bar("memory", "peak memory, all processes", 2, "GiB", True),
    Bar("busy_fit", "CPU of a fit beside busy cores, over alone", 1.5, "x"),
    Bar("help", "`caf --help`, CPU", 0.3, "s"),
    Bar("champion", "`caf champion`, CPU", 1, "s"),
    Bar("tests", "`make test`", 600, "s"),
    Bar("from_nothing", "clone, set up with empty package caches, `make demo`", 360, "s", True),
)


def judged(numbers: Mapping[str, float | None], *, whole_year: bool) -> dict[str, str]:
    """The verdict on every bar."""
    return {bar.name: bar.verdict(numbers.get(bar.name), whole_year=whole_year) for bar in BARS}
