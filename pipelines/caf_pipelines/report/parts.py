"""What a page is made of: cells, tables and figures, ready for the template to write down."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from caf_pipelines.report.drawing import Canvas
from caf_platform.decision import Number
from caf_platform.digest import short
from caf_platform.measures.interval import Interval

_TONES = {
    "good": ("pass", "ok", "promoted", "approved", "automatic", "accepted", "closed", "verified",
        "enforced", "enforced, in part", "recorded", "recorded, in part", "passed",
    ),
    "bad": (
        "refuse", "breach", "refused", "rolled back", "roll_back", "data_incident", "open",
        "opened", "not verified", "overclaimed", "failed", "skipped",
    ),
    "unknown": ("cannot_judge", "awaited", "empty", "did not run"),
    "held": ("suppressed", "quarantined"),
    "move": ("retrain", "trained", "replayed", "adopted"),
}  # fmt: skip
BRIEF = 12
LARGE = 1000
_SIGNS = {"good": "✓", "bad": "✕", "unknown": "?", "held": "◇", "move": "↻", "calm": "·"}


@dataclass(frozen=True)
class Cell:
    """One cell. `kind` is text, number, code, run, or verdict; `href` makes it a link.

    A run's id becomes a link to the run while `caf ui` serves the page.
    """

    text: str
    kind: str = "text"
    href: str = ""

    @property
    def tone(self) -> str:
        """How a verdict is meant: good, bad, unknown, held, move, or calm."""
        return tone(self.text)

    @property
    def sign(self) -> str:
        """The sign that says the same as the tone's colour."""
        return _SIGNS[self.tone]

    @property
    def brief(self) -> bool:
        """Whether it is so short that a break inside would look odd: a date, a version."""
        return len(self.text) <= BRIEF

    @property
    def words(self) -> str:
        """The text as people read it: `cannot_judge` is *cannot judge*."""
        return self.text.replace("_", " ") if self.kind == "verdict" else self.text


@dataclass(frozen=True)
class Table:
    """A table; `stacked` ones become one card per row where there is little room."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    stacked: bool = False


@dataclass(frozen=True)
class Figure:
    """A picture in a wide and a narrow drawing, with what it shows in words and in a table."""

    name: str
    title: str
    says: str
    wide: Canvas
    narrow: Canvas
    table: Table
    legend: tuple[tuple[str, str, str], ...] = ()


def tone(word: str) -> str:
    """How a verdict or an action is meant."""
    return next((name for name, words in _TONES.items() if word in words), "calm")


def table(
    caption: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Cell | str]],
    *,
    stacked: bool = False,
) -> Table:
    """A table of cells; plain texts become cells."""
    cells = tuple(tuple(c if isinstance(c, Cell) else Cell(c) for c in row) for row in rows)
    return Table(caption, tuple(columns), cells, stacked)


def verdict(word: str) -> Cell:
    """A verdict or an action, with its sign."""
    return Cell(word, "verdict")


def number(value: Number, unit: str = "") -> Cell:
    """A number with four digits that count; what does not exist was not measured."""
    return Cell(shown(value, unit), "number")


def interval(found: Interval) -> Cell:
    """A point with its interval; the point alone where there is none."""
    if found.point is None:
        return Cell("not measured")
    if not found.complete:
        return Cell(f"{found.point:.3f}")
    return Cell(f"{found.point:.3f} [{found.low:.3f}, {found.high:.3f}]")


def code(text: str) -> Cell:
    """A key, a name or a digest as it is."""
    return Cell(text, "code")


def digest(text: str | None) -> Cell:
    """A digest's first characters."""
    return Cell(short(text or ""), "code")


def shown(value: Number, unit: str = "") -> str:
    """A number as text."""
    if value is None:
        return "not measured"
    if isinstance(value, int):
        text = f"{value:,}"
    else:
        text = f"{value:,.0f}" if abs(value) >= LARGE else f"{value:.4g}"
    return text.replace("-", "\u2212") + unit


def day(moment: datetime | None) -> str:
    """`2013-11-01`."""
    return "" if moment is None else f"{moment:%Y-%m-%d}"


def counted(number: int, one: str, many: str = "") -> str:
    """`1 batch`, `2 batches`, `no batches`."""
    plural = many or f"{one}s"
    return f"{number:,} {one if number == 1 else plural}" if number else f"no {plural}"


@dataclass(frozen=True)
class Block:
    """A part of a card: a heading, a sentence, facts, pictures and tables."""

    title: str
    says: str = ""
    facts: tuple[tuple[str, Cell], ...] = ()
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True)
class Card:
    """Something that opens on request: its line when closed, and what is inside."""

    anchor: str
    title: str
    when: str
    verdict: Cell
    sentence: str
    blocks: tuple[Block, ...]
