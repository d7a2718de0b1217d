"""What a gate compared and what the model rests on, drawn: each number with its interval."""

from collections.abc import Iterator, Mapping
from typing import Any

from caf_pipelines.report.columns import NARROW, WIDE
from caf_pipelines.report.drawing import Canvas, shortened, spanning
from caf_pipelines.report.parts import Cell, Figure, number, table
from caf_platform.measures.interval import Interval

ROW = 22.0
_WHOLE = ("champion", "baseline", "dummy")

Line = tuple[str, Interval, int]
"""A comparison: what it is called, its interval, and on how many rows."""


def the_comparison(version: str, evidence: Mapping[str, Any]) -> Figure | None:
    """The improvements in a gate's evidence; None when it holds none."""
    lines = list(_lines(evidence))
    if not lines:
        return None
    against = evidence.get("champion") or "the dummy"
    return Figure(
        name=f"gate-{version}",
        title=f"How much better {version} was on rows that neither model had seen",
        says=(
            f"Loss of the other model minus that of {version}: right of the line {version} is "
            f"better. Groups are compared with {against}."
        ),
        wide=_drawn(lines, WIDE),
        narrow=_drawn(lines, NARROW),
        table=table(
            "The same in numbers",
            ("compared", "rows", "improvement", "from", "to"),
            [
                (Cell(name), number(rows), *(number(n) for n in (one.point, one.low, one.high)))
                for name, one, rows in lines
            ],
        ),
    )


def the_importance(version: str, evidence: Mapping[str, Any]) -> Figure | None:
    """What a version loses when a column is shuffled; None where that was not measured."""
    found = {
        name: Interval.model_validate(one)
        for name, one in (evidence.get("importance") or {}).items()
    }
    if not found:
        return None
    names = sorted(found, key=lambda name: (-(found[name].point or 0), name))
    lines = [(name, found[name], found[name].rows) for name in names]
    return Figure(
        name=f"rests-{version}",
        title=f"What {version} rests on",
        says=(
            "What a row of the gate loses when one column is shuffled: right of the line "
            f"{version} needs the column. Two columns that tell the same look less needed than "
            "they are together, and no cause is told."
        ),
        wide=_drawn(lines, WIDE),
        narrow=_drawn(lines, NARROW),
        table=table(
            "The same in numbers",
            ("column", "rows", "loses", "from", "to"),
            [
                (Cell(name), number(rows), *(number(n) for n in (one.point, one.low, one.high)))
                for name, one, rows in lines
            ],
        ),
    )


def _lines(evidence: Mapping[str, Any]) -> Iterator[Line]:
    for other in _WHOLE:
        found = evidence.get(f"improvement_on_{other}")
        if found:
            name = f"against the {other}"
            yield name, Interval.model_validate(found), int(found.get("rows") or 0)
    for segment in evidence.get("segments") or ():
        interval = Interval.model_validate(segment["improvement"])
        yield str(segment["name"]), interval, int(segment["rows"])


def _drawn(lines: list[Line], width: float) -> Canvas:
    narrow = width < WIDE
    canvas = Canvas(width, ROW * len(lines) + 26)
    left, right = (116.0, width - 12) if narrow else (210.0, width - 150)
    numbers = [n for _, one, _ in lines for n in (one.point, one.low, one.high)]
    scale = spanning(numbers, left, right, 0.0)
    bottom = ROW * len(lines) + 4
    for tick in scale.ticks(3 if narrow else 6):
        x = scale(tick)
        canvas.line("axis" if tick == 0 else "grid", x, 0, x, bottom)
        canvas.text("tick middle", x, bottom + 15, f"{tick:+.2f}".replace("-", "\u2212"))
    for at, (name, one, _) in enumerate(lines):
        y = ROW * at + ROW / 2 + 2
        canvas.text("lane end", left - 9, y + 4, shortened(name, left - 12, 12))
        if one.point is None:
            canvas.text("tick", left + 6, y + 4, "not measured")
            continue
        css = "served" if at < len(_WHOLE) and name.startswith("against") else "segment"
        if one.low is not None and one.high is not None:
            canvas.line(f"whisker {css}", scale(one.low), y, scale(one.high), y)
        canvas.mark("circle" if css == "served" else "square", css, scale(one.point), y, 4)
        if not narrow:
            canvas.text("value", right + 10, y + 4, _text(one))
    return canvas


def _text(one: Interval) -> str:
    return one.text.replace("-", "\u2212")
