"""The lineage of the present champion, drawn: from raw bytes to the move that made it serve."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from caf_pipelines.lineage.origins import ApprovalOrigin, BatchOrigin, Lineage
from caf_pipelines.report.columns import NARROW, WIDE
from caf_pipelines.report.drawing import Canvas, shortened
from caf_pipelines.report.parts import (
    Cell,
    Figure,
    Table,
    code,
    day,
    digest,
    number,
    table,
    verdict,
)
from caf_platform.digest import digest as sha256
from caf_platform.digest import short

HEIGHT, GAP = 106.0, 24.0
SIDE_HEIGHT = 46.0
SMALL, LARGE = 11.5, 13.5


@dataclass(frozen=True)
class Node:
    """One thing on the way: what it is, its name, a line about it, and its digest."""

    kind: str
    name: str
    about: str
    digest: str


def the_origin(found: Lineage) -> Figure:
    """The champion's lineage as a graph, and every digest of it in a table."""
    chain, side = list(_chain(found)), list(_side(found))
    return Figure(
        name="lineage",
        title=f"Where {found.model.version} comes from",
        says=_says(found),
        wide=_wide(chain, side),
        narrow=_narrow(chain, side),
        table=_table(chain, side),
    )


def batches_table(found: Lineage) -> Table:
    """Every batch that the champion learnt from, with its digests."""
    rows = [
        (
            Cell(one.batch),
            number(one.revision),
            number(one.accepted),
            number(one.quarantined),
            digest(one.raw_digest),
            digest(one.validated_digest),
            verdict("verified" if one.verified else "not verified"),
        )
        for one in found.batches
    ]
    columns = ("batch", "revision", "accepted", "set aside", "raw", "validated", "bytes")
    return table(f"The batches {found.model.version} learnt from", columns, rows)


def _says(found: Lineage) -> str:
    if found.verified:
        return "Verified just now: every byte that is named here is what was recorded."
    wrong = ", ".join(found.wrong[:3])
    return f"NOT verified: {len(found.wrong)} things are missing or not what was recorded: {wrong}."


def _chain(found: Lineage) -> Iterator[Node]:
    model, batches = found.model, found.batches
    span = f"{batches[0].batch} to\n{batches[-1].batch}" if batches else ""
    raw = _together(batches, lambda one: one.raw_digest)
    yield Node("raw bytes", f"{len(batches)} batches", span, raw)
    rows = f"{sum(b.accepted for b in batches):,} rows"
    aside = f"{sum(b.quarantined for b in batches):,} set aside"
    validated = _together(batches, lambda one: one.validated_digest)
    yield Node("validated rows", rows, aside, validated)
    yield Node("model", model.version, model.family, model.digests.get("artifact", ""))
    if found.gate:
        against = f"against {found.gate.against}" if found.gate.against else "as first model"
        evaluation = model.digests.get("evaluation", "")
        yield Node("gate", found.gate.verdict.replace("_", " "), against, evaluation)
    for given in found.approvals[-1:]:
        yield Node(
            "approval",
            _approver(given),
            f"valid until\n{day(given.expires_at)}",
            given.key_id or "",
        )
    for move in found.moves[-1:]:
        verb = move.verb.replace("_", " ")
        manifest = model.manifest_digest or ""
        yield Node("champion", model.version, f"{verb}\n{day(move.when)}", manifest)


def _side(found: Lineage) -> Iterator[Node]:
    """What shaped the model besides its data; the commit is no digest of ours, but is one."""
    model = found.model
    for name in ("contract", "policy", "environment"):
        if name in model.digests:
            yield Node(name, name, "", model.digests[name])
    changed = " + changes" if model.uncommitted_changes else ""
    if model.commit:
        yield Node("code", f"commit{changed}", "", model.commit)


def _approver(given: ApprovalOrigin) -> str:
    return "automatic" if given.automatic else given.approver


def _together(batches: Sequence[BatchOrigin], which) -> str:  # type: ignore[no-untyped-def]
    """One digest over many, in order."""
    return sha256("".join(which(one) for one in batches).encode()) if batches else ""


def _wide(chain: Sequence[Node], side: Sequence[Node]) -> Canvas:
    canvas = Canvas(WIDE, HEIGHT + GAP * 2 + SIDE_HEIGHT)
    step = WIDE / max(len(chain), 1)
    width = step - GAP
    top = SIDE_HEIGHT + GAP * 1.6
    for at, node in enumerate(chain):
        x = at * step + GAP / 2
        if at:
            _arrow(canvas, x - GAP, top + HEIGHT / 2, x - 2, top + HEIGHT / 2)
        _box(canvas, node, x, top, width, HEIGHT)
    target = next((at for at, node in enumerate(chain) if node.kind == "model"), 0)
    _feeders(canvas, side, (target * step + step / 2, top))
    return canvas


def _feeders(canvas: Canvas, side: Sequence[Node], into: tuple[float, float]) -> None:
    """Small boxes in a row above, each with a line down to where it was used."""
    width, apart = 150.0, 14.0
    start = min(max(into[0] - (len(side) * (width + apart)) / 2, 0), canvas.width)
    for at, node in enumerate(side):
        x = start + at * (width + apart)
        _small(canvas, node, x, 2, width)
        middle, bend = x + width / 2, SIDE_HEIGHT + 18
        canvas.path("edge", [(middle, SIDE_HEIGHT + 2), (middle, bend), (into[0], bend)])
    if side:
        _arrow(canvas, into[0], SIDE_HEIGHT + 18, into[0], into[1] - 2)


def _narrow(chain: Sequence[Node], side: Sequence[Node]) -> Canvas:
    canvas, y, width = Canvas(NARROW), 2.0, NARROW - 4.0
    for at, node in enumerate(chain):
        if node.kind == "model":
            for start in range(0, len(side), 2):
                for place, small in enumerate(side[start : start + 2]):
                    _small(canvas, small, 2 + place * (width / 2 + 3), y, width / 2 - 3)
                y += SIDE_HEIGHT + 8
            y += 14 if side else 0
        if at:
            _arrow(canvas, NARROW / 2, y - 22, NARROW / 2, y - 2)
        _box(canvas, node, 2, y, width, HEIGHT - 14)
        y += HEIGHT - 14 + 24
    canvas.height = max(y - 22, 1)
    return canvas


def _box(canvas: Canvas, node: Node, x: float, y: float, width: float, height: float) -> None:
    """A node's lines from above, its digest on the last line whatever stands between."""
    canvas.rect(f"box {'box-champion' if node.kind == 'champion' else ''}", x, y, width, height, 7)
    step, about = height / 5.4, node.about.split("\n")
    lines = [("box-kind", node.kind, SMALL, 0), ("box-name", node.name, LARGE, 1)]
    lines += [("box-about", line, SMALL, at) for at, line in enumerate(about, 2)]
    lines.append(("box-digest", short(node.digest), SMALL + 1, 4))
    for css, text, size, at in lines:
        canvas.text(css, x + 11, y + step * (at + 0.95), shortened(text, width - 18, size))


def _small(canvas: Canvas, node: Node, x: float, y: float, width: float) -> None:
    canvas.rect("box box-side", x, y, width, SIDE_HEIGHT, 7)
    canvas.text("box-kind", x + 10, y + 18, shortened(node.name, width - 16, SMALL))
    canvas.text("box-digest", x + 10, y + 36, short(node.digest))


def _arrow(canvas: Canvas, x1: float, y1: float, x2: float, y2: float) -> None:
    canvas.line("edge", x1, y1, x2, y2)
    if y1 == y2:
        head = [(x2, y2), (x2 - 7, y2 - 4), (x2 - 7, y2 + 4)]
    else:
        head = [(x2, y2), (x2 - 4, y2 - 7), (x2 + 4, y2 - 7)]
    canvas.path("head", head, closed=True)


def _table(chain: Sequence[Node], side: Sequence[Node]) -> Table:
    rows = [
        (Cell(node.kind), Cell(node.name), Cell(node.about.replace("\n", " ")), code(node.digest))
        for node in (*chain, *side)
    ]
    return table("Every step with its whole digest", ("step", "name", "about", "digest"), rows)
