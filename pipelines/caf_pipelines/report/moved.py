"""Which columns moved, window by window: the stability index of every column as dots that grow."""

from collections.abc import Sequence

from caf_pipelines.report.columns import NARROW, WIDE, Columns
from caf_pipelines.report.drawing import Canvas, shortened
from caf_pipelines.report.evidence import read_evidence
from caf_pipelines.report.looks import Look
from caf_pipelines.report.parts import Figure, code, number, table
from caf_platform.decision import Number
from caf_platform.ports.lake import Lake

ROW = 21.0
SHOWN = 24
"""How many columns are drawn; the table has them all."""

STEPS = ((0.1, 1.1, "still"), (0.2, 2.3, "stirred"), (1.0, 4.4, "moved"))
"""Below each index: the dot's radius and its class. 0.1 and 0.2 are credit scoring's rules of
thumb for *no* and *some* change; see the policy for the limit that counts."""
LARGEST = (6.8, "far")

Drift = dict[str, Number]


def the_moved(lake: Lake, seen: Sequence[Look]) -> Figure | None:
    """Columns by windows, the ones that moved most on top; None when nothing was measured."""
    measured = [(look, _drift(lake, look)) for look in seen]
    measured = [(look, drift) for look, drift in measured if drift]
    names = sorted({name for _, drift in measured for name in drift})
    if not names:
        return None

    def farthest(name: str) -> float:
        return max(drift.get(name) or 0.0 for _, drift in measured)

    names.sort(key=lambda name: (-farthest(name), name))
    stirred = [name for name in names if farthest(name) >= STEPS[0][0]]
    drawn = (stirred or names)[:SHOWN]
    return Figure(
        name="moved",
        title="Which columns moved",
        says=(
            "Each window's served rows against the rows that its champion was trained on, by the "
            f"population stability index. Drawn are {len(drawn)} of {len(names)} columns: those "
            "that moved most. The table has them all."
        ),
        wide=_drawn(measured, drawn, WIDE),
        narrow=_drawn(measured, drawn, NARROW),
        table=table(
            "Stability index of every column",
            ("column", *(look.name for look, _ in measured)),
            [(code(name), *(number(drift.get(name)) for _, drift in measured)) for name in names],
        ),
        legend=(
            ("still", "circle", "below 0.1"),
            ("stirred", "circle", "below 0.2"),
            ("moved", "circle", "below 1"),
            ("far", "circle", "1 or more"),
        ),
    )


def _drift(lake: Lake, look: Look) -> Drift:
    key = look.monitored.evidence_key if look.monitored else None
    found: Drift = read_evidence(lake, key).get("evidence", {}).get("drift", {})
    return found


def _drawn(measured: Sequence[tuple[Look, Drift]], names: list[str], width: float) -> Canvas:
    columns = Columns(tuple(look.name for look, _ in measured), width)
    canvas, bottom = Canvas(width), ROW * len(names) + 4
    columns.guides(canvas, 0, bottom)
    for row, name in enumerate(names):
        y = row * ROW + ROW / 2 + 2
        canvas.text("lane end", columns.left - 9, y + 4, shortened(name, columns.left - 10, 12))
        canvas.line("grid", columns.left, y, columns.right, y)
        for at, (_, drift) in enumerate(measured):
            score = drift.get(name)
            if score is not None:
                _dot(canvas, columns.middle(at), y, score, narrow=columns.narrow)
    columns.labels(canvas, bottom + 14)
    canvas.height = bottom + 20
    return canvas


def _dot(canvas: Canvas, x: float, y: float, score: float, *, narrow: bool) -> None:
    found = next(((radius, css) for below, radius, css in STEPS if score < below), LARGEST)
    radius, css = found
    canvas.add("circle", f"dot {css}", cx=x, cy=y, r=radius * (0.8 if narrow else 1.15))
