"""What verbs print: tables for people, JSON for machines, errors that say what next."""

import json
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from caf_platform.errors import CafError, Mistakes


def console() -> Console:
    """Standard output; colour only on terminals."""
    return Console(highlight=False)


def show_json(value: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(value, indent=2, default=_plain) + "\n")


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def show_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table; an empty one says so."""
    if not rows:
        console().print(f"{title}: none")
        return
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(escape("" if cell is None else str(cell)) for cell in row))
    console().print(table)


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
    err.print(f"[bold red]{type(error).__name__}[/]: {escape(error.what)}")
    for part in (error.why, error.next_step):
        if part:
            err.print(f"  {escape(part)}")
