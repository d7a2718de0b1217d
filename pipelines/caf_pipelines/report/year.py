"""The year as a picture: what was decided, how well was served, how far the data moved."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from caf_pipelines.report.chapters import Chapter
from caf_pipelines.report.columns import NARROW, WIDE, Columns
from caf_pipelines.report.drawing import Canvas, shortened
from caf_pipelines.report.expected import estimated_skill, how_good
from caf_pipelines.report.looks import ESTIMATED, WAYS, Look, between, intervals, suppressed
from caf_pipelines.report.panels import GAP, Limit, Panel, Point, Series, draw_bars, draw_lines
from caf_pipelines.report.parts import Cell, Figure, Table, counted, number, shown, table
from caf_platform.ledger import events as e

LANE = 25.0


@dataclass(frozen=True)
class Lane:
    """One kind of event along the windows: its name, its sign, and which were there."""

    name: str
    mark: str
    css: str
    found: Callable[[Chapter], Sequence[str]]


def _refused(chapter: Chapter) -> list[str]:
    gates = [g.version for g in chapter.of(e.GateDecided) if not g.decision.verdict.good]
    return gates + [f"{r.version} at the door" for r in chapter.of(e.PromotionRefused)]


LANES = (
    Lane("promoted", "up", "good", lambda c: [one.version for one in c.of(e.Promoted)]),
    Lane("refused", "cross", "bad", _refused),
    Lane("rolled back", "back", "bad", lambda c: [one.replaces for one in c.of(e.RolledBack)]),
    Lane("held back", "diamond", "held", suppressed),
    Lane("incident", "square", "bad", lambda c: [one.title for one in c.of(e.IncidentOpened)]),
)


def the_year(seen: Sequence[Look]) -> Figure:
    """Lanes of decisions, the skill of the three ways, and the share of columns that moved."""
    return Figure(
        name="year",
        title="The whole play at a glance",
        says=_says(seen),
        wide=_drawn(seen, WIDE),
        narrow=_drawn(seen, NARROW),
        table=_table(seen),
        legend=(*WAYS, ESTIMATED) if any(map(estimated_skill, seen)) else WAYS,
    )


def _drawn(seen: Sequence[Look], width: float) -> Canvas:
    canvas, columns = Canvas(width), Columns(tuple(look.name for look in seen), width)
    bottom = _lanes(canvas, columns, seen)
    columns.labels(canvas, bottom + 16)
    title = "Skill" if columns.narrow else "Skill: 0 is as good as knowing the window's average"
    skill = Panel(
        title=title,
        series=tuple(Series(way, mark, _skills(seen, way)) for way, mark, _ in WAYS),
        limits=(_limit(seen, "skill", lambda v: f"limit {shown(v)}"),),
        written=lambda value: f"{value:.2f}".replace("-", "\u2212"),
        height=240,
        boxes=tuple(_expected(look) for look in seen),
    )
    bottom = draw_lines(canvas, columns, skill, bottom + GAP + 6)
    shares = [look.reading("data_drift", "share") for look in seen]
    limits = [look.limit("data_drift") for look in seen]
    drift = Panel(
        title="Drift: share of columns that moved",
        series=(Series("", "", tuple(None if s is None else Point(s) for s in shares)),),
        limits=(_limit(seen, "data_drift", lambda v: f"limit {v:.0%}"),),
        written=lambda value: f"{value:.0%}",
    )
    over = [s is not None and v is not None and s >= v for s, v in zip(shares, limits, strict=True)]
    bottom = draw_bars(canvas, columns, drift, bottom + GAP - 6, over=over)
    columns.labels(canvas, bottom + 16)
    canvas.height = bottom + 24
    return canvas


def _lanes(canvas: Canvas, columns: Columns, seen: Sequence[Look]) -> float:
    bottom = LANE * (len(LANES) + 1) + 4
    columns.guides(canvas, 0, bottom)
    _champions(canvas, columns, seen)
    for row, lane in enumerate(LANES, 1):
        y = row * LANE + LANE / 2 + 4
        canvas.text("lane end", columns.left - 9, y + 4, lane.name)
        canvas.line("grid", columns.left, y, columns.right, y)
        for at, look in enumerate(seen):
            names = lane.found(look.chapter)
            if names:
                _event(canvas, columns, lane, look, names, (columns.edge(at + 1), y))
    return bottom


def _event(
    canvas: Canvas,
    columns: Columns,
    lane: Lane,
    look: Look,
    names: Sequence[str],
    where: tuple[float, float],
) -> None:
    x, y = where
    with canvas.linked(f"#{look.anchor}", f"{look.name}: {lane.name}: {', '.join(names)}"):
        canvas.mark(lane.mark, lane.css, x, y, 4.4 if columns.narrow else 6.2)
        if len(names) > 1:
            canvas.text("count", x + (5 if columns.narrow else 9), y + 4, str(len(names)))


def _champions(canvas: Canvas, columns: Columns, seen: Sequence[Look]) -> None:
    """A band of who served, cut where the champion changed."""
    canvas.text("lane end", columns.left - 9, LANE / 2 + 5, "champion")
    start = 0
    for at in range(1, len(seen) + 1):
        if at < len(seen) and seen[at].champion == seen[start].champion:
            continue
        x, end = columns.edge(start), columns.edge(at)
        name = seen[start].champion
        if name:
            canvas.rect("reign", x + 1, 2, end - x - 2, LANE - 3, rx=3)
        text = shortened(name or "none yet", end - x, 12)
        canvas.text(
            "reign-label middle" if name else "tick middle", (x + end) / 2, LANE / 2 + 5, text
        )
        start = at


def _skills(seen: Sequence[Look], way: str) -> tuple[Point | None, ...]:
    return tuple(_skill(look, way) for look in seen)


def _skill(look: Look, way: str) -> Point | None:
    found = look.contender(way)
    if found is None or found.skill.point is None:
        return None
    return Point(found.skill.point, found.skill.low, found.skill.high, same=look.same(way))


def _expected(look: Look) -> Point | None:
    found = estimated_skill(look)
    if found is None or found.value is None:
        return None
    return Point(found.value, found.low, found.high)


def _limit(seen: Sequence[Look], monitor: str, text: Callable[[float], str]) -> Limit:
    values = tuple(look.limit(monitor) for look in seen)
    last = next((value for value in reversed(values) if value is not None), 0.0)
    return Limit(values, text(last))


def _says(seen: Sequence[Look]) -> str:
    served = [c.skill.point for look in seen if (c := look.contender("served"))]
    known = [value for value in served if value is not None]
    drifted = sum(
        (share := look.reading("data_drift", "share")) is not None
        and (limit := look.limit("data_drift")) is not None
        and share >= limit
        for look in seen
    )
    said = f"The platform looked {counted(len(seen), 'time')}"
    if known:
        said += (
            f", {len(known)} of them with a model in service. Its skill was between "
            f"{min(known):.1%} and {max(known):.1%}, where 0% is knowing no more than each "
            "window's average and 100% is knowing everything"
        ).replace("-", "\u2212")
    said = f"{said}. In {counted(drifted, 'window')} the data had moved beyond the limit."
    return " ".join(part for part in (said, how_good(seen), intervals(seen)) if part)


def _table(seen: Sequence[Look]) -> Table:
    columns = (
        "window", "champion", "what happened", "skill as served", "interval",
        "skill estimated without labels", "skill of the first champion", "skill of the newest",
        "drift share", "limit",
    )  # fmt: skip
    return table("The picture in numbers", columns, map(_row, seen))


def _est(look: Look) -> str:
    found = estimated_skill(look)
    return f"est. {found.text}" if found else ""


def _row(look: Look) -> list[Cell]:
    events = [f"{lane.name}: {', '.join(n)}" for lane in LANES if (n := lane.found(look.chapter))]
    served = look.contender("served")
    return [
        Cell(look.name, href=f"#{look.anchor}"),
        Cell(look.champion or "none"),
        Cell("; ".join(events) or "nothing"),
        number(served.skill.point if served else None),
        Cell(between(served), "number"),
        Cell(_est(look), "number"),
        *(
            number(c.skill.point if (c := look.contender(w)) else None)
            for w in ("frozen", "newest")
        ),
        number(look.reading("data_drift", "share")),
        number(look.limit("data_drift")),
    ]
