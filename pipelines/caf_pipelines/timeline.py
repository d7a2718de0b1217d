"""What a person sees while a year passes: one line per thing that happened.

A Rich table-like line on a terminal, plain text elsewhere; colour only on terminals.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from rich.console import Console
from rich.markup import escape

from caf_platform.plugins import PLUGINS, Kind

_STYLES = {
    "ok": "green", "pass": "green", "promoted": "bold green", "rolled back": "bold red",
    "refuse": "bold yellow", "breach": "yellow", "cannot_judge": "magenta",
    "incident": "bold red", "suppressed": "magenta", "quarantined": "yellow",
    "retrain": "cyan", "roll_back": "bold red", "watch": "blue", "data_incident": "bold red",
}  # fmt: skip


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
        """One line: date, batch, stage, verdict, sentence, capability."""
        style = _STYLES.get(line.verdict, "default")
        self._console.print(
            f"[dim]{line.when:%Y-%m-%d}[/] {escape(line.subject):<12} [bold]{line.stage:<9}[/] "
            f"[{style}]{escape(line.verdict):<12}[/] {escape(line.text)} "
            f"[dim]{escape('· ' + capability_of(line.stage))}[/]",
            highlight=False,
            soft_wrap=not self._console.is_terminal,
        )

    def progress(self, text: str) -> None:
        """A spinner with the present batch; nothing where there is no terminal."""
        if self._status is not None:
            self._status.update(f"[dim]{escape(text)}[/]")

    def close(self) -> None:
        """Stop the spinner and leave the terminal as it was."""
        if self._status is not None:
            self._status.stop()


def capability_of(stage: str) -> str:
    """The name of a stage's first capability."""
    return PLUGINS.get(Kind.STAGE, stage).capabilities[0].label
