"""What the gates were worth: what was served against never replacing and always replacing."""

from collections.abc import Sequence

from caf_pipelines.report.columns import NARROW, WIDE, Columns
from caf_pipelines.report.drawing import Canvas
from caf_pipelines.report.looks import WAYS, Look, intervals
from caf_pipelines.report.panels import GAP, Limit, Panel, Point, Series, draw_lines
from caf_pipelines.report.parts import Cell, Figure, Table, counted, number, shown, table
from caf_platform.measures.interval import Interval

OTHERS = WAYS[1:]


def the_alternatives(seen: Sequence[Look]) -> Figure | None:
    """The other two ways' loss minus the served one's, and everyone's bias; None without models."""
    compared = [look for look in seen if look.compared]
    if not compared:
        return None
    return Figure(
        name="alternatives",
        title="Was asking the gates worth it?",
        says=" ".join([*(_says(compared, way) for way, _, _ in OTHERS), intervals(compared)]),
        wide=_drawn(compared, WIDE),
        narrow=_drawn(compared, NARROW),
        table=_table(compared),
        legend=WAYS,
    )


def _drawn(seen: Sequence[Look], width: float) -> Canvas:
    canvas, columns = Canvas(width), Columns(tuple(look.name for look in seen), width)
    excess = Panel(
        title="Loss minus what was served: above 0 is worse",
        series=tuple(
            Series(way, mark, tuple(_excess(look, way) for look in seen), joined=False)
            for way, mark, _ in OTHERS
        ),
        limits=(),
        written=_signed,
        height=210,
    )
    bottom = draw_lines(canvas, columns, excess, 0)
    columns.labels(canvas, bottom + 16)
    bias = Panel(
        title="Bias: mean prediction minus what came true",
        series=tuple(
            Series(way, mark, tuple(_bias(look, way) for look in seen)) for way, mark, _ in WAYS
        ),
        limits=_limits(seen),
        written=_signed,
    )
    bottom = draw_lines(canvas, columns, bias, bottom + GAP + 6)
    columns.labels(canvas, bottom + 16)
    canvas.height = bottom + 24
    return canvas


def _signed(value: float) -> str:
    return "0" if value == 0 else f"{value:+.2f}".replace("-", "\u2212")


def _excess(look: Look, way: str) -> Point | None:
    """Loss minus the served loss; nothing to draw where the very same model served."""
    found = look.contender(way)
    one = found.excess if found else None
    if one is None or one.point is None or look.same(way):
        return None
    return Point(one.point, one.low, one.high, hollow=not _clear(one))


def _bias(look: Look, way: str) -> Point | None:
    found = look.contender(way)
    return None if found is None or found.bias is None else Point(found.bias, same=look.same(way))


def _limits(seen: Sequence[Look]) -> tuple[Limit, ...]:
    values = [look.limit("calibration") for look in seen]
    known = [value for value in values if value is not None]
    if not known:
        return ()
    below = tuple(None if value is None else -value for value in values)
    text = shown(known[-1])
    return (Limit(tuple(values), f"limit {text}"), Limit(below, f"limit \u2212{text}"))


def _clear(one: Interval) -> int:
    """1 if the whole interval lies above zero, -1 if below, 0 if chance may be all there is."""
    if one.low is None or one.high is None:
        return 0
    return int(one.low > 0) - int(one.high < 0)


def _says(seen: Sequence[Look], way: str) -> str:
    found = [c.excess for look in seen if (c := look.contender(way)) and c.excess]
    worse, better = (sum(_clear(one) == side for one in found) for side in (1, -1))
    subject = {
        "frozen": "Keeping the first champion for ever",
        "newest": "Taking every new model without asking a gate",
    }[way]
    return (
        f"{subject} would have been clearly worse in {worse} of {counted(len(seen), 'window')} "
        f"and clearly better in {better or 'none'}."
    )


def _table(seen: Sequence[Look]) -> Table:
    columns = ("window", "labelled rows", "way", "version", "loss", "bias", "loss minus served")
    rows = [
        [
            Cell(look.name, href=f"#{look.anchor}"),
            number(look.compared.rows if look.compared else None),
            Cell(name),
            Cell(", ".join(found.versions)),
            number(found.loss),
            number(found.bias),
            Cell(found.excess.text if found.excess else "", "number"),
        ]
        for look in seen
        for way, _, name in WAYS
        if (found := look.contender(way))
    ]
    return table("Each window's three ways of serving it", columns, rows)
