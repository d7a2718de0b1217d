"""A number with its interval, as a value: light enough for whoever only reads one."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from caf_platform.decision import Frozen, Number, Share, measured


class Interval(Frozen):
    """A mean with its percentile bootstrap interval; None where it could not be measured.

    `level` is the coverage asked for (0.95), `share_above_zero` the share of draws whose mean
    is positive: the bootstrap's confidence that the effect is positive. The percentile
    interval is somewhat too narrow when there are few clusters (see `bootstrap.paired_interval`).
    """

    point: Number
    low: Number
    high: Number
    level: Annotated[float, Field(gt=0, lt=1)]
    draws: int
    clusters: int
    rows: int
    share_above_zero: Share

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError("an interval's low bound lies above its high bound")
        return self

    @property
    def complete(self) -> bool:
        """Whether point and both bounds were measured; anything less cannot be judged."""
        return all(measured(number) for number in (self.point, self.low, self.high))

    @property
    def text(self) -> str:
        """The interval for people: `+0.0085 [+0.0004, +0.0168]`."""
        shown = [
            f"{number:+.4f}" if number is not None else "not measured"
            for number in (self.point, self.low, self.high)
        ]
        return f"{shown[0]} [{shown[1]}, {shown[2]}]"
