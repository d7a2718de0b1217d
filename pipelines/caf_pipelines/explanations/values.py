"""What an explanation of one answer is made of: frozen values, the same at every replay."""

from dataclasses import asdict, dataclass
from typing import Any

from caf_pipelines.lineage.origins import Lineage

Cell = float | str | None
"""A feature's value: a number, a category, or null."""


@dataclass(frozen=True)
class Input:
    """One column on its way: as it came, as it was validated, and what the model is given of it."""

    column: str
    meaning: str
    raw: str | None
    value: Cell
    seen: str


@dataclass(frozen=True)
class Action:
    """What the answer leads to. `threshold` is the score above which acting pays, if any."""

    decision: str
    threshold: float | None


@dataclass(frozen=True)
class Replay:
    """The stored row asked again of the verified model: `same` within `tolerance`."""

    same: bool
    scores: dict[str, float]
    largest_difference: float | None
    tolerance: float
    row_as_scored: bool | None
    failure: str


@dataclass(frozen=True)
class Driver:
    """What one column adds to the score, in the score's unit, and how sure the sampling is."""

    column: str
    value: Cell
    worth: float
    error: float


@dataclass(frozen=True)
class Drivers:
    """`base` and all of `columns` add up to `score`; the column that moves it most comes first."""

    method: str
    of: str
    seed: str
    background: str
    background_rows: int
    base: float
    score: float
    columns: tuple[Driver, ...]


@dataclass(frozen=True)
class Dependence:
    """How the score of this case goes with one column, all others held: pairs (value, score)."""

    column: str
    points: tuple[tuple[Cell, float], ...]


@dataclass(frozen=True)
class Counterfactual:
    """The smallest change of one column, to a value that was observed, that changes the decision.

    `distance` is Gower's: the share of the column's observed range, or 1 for another category.
    """

    column: str
    before: Cell
    after: Cell
    score: float
    decision: str
    distance: float


@dataclass(frozen=True)
class WhatIf:
    """The same row with other cells, asked of the same model."""

    changes: dict[str, tuple[Cell, Cell]]
    scores: dict[str, float]
    action: Action


@dataclass(frozen=True)
class Explanation:
    """One recorded answer, explained. `says` is what must be known to read it rightly."""

    lineage: Lineage
    inputs: tuple[Input, ...]
    action: Action
    replay: Replay
    drivers: Drivers | None
    dependence: tuple[Dependence, ...]
    counterfactual: Counterfactual | None
    what_if: WhatIf | None
    says: tuple[str, ...]

    @property
    def good(self) -> bool:
        """Whether the replay gave the recorded answer and every byte is what was recorded."""
        return self.replay.same and self.lineage.verified

    def as_dict(self) -> dict[str, Any]:
        """Plain values. Of the lineage what concerns this answer; `caf lineage` has all of it."""
        found = asdict(self)
        way = found.pop("lineage")
        return {
            "good": self.good,
            "project": way["project"],
            "play": way["play"],
            "prediction": way["prediction"],
            "model": way["model"],
            "lineage": {"verified": self.lineage.verified, "wrong": way["wrong"]},
            **found,
        }
