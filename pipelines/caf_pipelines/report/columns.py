"""The columns of a picture over time: one per window, shared by all that is drawn above it."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime

from caf_pipelines.report.drawing import LETTER, Canvas

NARROW, WIDE = 380, 960
"""The widths of the two drawings, in units that are about a pixel each on phone and laptop."""


@dataclass(frozen=True)
class Columns:
    """Windows from left to right, between a gutter for labels and a margin for the last edge."""

    names: tuple[str, ...]
    width: float

    @property
    def narrow(self) -> bool:
        """Whether this is the drawing for a phone."""
        return self.width < WIDE

    @property
    def left(self) -> float:
        """Where the first column begins."""
        return 78.0 if self.narrow else 112.0

    @property
    def right(self) -> float:
        """Where the last column ends; the wide drawing names limits beside it."""
        return self.width - (10.0 if self.narrow else 76.0)

    @property
    def step(self) -> float:
        """The width of a column."""
        return (self.right - self.left) / max(len(self.names), 1)

    def middle(self, at: int) -> float:
        """The middle of a column: what was measured over a window."""
        return self.left + (at + 0.5) * self.step

    def edge(self, at: int) -> float:
        """The left edge of a column; `edge(n)` ends the last. Decisions are taken on edges."""
        return self.left + at * self.step

    def guides(self, canvas: Canvas, top: float, bottom: float) -> None:
        """A faint line at every edge, thinned where columns are many."""
        every = max(1, math.ceil(8 / self.step))
        for at in range(0, len(self.names) + 1, every):
            canvas.line("guide", self.edge(at), top, self.edge(at), bottom)

    def labels(self, canvas: Canvas, y: float) -> None:
        """The windows' names under their columns, as many as fit."""
        texts = [_label(name, at == 0, narrow=self.narrow) for at, name in enumerate(self.names)]
        longest = max(map(len, texts), default=1)
        every = max(1, math.ceil((longest + 1) * 11 * LETTER / self.step))
        for at in range(0, len(texts), every):
            canvas.text("tick middle", self.middle(at), y, texts[at])


def _label(name: str, opens: bool, *, narrow: bool) -> str:
    """A month by its short name, with the year where one begins; any other window as it is."""
    try:
        month = datetime.strptime(name, "%Y-%m").replace(tzinfo=UTC)
    except ValueError:
        return name
    if narrow:
        return f"{month:%b}"[0]
    return f"{month:%b %Y}" if opens or month.month == 1 else f"{month:%b}"
