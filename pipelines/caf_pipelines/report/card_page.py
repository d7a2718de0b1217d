"""Pages made of sections: the model card, and the explanation of one answer."""

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
    """What the template writes down; `rests_on` says where its numbers come from."""

    title: str
    kind: str
    rests_on: str
    recomputed: str
    parts: tuple[Part, ...]


def card_page(title: str, sections: tuple[Section, ...], bundle: str) -> str:
    """The card as HTML; `bundle` is the id of the bundle that it was made from."""
    return _page(
        title,
        sections,
        kind="model card",
        rests_on=f"Every number stands in the signed evidence bundle {bundle};",
        recomputed="caf verify",
    )


def explanation_page(title: str, sections: tuple[Section, ...]) -> str:
    """The explanation of one recorded answer as HTML."""
    return _page(
        title,
        sections,
        kind="explanation",
        rests_on="Computed from the recorded row, the verified model and its golden rows;",
        recomputed="caf explain",
    )


def _page(
    title: str, sections: tuple[Section, ...], *, kind: str, rests_on: str, recomputed: str
) -> str:
    parts = tuple(_part(one) for one in sections)
    return page_text(Page(title, kind, rests_on, recomputed, parts), "card.html.j2")


def _part(one: Section) -> Part:
    made = table(one.title, one.columns, one.rows, stacked=True) if one.rows else None
    return Part(one.title, one.text, one.facts, one.items, one.above_items, made)
