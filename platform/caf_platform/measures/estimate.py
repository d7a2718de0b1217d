"""Performance that was estimated before the labels came, and what came true of it, as values.

Light on purpose: events are made of these, so nothing here imports numpy. The arithmetic is in
`measures.estimation`.
"""

from collections.abc import Iterable, Mapping
from typing import Final, TypeVar

from pydantic import Field

from caf_platform.decision import Frozen, Number, measured

T = TypeVar("T")

VALUE: Final = "value"
"""What acting on the answers was worth; it is never estimated, only comes true."""
VALUE_ROWS: Final = 1_000
"""Per how many rows value is told."""
ORDER: Final = ("loss", "skill", "auc", "base_rate", VALUE)
"""In which numbers are told, whatever order a record was read in."""


class Ranged(Frozen):
    """A number with its interval; None where it could not be had."""

    value: Number = None
    low: Number = None
    high: Number = None

    @property
    def bounded(self) -> bool:
        """Whether number and interval are all there."""
        return all(measured(number) for number in (self.value, self.low, self.high))

    @property
    def text(self) -> str:
        """For people: `0.4510 [0.4020, 0.4990]`, without the interval where there is none."""
        if self.value is None:
            return "not known"
        bounds = f" [{self.low:.4f}, {self.high:.4f}]" if self.bounded else ""
        return f"{self.value:.4f}{bounds}"


def told(numbers: Mapping[str, T]) -> list[tuple[str, T]]:
    """Numbers by name, in the order in which they are told."""
    return sorted(numbers.items(), key=lambda pair: (*ORDER, pair[0]).index(pair[0]))


class Estimate(Frozen):
    """What a model's performance is expected to be on `rows` rows whose labels nobody asked.

    Always an estimate, never a measurement: `method` and `method_version` say how it was made,
    `numbers` use the names of `measures.metrics` (binary: loss, skill, auc, base_rate; other
    tasks: loss). `level` is the coverage asked of the intervals. `learnt_rows` in
    `learnt_clusters` labelled clusters told how far its scores can be trusted; 0 means that they
    were taken as they are, and then there are no intervals. `reason` says why a number is None.
    """

    method: str
    method_version: int
    champion: str = ""
    rows: int
    level: float
    numbers: dict[str, Ranged] = Field(default_factory=dict)
    learnt_rows: int = 0
    learnt_clusters: int = 0
    reason: str = ""

    @property
    def known(self) -> bool:
        """Whether there is a number at all."""
        return any(number.value is not None for number in self.numbers.values())

    @property
    def text(self) -> str:
        """One sentence that cannot be mistaken for a measurement."""
        how = f"estimated without labels (est., {self.method} {self.method_version})"
        if not self.known:
            return f"{how}: nothing, for {self.reason}"
        named = (f"{name.replace('_', ' ')} {one.text}" for name, one in told(self.numbers))
        return f"{how}: {', '.join(named)}"


class Outcome(Frozen):
    """One number as it was estimated, and as it came true."""

    estimated: Ranged
    realised: Ranged

    @property
    def error(self) -> Number:
        """Realised minus estimated; None where either is missing."""
        if self.realised.value is None or self.estimated.value is None:
            return None
        return self.realised.value - self.estimated.value

    @property
    def inside(self) -> bool | None:
        """Whether what came true lies within the estimate's interval; None without either."""
        found, low, high = self.realised.value, self.estimated.low, self.estimated.high
        if found is None or low is None or high is None:
            return None
        return low <= found <= high


class Compared(Frozen):
    """A window's estimate against what came true of it by some moment.

    The estimate is about all `rows` that were served, what came true about the `labelled_rows`
    among them: rows that never get a label are in the one and not in the other. `enough` says
    whether the policy's limits would let performance be judged on so many labels. `numbers` has
    each that was estimated, and `VALUE`: in the project's unit per 1,000 rows, over the best
    constant.
    """

    window: str
    champion: str = ""
    rows: int
    labelled_rows: int
    enough: bool
    numbers: dict[str, Outcome] = Field(default_factory=dict)


class Estimation(Frozen):
    """What a look at a window says without labels, and of earlier estimates now that some came.

    `batches` are those whose served rows the estimate is about. `compared` are this window and
    every earlier one that got labels since the last look. `label_files` had come by then.
    """

    estimate: Estimate | None = None
    batches: tuple[str, ...] = ()
    compared: tuple[Compared, ...] = ()
    label_files: int = 0


class Trust(Frozen):
    """How good one number's estimates were: over `windows` of them, `bounded` with an interval."""

    windows: int
    mean_absolute_error: float
    bounded: int
    inside: int


def newest(compared: Iterable[Compared]) -> dict[str, Compared]:
    """The last comparison of each window, in the order of the windows' first."""
    found: dict[str, Compared] = {}
    for one in compared:
        found[one.window] = one
    return found


def trust(compared: Mapping[str, Compared]) -> dict[str, Trust]:
    """How good the estimates were, by number, over the windows that had labels enough."""
    outcomes: dict[str, list[Outcome]] = {}
    for one in compared.values():
        for name, outcome in one.numbers.items():
            if one.enough and outcome.error is not None:
                outcomes.setdefault(name, []).append(outcome)
    return {name: _trust(found) for name, found in told(outcomes)}


def _trust(outcomes: list[Outcome]) -> Trust:
    errors = [abs(outcome.error) for outcome in outcomes if outcome.error is not None]
    judged = [outcome.inside for outcome in outcomes if outcome.inside is not None]
    return Trust(
        windows=len(errors),
        mean_absolute_error=sum(errors) / len(errors),
        bounded=len(judged),
        inside=sum(judged),
    )
