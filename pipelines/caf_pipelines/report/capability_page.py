"""The page of the capability map: for each capability what enforces, proves and records it."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from caf_governance.capability_map.claims import Status
from caf_governance.capability_map.judging import Row
from caf_pipelines.proving.checkout import ROOT
from caf_pipelines.proving.gathering import CapabilityMap
from caf_pipelines.report.capability_map import MEANING, SIGNS, Mapped, in_short, passed, views
from caf_pipelines.report.headline import Tile
from caf_pipelines.report.parts import Block, Card, Cell, Table, counted, number, table, verdict
from caf_pipelines.report.writing import ident, page_text, write_page
from caf_platform.capabilities import WHITEPAPER, Perspective
from caf_platform.ledger.record import Record

TEMPLATE = "capabilities.html.j2"


@dataclass(frozen=True)
class Chapter:
    """One perspective's cards."""

    perspective: Perspective
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Page:
    """What the template writes down."""

    says: str
    tiles: tuple[Tile, ...]
    legend: tuple[tuple[str, str, str], ...]
    overclaims: tuple[str, ...]
    unproved: int
    chapters: tuple[Chapter, ...]
    score: Table
    sections: Table
    whitepaper: str
    made_from: str


def write_capabilities(found: CapabilityMap, records: Sequence[Record], path: Path) -> Path:
    """Write the page; what it links to is relative to where it lies. Errors are `write_page`'s."""
    text = page_text(_page(found, records, path.absolute().parent), TEMPLATE)
    return write_page(text.encode(), path)


def _page(found: CapabilityMap, records: Sequence[Record], beside: Path) -> Page:
    statuses = [row.status for row in found.rows]
    return Page(
        says=in_short(found),
        tiles=(
            *(Tile(str(statuses.count(one)), str(one), MEANING[one], _tone(one)) for one in Status),
            Tile(f"{found.score.whole:g} of 7", "ML Test Score", "the least of four sections", ""),
        ),
        legend=tuple((SIGNS[one], str(one), MEANING[one]) for one in Status),
        overclaims=tuple(found.overclaims),
        unproved=len(found.unproved),
        chapters=tuple(
            Chapter(view.perspective, tuple(_card(one, found, beside) for one in view.rows))
            for view in views(found, records)
        ),
        score=_score(found),
        sections=table(
            "Points by section, of seven each",
            ("section", "points"),
            [(Cell(name), number(points)) for name, points in found.score.sections.items()],
        ),
        whitepaper=WHITEPAPER,
        made_from=f"Made from {counted(len(records), 'record')} of this home\u2019s ledger, "
        "the files of this clone, and the tests that ran over exactly these files.",
    )


def _tone(status: Status) -> str:
    return {Status.ENFORCED: "good", Status.RECORDED: "good", Status.EMPTY: "held"}.get(status, "")


def _card(one: Mapped, found: CapabilityMap, beside: Path) -> Card:
    row = one.row
    return Card(
        anchor=ident(row.capability),
        title=one.label,
        when=f"meant to be {row.claim.reach}",
        verdict=verdict(one.says),
        sentence=_sentence(row),
        blocks=tuple(_blocks(one, found, beside)),
    )


def _sentence(row: Row) -> str:
    if row.claim.why:
        return row.claim.why
    told = [*row.overclaims, *(f"missing: {text}" for text in row.claim.missing)]
    return "; ".join(told) or passed(row)


def _blocks(shown: Mapped, found: CapabilityMap, beside: Path) -> Iterator[Block]:
    row, claim = shown.row, shown.row.claim
    if row.overclaims or row.unproved:
        rows = [(verdict("overclaimed"), text) for text in row.overclaims]
        rows += [(verdict("did not run"), text) for text in row.unproved]
        yield Block("What keeps it down", tables=(table("Reasons", ("kind", "what"), rows),))
    if claim.by:
        files = {tag.name: tag.file for tag in row.tags}
        parts = [(Cell(name), _link(files.get(name, name), beside)) for name in claim.by]
        yield Block("What acts for it", tables=(table("In the code", ("part", "file"), parts),))
    if claim.promises:
        yield Block("What shows it", tables=(_promises(row, beside),))
        yield Block("Seen to refuse", says=", ".join(row.refusals) or "nothing")
    if claim.records:
        columns = ("event", "records", "objects whose bytes were compared", "faults")
        kept = [
            (Cell(name), number(one.events), number(one.objects), "; ".join(one.faults) or "none")
            for name, one in row.kept.items()
        ]
        yield Block("What records it", tables=(table("In ledger and lake", columns, kept),))
    if claim.pages:
        pages = [(_link(page, beside),) for page in claim.pages]
        yield Block("What describes it", tables=(table("Pages", ("page",), pages),))
    facts = (
        ("NIST AI RMF 1.0", Cell(", ".join(claim.crosswalk.nist) or "none")),
        ("EU AI Act", Cell(", ".join(claim.crosswalk.eu) or "none")),
        ("AWS ML Lens", Cell(", ".join(claim.crosswalk.lens) or "none")),
        ("ML Test Score", Cell(", ".join(found.asked_by(row.capability)) or "none")),
        ("events of the present plays", number(shown.events)),
    )
    yield Block("Elsewhere", facts=facts)


def _promises(row: Row, beside: Path) -> Table:
    lines = [
        (promise.says, _test(test, beside), verdict(row.ended[test] or "did not run"))
        for promise in row.claim.promises
        for test in promise.tests
    ]
    return table("Promises and their tests", ("promise", "test", "over this tree"), lines)


def _score(found: CapabilityMap) -> Table:
    return table(
        "The 28 tests",
        ("test", "asks", "points", "why"),
        [
            (Cell(one.test.id), one.test.asks, number(one.points), one.why)
            for one in found.score.tests
        ],
        stacked=True,
    )


def _test(test: str, beside: Path) -> Cell:
    file, _, name = test.partition("::")
    return Cell(name.removeprefix("test_").replace("_", " "), href=_relative(file, beside))


def _link(name: str, beside: Path) -> Cell:
    return Cell(name, href=_relative(name, beside))


def _relative(name: str, beside: Path) -> str:
    return os.path.relpath(ROOT / name, beside)
