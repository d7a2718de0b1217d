"""What came in: every batch drawn, the rows and batches that were not used, and what is open."""

from collections.abc import Iterator, Sequence

from caf_pipelines.history import broken
from caf_pipelines.report.columns import NARROW, WIDE
from caf_pipelines.report.drawing import Canvas, shortened, spanning
from caf_pipelines.report.parts import (
    Cell,
    Figure,
    Table,
    code,
    counted,
    day,
    number,
    table,
    verdict,
)
from caf_platform.digest import short
from caf_platform.ledger.state import BatchState, ProjectState

Delivered = tuple[str, BatchState]


def the_batches(state: ProjectState) -> Figure | None:
    """Rows accepted per batch in order of arrival, with a mark where rows were not used."""
    batches = sorted(state.batches.items(), key=lambda pair: (pair[1].first.arrived_at, pair[0]))
    if not batches:
        return None
    aside = [one for one in batches if _aside(one[1]) or one[1].refused or one[1].withdrawn]
    return Figure(
        name="batches",
        title="Every batch that came in",
        says=(
            f"{counted(len(batches), 'batch', 'batches').capitalize()}, from {batches[0][0]} to "
            f"{batches[-1][0]}; in {counted(len(aside), 'of them', 'of them')} "
            "rows broke the contract or were withdrawn, which is marked."
        ),
        wide=_drawn(batches, WIDE),
        narrow=_drawn(batches, NARROW),
        table=table(
            "Every batch",
            ("batch", "arrived", "revision", "rows", "accepted", "set aside", "twice", "state"),
            map(_row, batches),
        ),
        legend=(
            ("held", "diamond", "rows set aside"),
            ("bad", "cross", "batch refused or withdrawn"),
        ),
    )


def _drawn(batches: Sequence[Delivered], width: float) -> Canvas:
    canvas, (left, right) = Canvas(width, 178), (46.0, width - 8)
    top, bottom = 30.0, 148.0
    rows = [float(b.validated.accepted) if b.validated else 0.0 for _, b in batches]
    scale = spanning(rows, bottom, top, 0.0)
    step = (right - left) / len(batches)
    for tick in scale.ticks(3):
        canvas.line("grid", left, scale(tick), right, scale(tick))
        canvas.text("tick end", left - 6, scale(tick) + 4, f"{tick:,.0f}")
    outline = [(left, bottom)]
    for at, value in enumerate(rows):
        outline += [(left + at * step, scale(value)), (left + (at + 1) * step, scale(value))]
    canvas.path("area", [*outline, (right, bottom)], closed=True)
    for at, (_, batch) in enumerate(batches):
        x = left + (at + 0.5) * step
        gone = batch.refused is not None or bool(batch.withdrawn and batch.validated is None)
        if gone or _aside(batch):
            sign, css = ("cross", "bad") if gone else ("diamond", "held")
            canvas.line("stem", x, top - 8, x, bottom)
            canvas.mark(sign, css, x, top - 14, 5)
    room = (right - left) / 2 - 10
    canvas.text("tick", left, bottom + 18, shortened(batches[0][0], room, 11))
    canvas.text("tick end", right, bottom + 18, shortened(batches[-1][0], room, 11))
    return canvas


def _aside(batch: BatchState) -> int:
    return batch.validated.quarantined if batch.validated else 0


def _row(delivered: Delivered) -> list[Cell]:
    name, batch = delivered
    done, word = batch.validated, "accepted"
    if batch.refused:
        word = "refused"
    elif done is None:
        word = "withdrawn" if batch.withdrawn else "awaited"
    elif done.quarantined:
        word = "quarantined"
    return [
        Cell(name),
        Cell(day(batch.received.arrived_at)),
        number(batch.received.revision),
        number(done.rows if done else None),
        number(done.accepted if done else None),
        number(done.quarantined if done else None),
        number(done.duplicates if done else None),
        verdict(word),
    ]


def quarantine_table(state: ProjectState) -> Table:
    """Batches with rows set aside, refused whole or withdrawn, and why."""
    columns = ("batch", "verdict", "rows", "set aside", "still", "why", "kept under")
    return table(
        "Rows and batches that broke the contract", columns, _set_aside(state), stacked=True
    )


def _set_aside(state: ProjectState) -> Iterator[list[Cell]]:
    for name, batch in state.batches.items():
        if batch.refused:
            refused = batch.refused
            rows = refused.decision.numbers.get("rows")
            yield [
                Cell(name), verdict("refused"), number(rows), Cell("all"), Cell("all"),
                Cell(broken(refused.decision)), code(batch.received.raw_key),
            ]  # fmt: skip
        for revision, withdrawn in batch.withdrawn.items():
            yield [
                Cell(f"{name}, revision {revision}"), verdict("withdrawn"), number(None),
                Cell("all"), Cell("all"), Cell(withdrawn.reason),
                code(short(withdrawn.validated_digest)),
            ]  # fmt: skip
        if batch.validated and batch.validated.quarantined:
            done, last = batch.validated, batch.replayed[-1] if batch.replayed else None
            why = ", ".join(f"{rule} \u00d7 {count}" for rule, count in done.reasons.items())
            yield [
                Cell(name), verdict("quarantined"), number(done.rows), number(done.quarantined),
                number(last.still_quarantined if last else done.quarantined), Cell(why),
                code((last.quarantine_key if last else done.quarantine_key) or "nothing left"),
            ]  # fmt: skip


def incidents_table(state: ProjectState) -> Table:
    """What needs, or needed, a person."""
    rows = []
    for name, opened in state.incidents.items():
        closed = state.closed.get(name)
        answer = f"{closed.cause}: {closed.action}" if closed else ""
        rows.append([
            code(name), verdict("closed" if closed else "open"), Cell(opened.severity),
            Cell(opened.title), Cell(opened.cause), Cell(answer),
        ])  # fmt: skip
    columns = ("incident", "state", "severity", "what", "cause", "answer")
    return table("What needs, or needed, a person", columns, rows, stacked=True)
