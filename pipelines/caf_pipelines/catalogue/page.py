"""The catalogue as one page that can be searched, and that needs no network and no script."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from caf_governance.catalogue.entry import EntryKind
from caf_pipelines.catalogue.gathering import Card
from caf_pipelines.catalogue.telling import became, classed, declared, left, profiled
from caf_pipelines.report.parts import Table, code, day, digest, number, table
from caf_pipelines.report.writing import environment, own, write_page

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Shown:
    """One entry on the page; `words` are what the search looks at."""

    anchor: str
    name: str
    kind: str
    held: str
    meaning: str
    words: str
    facts: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    missing: bool


@dataclass(frozen=True)
class Part:
    """The catalogue of one project."""

    name: str
    title: str
    shown: tuple[Shown, ...]


def write_catalogue(
    cards: Sequence[Card], titles: Mapping[str, str], unreadable: Mapping[str, str], path: Path
) -> Path:
    """Write the page, whole or not at all; returns where it lies."""
    return write_page(catalogue_text(cards, titles, unreadable).encode(), path)


def catalogue_text(
    cards: Sequence[Card], titles: Mapping[str, str], unreadable: Mapping[str, str]
) -> str:
    """The page as HTML; the same cards give the same text."""
    parts = [
        Part(
            name, titles[name], tuple(_shown(card) for card in cards if card.entry.project == name)
        )
        for name in dict.fromkeys(card.entry.project for card in cards)
    ]
    style = own("colours.css", "page.css") + own("catalogue.css", folder=TEMPLATES)
    return (
        environment("caf_pipelines.catalogue")
        .get_template("catalogue.html.j2")
        .render(
            parts=parts,
            unreadable=unreadable,
            style=style,
            script=own("catalogue.js", folder=TEMPLATES),
        )
    )


def _shown(card: Card) -> Shown:
    entry = card.entry
    facts = [*declared(entry), *_counted(card)]
    said = (entry.name, entry.project, entry.kind.value, *(text for _, text in facts))
    return Shown(
        anchor=f"{entry.project}-{entry.kind.value}-{entry.name}",
        name=entry.name,
        kind=entry.kind.value,
        held=classed(entry).partition(";")[0],
        meaning=entry.meaning,
        words=" ".join(said).casefold(),
        facts=tuple(facts),
        tables=tuple(_tables(card)),
        missing=bool(entry.missing),
    )


def _counted(card: Card) -> Iterator[tuple[str, str]]:
    if not card.play:
        yield "profile", "nothing has come in yet"
    elif card.profile:
        yield "profile", profiled(card.profile)
    else:
        yield "rows", f"{card.rows:,}, and {card.set_aside:,} set aside"
    if card.entry.kind is not EntryKind.DATASET:
        yield "dataset", card.entry.dataset or "none is declared"
        learnt = "; ".join(became(one) for one in card.down)
        yield "models", learnt or "none has looked at it"
    if card.out:
        yield "products", "; ".join(left(one) for one in card.out)


def _tables(card: Card) -> Iterator[Table]:
    """Of a dataset: its columns, its deliveries by digest, and what was made of it."""
    if card.entry.kind is EntryKind.DATASET:
        yield _members(card)
        yield _made(card)
        yield _came(card)


def _members(card: Card) -> Table:
    return table(
        f"Columns of {card.entry.name}",
        ("column", "kind", "class", "meaning"),
        [
            (code(one.name), one.kind.value, classed(one).partition(";")[0], one.meaning)
            for one in card.members
        ],
        stacked=True,
    )


def _made(card: Card) -> Table:
    return table(
        f"What was made of {card.entry.name}",
        ("version", "learnt from", "batches", "champion since", "predictions"),
        [
            (
                code(one.version),
                f"{one.trained_from} to {one.trained_to}",
                number(one.batches),
                ", ".join(map(day, one.champion_since)) or "never",
                number(one.predicted_rows),
            )
            for one in card.down
        ],
        stacked=True,
    )


def _came(card: Card) -> Table:
    return table(
        f"Deliveries with rows of {card.entry.name}",
        ("delivery", "arrived", "raw bytes", "as used", "rows"),
        [
            (
                one.name,
                day(one.arrived_at),
                digest(one.raw_digest),
                digest(one.stored_digest),
                number(one.rows),
            )
            for one in card.up
        ],
    )
