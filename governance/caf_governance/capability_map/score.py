"""The ML Test Score: 28 tests in four sections, scored from test results alone. Pure.

Source: Breck, Cai, Nielsen, Salib, Sculley: *The ML Test Score: A Rubric for ML Production
Readiness and Technical Debt Reduction*, IEEE Big Data 2017. There a test that runs by itself
and repeatedly is worth a point, one that is done by hand and written down half of one.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

from pydantic import Field, model_validator

from caf_governance.capability_map.claims import Strict, read_strictly
from caf_governance.capability_map.judging import NOT_RUN, PASSED
from caf_platform.capabilities import Capability
from caf_platform.errors import Mistake, Mistakes

EACH: Final = 7
"""Tests in a section."""


class Section(StrEnum):
    """The rubric's four sections."""

    DATA = "data"
    MODEL = "model"
    INFRA = "infra"
    MONITORING = "monitoring"


class RubricTest(Strict):
    """One of the 28: what it asks, and the tests or the page that show it."""

    id: str = Field(pattern=r"^(data|model|infra|monitoring)-[1-7]$")
    asks: str
    capabilities: tuple[Capability, ...] = Field(alias="for")
    tests: tuple[str, ...] = ()
    by_hand: str = ""
    missing: str = ""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if sum(map(bool, (self.tests, self.by_hand, self.missing))) != 1:
            raise ValueError("a test has `tests`, or `by_hand`, or `missing`, and one of them only")
        return self

    @property
    def section(self) -> Section:
        """The section that its name begins with."""
        return Section(self.id.partition("-")[0])


class _Rubric(Strict):
    tests: tuple[RubricTest, ...]


@dataclass(frozen=True)
class Scored:
    """One test with its points: 1, 0.5 or 0; and why not more."""

    test: RubricTest
    points: float
    why: str
    wrong: bool = False


@dataclass(frozen=True)
class Score:
    """All 28 with their points; the whole is the least section's, of seven."""

    tests: tuple[Scored, ...]

    @property
    def sections(self) -> dict[Section, float]:
        """Points by section."""
        return {
            section: sum(one.points for one in self.tests if one.test.section is section)
            for section in Section
        }

    @property
    def whole(self) -> float:
        """The least of the four."""
        return min(self.sections.values())


def rubric(text: str, file: str) -> tuple[RubricTest, ...]:
    """All 28 of a file, or `Mistakes` with what is wrong."""
    tests: tuple[RubricTest, ...] = read_strictly(_Rubric, text, file).tests
    wanted = [f"{section}-{number}" for section in Section for number in range(1, EACH + 1)]
    named = [test.id for test in tests]
    if named != wanted:
        odd = next((one for one in wanted if named.count(one) != 1), "their order")
        raise Mistakes("The ML Test Score", [Mistake(file, odd, "not once", "each once, in order")])
    return tests


def score(
    tests: Collection[RubricTest],
    ended: Mapping[str, str],
    written: Collection[str],
    pages: Collection[str],
) -> Score:
    """Points from what is written and how it ended over this tree."""
    return Score(tuple(_scored(test, ended, written, pages) for test in tests))


def _scored(
    test: RubricTest, ended: Mapping[str, str], written: Collection[str], pages: Collection[str]
) -> Scored:
    if test.missing:
        return Scored(test, 0, test.missing)
    if test.by_hand:
        there = test.by_hand in pages
        why = f"by hand: {test.by_hand}" if there else f"there is no {test.by_hand}"
        return Scored(test, 0.5 if there else 0, why, wrong=not there)
    lost = [one for one in test.tests if one not in written]
    if lost:
        return Scored(test, 0, f"there is no test {lost[0]}", wrong=True)
    rest = [(one, ended.get(one, NOT_RUN)) for one in test.tests]
    short = next(((one, how) for one, how in rest if how != PASSED), None)
    if short is None:
        return Scored(test, 1, f"{len(rest)} of {len(rest)} tests passed over this tree")
    name, how = short
    return Scored(test, 0, f"{name} {how or 'did not run over this tree'}", wrong=how != NOT_RUN)
