"""The model card as a page."""

from dataclasses import dataclass

from caf_governance.bundle.card import Section
from caf_pipelines.report.parts import Table, table
from caf_pipelines.report.writing import page_text


@dataclass(frozen=True)
class Part:
    """A section of the card with its table, ready for the template."""

    title: str
    text: str
    facts: tuple[tuple[str, str], ...]
    items: tuple[str, ...]
    above_items: str
    table: Table | None


@dataclass(frozen=True)
class Page:
    """What the template writes down; `bundle` is the id of the bundle that it was made from."""

    title: str
    bundle: str
    parts: tuple[Part, ...]


def card_page(title: str, sections: tuple[Section, ...], bundle: str) -> str:
    """The card as HTML."""
    return page_text(Page(title, bundle, tuple(_part(one) for one in sections)), "card.html.j2")


def _part(one: Section) -> Part:
    made = table(one.title, one.columns, one.rows, stacked=True) if one.rows else None
    return Part(one.title, one.text, one.facts, one.items, one.above_items, made)
