"""A play in chapters: what happened up to each look, in the order in which it was recorded.

A batch belongs to the look that came first after it arrived, whatever its name says.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from caf_pipelines.history import Happening, happenings
from caf_platform.ledger import events as e
from caf_platform.ledger.record import Record

E = TypeVar("E", bound=e.Event)


@dataclass(frozen=True)
class Entry:
    """A record with its event, read once."""

    record: Record
    event: e.Event


@dataclass(frozen=True)
class Chapter:
    """What was recorded until a window was closed; without a name: what came after the last."""

    name: str
    entries: tuple[Entry, ...]
    told: tuple[Happening, ...] = field(repr=False)

    def of(self, kind: type[E]) -> Iterator[E]:
        """The events of one type, in order."""
        return (one.event for one in self.entries if isinstance(one.event, kind))

    def first(self, kind: type[E]) -> E | None:
        """The first event of a type, if there is one."""
        return next(self.of(kind), None)


def chapters(records: Sequence[Record]) -> tuple[Chapter, ...]:
    """The chapters of a play from its records in order; the last is left out when it is empty."""
    found: list[Chapter] = []
    open_entries: list[Entry] = []
    for record in records:
        event = record.event
        open_entries.append(Entry(record, event))
        if isinstance(event, e.WindowClosed):
            found.append(_chapter(event.window, open_entries))
            open_entries = []
    if open_entries:
        found.append(_chapter(_looked_at(open_entries), open_entries))
    return tuple(found)


def _looked_at(entries: Sequence[Entry]) -> str:
    """The window that was looked at and is not closed yet: the process is on its way, or died."""
    seen = [one.event.window for one in entries if isinstance(one.event, e.WindowMonitored)]
    return seen[-1] if seen else ""


def _chapter(name: str, entries: list[Entry]) -> Chapter:
    return Chapter(name, tuple(entries), tuple(happenings(one.record for one in entries)))
