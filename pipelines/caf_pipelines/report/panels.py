"""Panels over the windows: lines with intervals, bars against a limit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from caf_pipelines.report.columns import Columns
from caf_pipelines.report.drawing import Canvas, Scale, spanning

TITLE, LIMITS, GAP = 22.0, 15.0, 26.0
"""Room above a panel for its title, for its limits' names where they stand below that, and between
panels."""
TALL = 180.0
"""From here on there is room for more ticks."""


@dataclass(frozen=True)
class Point:
    """A measured number with its interval; `hollow` when chance may be all there is.

    `same` when it is the first series' own point: a line leads there, and nothing else is drawn.
    """

    value: float
    low: float | None = None
    high: float | None = None
    hollow: bool = False
    same: bool = False


@dataclass(frozen=True)
class Series:
    """One line: its class, the sign of its points, its points by window, and what it is called."""

    css: str
    mark: str
    points: tuple[Point | None, ...]
    joined: bool = True


@dataclass(frozen=True)
class Limit:
    """A threshold, drawn through the windows in which it was in force."""

    values: tuple[float | None, ...]
    text: str


@dataclass(frozen=True)
class Panel:
    """What a panel shows; `written` turns a number of its axis into text.

    `boxes` stand behind the lines: what was expected, as a dashed outline from low to high.
    """

    title: str
    series: tuple[Series, ...]
    limits: tuple[Limit, ...]
    written: Callable[[float], str]
    height: float = 190.0
    boxes: tuple[Point | None, ...] = ()


def draw_lines(canvas: Canvas, columns: Columns, panel: Panel, top: float) -> float:
    """A panel of lines with whiskers; returns where it ends."""
    top = _titled(canvas, columns, panel, top)
    bottom = top + panel.height * (0.8 if columns.narrow else 1.0)
    points = [p for s in panel.series for p in s.points if p] + [p for p in panel.boxes if p]
    numbers = [n for p in points for n in (p.value, p.low, p.high)]
    limits = [v for limit in panel.limits for v in limit.values if v is not None]
    scale = spanning(numbers, bottom, top, 0.0, *limits)
    _grid(canvas, columns, scale, panel.written, (top, bottom))
    for at, box in enumerate(panel.boxes):
        if box is not None:
            _box(canvas, columns, scale, box, at)
    _limits(canvas, columns, scale, panel.limits, top)
    for at, series in enumerate(panel.series):
        _line(canvas, columns, scale, series, _beside(at, columns))
    return bottom


def draw_bars(
    canvas: Canvas, columns: Columns, panel: Panel, top: float, *, over: Sequence[bool]
) -> float:
    """A panel of bars, those over their limit in another dress; returns where it ends."""
    top = _titled(canvas, columns, panel, top)
    bottom = top + panel.height * 0.62
    points = panel.series[0].points
    limits = [v for limit in panel.limits for v in limit.values if v is not None]
    highest = max((p.value for p in points if p), default=0.0) * 1.12
    scale = spanning([highest], bottom, top, 0.0, *limits)
    _grid(canvas, columns, scale, panel.written, (top, bottom))
    shown = [
        (at, point, too_much)
        for at, (point, too_much) in enumerate(zip(points, over, strict=True))
        if point
    ]
    for at, point, too_much in shown:
        width, y = min(columns.step * 0.56, 34), scale(point.value)
        css = "bar over" if too_much else "bar"
        canvas.rect(css, columns.middle(at) - width / 2, y, width, bottom - y, rx=1.5)
    _limits(canvas, columns, scale, panel.limits, top)
    if not columns.narrow and columns.step > 30:  # noqa: PLR2004 - room for four letters
        for at, point, too_much in shown:
            text = f"{panel.written(point.value)}{' ✕' if too_much else ''}"
            canvas.text("value middle", columns.middle(at), scale(point.value) - 5, text)
    return bottom


def _titled(canvas: Canvas, columns: Columns, panel: Panel, top: float) -> float:
    """The title, and where the panel begins below it."""
    left = 0 if columns.narrow else columns.left
    canvas.text("panel-title", left, top + TITLE - 9, panel.title)
    return top + TITLE + (LIMITS if columns.narrow and panel.limits else 0)


def _grid(
    canvas: Canvas,
    columns: Columns,
    scale: Scale,
    written: Callable[[float], str],
    span: tuple[float, float],
) -> None:
    columns.guides(canvas, *span)
    for tick in scale.ticks(6 if abs(span[1] - span[0]) > TALL else 4):
        y = scale(tick)
        canvas.line("axis" if tick == 0 else "grid", columns.left, y, columns.right, y)
        canvas.text("tick end", columns.left - 7, y + 3.8, written(tick))


def _limits(
    canvas: Canvas, columns: Columns, scale: Scale, limits: Sequence[Limit], top: float
) -> None:
    """A dashed line through each run of windows with the same limit, named where it ends.

    Where there is no room beside the columns they are named above them, off the numbers.
    """
    names = []
    for limit in limits:
        drawn = [(at, scale(value)) for at, value in enumerate(limit.values) if value is not None]
        for at, y in drawn:
            canvas.line("limit", columns.edge(at), y, columns.edge(at + 1), y)
        if drawn and columns.narrow:
            names.append(limit.text)
        elif drawn:
            last, y = drawn[-1]
            canvas.text("limit-label", columns.edge(last + 1) + 8, y + 4, limit.text)
    if names:
        canvas.text("limit-label end", columns.right, top - 9, ", ".join(names))


def _box(canvas: Canvas, columns: Columns, scale: Scale, box: Point, at: int) -> None:
    """A dashed outline around an interval, and a dashed line where the number itself is."""
    half, x, y = min(columns.step * 0.38, 24), columns.middle(at), scale(box.value)
    if box.low is not None and box.high is not None:
        top, bottom = scale(box.high), scale(box.low)
        canvas.rect("estimated", x - half, top, 2 * half, bottom - top, rx=2)
    canvas.line("estimated", x - half, y, x + half, y)


def _beside(at: int, columns: Columns) -> float:
    """How far a series stands beside the middle of its column, so that whiskers do not meet.

    The first stands in the middle, the second to its right, the third to its left.
    """
    apart = min(columns.step / 5, 12.0)
    return (0.0, apart, -apart)[at % 3]


def _line(canvas: Canvas, columns: Columns, scale: Scale, series: Series, beside: float) -> None:
    former: tuple[Point, tuple[float, float]] | None = None
    for at, point in enumerate(series.points):
        if point is None:
            former = None
            continue
        x, y = columns.middle(at) + (0 if point.same else beside), scale(point.value)
        if former and series.joined and not (point.same and former[0].same):
            canvas.path(f"line {series.css}", [former[1], (x, y)])
        former = (point, (x, y))
        wide = point.low is not None and point.high is not None and point.high > point.low
        if wide and not point.same:
            canvas.line(
                f"whisker {series.css}", x, scale(point.low or 0), x, scale(point.high or 0)
            )
    size = 3.2 if columns.narrow else 4.5
    for at, point in enumerate(series.points):
        if point is not None and not point.same:
            css = f"{series.css} hollow" if point.hollow else series.css
            x = columns.middle(at) + beside
            canvas.mark(series.mark, css, x, scale(point.value), size)
