"""What verbs print: tables for people, JSON for machines, errors that say what next."""

import json
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from caf_platform.errors import CafError, Mistakes

WORD = 16
"""How wide a column may be on a terminal; the last one takes what is left."""

UNFOLDED = 1000

_STYLES = {
    "green": (
        "pass",
        "ok",
        "promoted",
        "approved",
        "automatic",
        "accepted",
        "closed",
        "sound",
        "enforced",
        "recorded",
        "controlled",
    ),
    "yellow": (
        "refuse",
        "breach",
        "quarantined",
        "watch",
        "suppressed",
        "awaited",
        "cannot_judge",
        "empty",
        "unproved",
        "borne",
    ),
    "bold red": (
        "rolled back",
        "roll_back",
        "opened",
        "open",
        "data_incident",
        "wrong",
        "refused",
        "overclaimed",
        "red",
    ),
    "cyan": ("retrain", "trained", "replayed", "adopted"),
}


def console() -> Console:
    """Standard output; colour only on terminals, and no line is cut or folded elsewhere."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else UNFOLDED)


def coloured(word: str) -> Text:
    """A verdict in the colour that it has everywhere."""
    styles = (style for style, words in _STYLES.items() if word in words)
    return Text(word, style=next(styles, ""))


def show_json(value: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(value, indent=2, default=_plain) + "\n")


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def show_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table; an empty one says so. Off a terminal each row is one line, for `grep`."""
    out = console()
    if not rows:
        out.print(f"{title}: none", markup=False, soft_wrap=True)
    elif out.is_terminal:
        out.print(_table(title, columns, rows))
    else:
        for line in (title, *_lines([columns, *rows])):
            out.print(line, markup=False, soft_wrap=True)


def show_facts(title: str, facts: Sequence[tuple[str, object]]) -> None:
    """One thing's facts, a line each; what is not known is left out."""
    out = console()
    out.print(f"[bold]{escape(title)}[/]", soft_wrap=True)
    known = [(name, _cell(value)) for name, value in facts if value not in (None, "")]
    width = max((len(name) for name, _ in known), default=0)
    for name, text in known:
        out.print(f"  [dim]{name:<{width}}[/]  {escape(text)}", soft_wrap=True)


def _table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold", max_width=WORD if column != columns[-1] else None)
    for row in rows:
        table.add_row(*(cell if isinstance(cell, Text) else escape(_cell(cell)) for cell in row))
    return table


def _lines(rows: Sequence[Sequence[object]]) -> Iterator[str]:
    texts = [[_cell(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    for row in texts:
        yield "  ".join(map(str.ljust, row, widths)).rstrip()


def _cell(value: object) -> str:
    return "" if value is None else str(value)


def show_error(error: CafError, *, as_json: bool) -> None:
    """What, why and what next, on standard error."""
    if as_json:
        value = {"error": type(error).__name__, "what": error.what, "why": error.why}
        value["next_step"] = error.next_step
        if isinstance(error, Mistakes):
            mistakes = [vars(mistake) for mistake in error.mistakes]
            show_json({**value, "mistakes": mistakes})
        else:
            show_json(value)
        return
    err = Console(stderr=True, highlight=False)
    err.print(f"[bold red]{type(error).__name__}[/]: {escape(error.what)}", soft_wrap=True)
    for part in (error.why, error.next_step):
        if part:
            err.print(f"  {escape(part)}", soft_wrap=True)
