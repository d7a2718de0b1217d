"""What the play cost: seconds per stage as measured, and the declared cost units of training."""

from caf_pipelines.report.columns import NARROW, WIDE
from caf_pipelines.report.drawing import Canvas, Scale, shortened
from caf_pipelines.report.parts import Cell, Figure, counted, number, table
from caf_platform.ledger.state import ProjectState

ROW = 24.0


def the_costs(state: ProjectState) -> Figure | None:
    """Seconds of every stage, the longest first; None when nothing was measured."""
    spent = sorted(state.cost_seconds.items(), key=lambda pair: (-pair[1], pair[0]))
    total = sum(seconds for _, seconds in spent)
    if not total:
        return None
    units = sum(trained.cost_units for _, trained in state.trainings)
    return Figure(
        name="costs",
        title="Seconds per stage",
        says=(
            f"{total:,.1f} seconds in the stages, as measured on the machine that played; "
            f"{units:.2f} declared cost units for {counted(len(state.trainings), 'training')}."
        ),
        wide=_drawn(spent, WIDE),
        narrow=_drawn(spent, NARROW),
        table=table(
            "Seconds per stage",
            ("stage", "seconds", "share"),
            [
                (Cell(stage), number(round(seconds, 2)), Cell(f"{seconds / total:.1%}", "number"))
                for stage, seconds in spent
            ],
        ),
    )


def _drawn(spent: list[tuple[str, float]], width: float) -> Canvas:
    canvas = Canvas(width, ROW * len(spent) + 4)
    left, right = (86.0, width - 64) if width < WIDE else (112.0, width - 90)
    scale = Scale(0.0, max(seconds for _, seconds in spent), left, right)
    for at, (stage, seconds) in enumerate(spent):
        y = at * ROW + 2
        canvas.text("lane end", left - 9, y + 16, shortened(stage, left - 10, 12))
        canvas.rect("bar", left, y + 4, max(scale(seconds) - left, 1), ROW - 9, 2)
        canvas.text("value", scale(seconds) + 7, y + 16, f"{seconds:,.2f} s")
    return canvas
