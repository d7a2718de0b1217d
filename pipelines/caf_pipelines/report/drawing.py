"""Shapes on a canvas, and the scale that puts numbers on it; the template writes them as SVG.

Colours are classes, so that one picture serves light and dark; whatever a colour says is also
said by a shape, a dash or a word. All lengths are in the units of the picture's own width.
"""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

Attribute = str | float
LETTER = 0.56
"""The width of a letter as a share of the font's size; a system font's mean is a little less."""


@dataclass(frozen=True)
class Shape:
    """One SVG element; `inside` are the shapes of a group or link, `text` is escaped."""

    tag: str
    attributes: dict[str, str]
    text: str = ""
    inside: tuple["Shape", ...] = ()


@dataclass
class Canvas:
    """A picture in the making. The height may be set when everything is drawn."""

    width: float
    height: float = 0.0
    shapes: list[Shape] = field(default_factory=list)

    def add(self, tag: str, css: str, text: str = "", **attributes: Attribute) -> None:
        """Any element; an underscore in an attribute's name stands for a hyphen."""
        found = {name.replace("_", "-"): _plain(value) for name, value in attributes.items()}
        self.shapes.append(Shape(tag, {"class": css, **found}, text))

    def line(self, css: str, x1: float, y1: float, x2: float, y2: float) -> None:
        """A straight line."""
        self.add("line", css, x1=x1, y1=y1, x2=x2, y2=y2)

    def rect(
        self, css: str, x: float, y: float, width: float, height: float, rx: float = 0
    ) -> None:
        """A rectangle; one without extent is left out."""
        if width > 0 and height > 0:
            self.add("rect", css, x=x, y=y, width=width, height=height, rx=rx)

    def text(self, css: str, x: float, y: float, text: str) -> None:
        """One line of text; the class says where it is anchored."""
        self.add("text", css, text, x=x, y=y)

    def path(
        self, css: str, points: Sequence[tuple[float, float]], *, closed: bool = False
    ) -> None:
        """A line through points; a single one draws nothing."""
        if len(points) > 1:
            steps = " ".join(f"{_plain(x)},{_plain(y)}" for x, y in points)
            self.add("path", css, d=f"M{steps}{'Z' if closed else ''}")

    def mark(self, shape: str, css: str, x: float, y: float, size: float = 4.5) -> None:
        """A sign about a point: see `MARKS`."""
        points = [(x + dx * size, y + dy * size) for dx, dy in MARKS.get(shape, ())]
        if points:
            self.path(f"mark {css}", points, closed=True)
        else:
            self.add("circle", f"mark {css}", cx=x, cy=y, r=size * 0.9)

    @contextmanager
    def linked(self, href: str, label: str) -> Iterator[None]:
        """What is drawn inside leads somewhere; the label is what a screen reader says."""
        before, self.shapes = self.shapes, []
        try:
            yield
        finally:
            inside, self.shapes = tuple(self.shapes), before
            tip = Shape("title", {}, label)
            attributes = {"href": href, "aria-label": label}
            self.shapes.append(Shape("a", attributes, inside=(tip, *inside)))


MARKS: dict[str, tuple[tuple[float, float], ...]] = {
    "up": ((0, -1.15), (1.1, 0.85), (-1.1, 0.85)),
    "down": ((0, 1.15), (1.1, -0.85), (-1.1, -0.85)),
    "back": ((-1.2, 0), (0.85, -1.15), (0.85, 1.15)),
    "diamond": ((0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)),
    "square": ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
    "cross": (
        (-1.1, -0.6), (-0.6, -1.1), (0, -0.5), (0.6, -1.1), (1.1, -0.6), (0.5, 0),
        (1.1, 0.6), (0.6, 1.1), (0, 0.5), (-0.6, 1.1), (-1.1, 0.6), (-0.5, 0),
    ),
}  # fmt: skip
"""Outlines in units of half a sign's size; any other name is a circle."""


@dataclass(frozen=True)
class Scale:
    """Numbers from `low` to `high` onto lengths from `start` to `end`; larger numbers go up."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Where a number lies; one outside lies on the border."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self, wanted: int = 4) -> list[float]:
        """Round numbers within the scale: 1, 2 or 5 times a power of ten apart."""
        rough = (self.high - self.low) / wanted
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(s * power for s in (1, 2, 5, 10) if s * power >= rough * 0.999)
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        return [round(at * step, 12) for at in range(first, last + 1)]


def spanning(values: Sequence[float | None], start: float, end: float, *also: float) -> Scale:
    """A scale on which all measured values have room, and the numbers in `also`."""
    known = [float(v) for v in (*values, *also) if v is not None]
    low, high = min(known, default=0.0), max(known, default=1.0)
    room = (high - low) * 0.06 or abs(high) * 0.1 or 1.0
    low_edge = low if low == 0 else low - room
    return Scale(low_edge, high + room, start, end)


def shortened(text: str, width: float, size: float) -> str:
    """As much of a text as fits into a width at a font size."""
    room = max(int(width / (size * LETTER)), 1)
    return text if len(text) <= room else f"{text[: max(room - 1, 0)]}…"


def _plain(value: Attribute) -> str:
    if isinstance(value, str):
        return value
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
