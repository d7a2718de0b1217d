"""What a person sees while a year passes: one line per thing that happened.

A Rich table-like line on a terminal, plain text elsewhere; colour only on terminals.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from caf_platform.plugins import PLUGINS, Kind

_STYLES = {
    "ok": "green", "pass": "green", "promoted": "bold green", "rolled back": "bold red",  # nosec B105 # a colour
    "refuse": "bold yellow", "breach": "yellow", "cannot_judge": "magenta",
    "incident": "bold red", "suppressed": "magenta", "quarantined": "yellow",
    "retrain": "cyan", "roll_back": "bold red", "watch": "blue", "data_incident": "bold red",
}  # fmt: skip

WIDE = 110
"""Columns from which on there is room for the capability beside the sentence."""


@dataclass(frozen=True)
class Line:
    """One thing that happened: when, to what, in which stage, with which verdict, in a sentence."""

    when: datetime
    subject: str
    stage: str
    verdict: str
    text: str


class Timeline(Protocol):
    """Where lines go."""

    def tell(self, line: Line) -> None:
        """Show one line."""
        ...

    def progress(self, text: str) -> None:
        """Show what is going on right now; replaced by the next line, lost off a terminal."""
        ...


class Silent:
    """Shows nothing; for tests and `--json`."""

    def tell(self, line: Line) -> None:
        """Swallow the line."""

    def progress(self, text: str) -> None:
        """Swallow the progress."""


class ConsoleTimeline:
    """Writes lines to a console, with a live status on terminals."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._status = console.status("") if console.is_terminal else None
        if self._status is not None:
            self._status.start()

    def tell(self, line: Line) -> None:
        """One line: date, subject, stage, verdict, sentence, capability.

        On a terminal a long sentence continues below itself, and a narrow terminal goes
        without the capability; elsewhere a line is a line.
        """
        style = _STYLES.get(line.verdict, "default")
        cells = (
            Text(f"{line.when:%Y-%m-%d}", "dim"),
            Text(line.subject),
            Text(line.stage, "bold"),
            Text(line.verdict, style),
            Text(line.text),
            Text(capability_of(line.stage), "dim"),
        )
        if self._console.is_terminal:
            self._console.print(_row(cells, wide=self._console.width >= WIDE), highlight=False)
            return
        when, subject, stage, verdict, text, capability = (cell.plain for cell in cells)
        self._console.print(
            f"{when} {subject:<12} {stage:<9} {verdict:<12} {text} · {capability}",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )

    def progress(self, text: str) -> None:
        """A spinner with the present batch; nothing where there is no terminal."""
        if self._status is not None:
            self._status.update(f"[dim]{escape(text)}[/]")

    def close(self) -> None:
        """Stop the spinner and leave the terminal as it was."""
        if self._status is not None:
            self._status.stop()


def _row(cells: Sequence[Text], *, wide: bool) -> Table:
    """The cells side by side, the sentence with what room is left."""
    row = Table.grid(padding=(0, 1), expand=True)
    for width in (10, 14, 9, 12):
        row.add_column(width=width, overflow="fold")
    row.add_column(ratio=1)
    if wide:
        row.add_column(width=26, no_wrap=True, overflow="ellipsis")
    row.add_row(*(cells if wide else cells[:-1]))
    return row


def capability_of(stage: str) -> str:
    """The name of a stage's first capability."""
    return PLUGINS.get(Kind.STAGE, stage).capabilities[0].label
