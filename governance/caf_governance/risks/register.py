"""The register as typed data: each risk with its rating, controls, tests and what remains."""

from collections import Counter
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from caf_platform.decision import Frozen

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Degree = Annotated[int, Field(ge=1, le=5)]


class Rating(Frozen):
    """How likely and how bad, from 1 (rare, small) to 5 (all but certain, ruinous), and why."""

    likelihood: Degree
    impact: Degree
    because: Words

    @property
    def score(self) -> int:
        """Likelihood times impact, 1 to 25."""
        return self.likelihood * self.impact


class Control(Frozen):
    """What stands against a risk, the files that hold it, and the tests that show it."""

    control: Words
    where: tuple[Words, ...] = Field(min_length=1)
    tests: tuple[Words, ...] = Field(min_length=1)


class Risk(Frozen):
    """One risk. `owner` is a role of the project's owners, or operations.

    `inherent` is the rating with no control at work, `residual` with all of them. A risk without
    controls is one that is borne: its two ratings are the same number.
    """

    name: Words
    risk: Words
    owner: Words
    inherent: Rating
    controls: tuple[Control, ...] = ()
    residual: Rating

    @property
    def tests(self) -> tuple[str, ...]:
        """Every test of its controls, once, in order."""
        return tuple(dict.fromkeys(test for one in self.controls for test in one.tests))

    @model_validator(mode="after")
    def _controls_help(self) -> Self:
        if self.controls and self.residual.score >= self.inherent.score:
            raise ValueError("a residual rating below the inherent one, or no control at all")
        if not self.controls and self.residual.score != self.inherent.score:
            raise ValueError("without a control the residual rating is the inherent one")
        return self


class Register(Frozen):
    """All risks, each under a name of its own."""

    risks: tuple[Risk, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_are_their_own(self) -> Self:
        twice = [name for name, n in Counter(one.name for one in self.risks).items() if n > 1]
        if twice:
            raise ValueError(f"each name once, not {', '.join(twice)} again")
        return self
