"""Port: what time it is. The demo plays a year, so nothing else may ask the machine."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Two times: the one decisions live in, and the machine's own for the record."""

    def now(self) -> datetime:
        """The time decisions live in, timezone-aware UTC."""
        ...


class SystemClock:
    """Real time."""

    def now(self) -> datetime:
        """The machine's time in UTC."""
        return datetime.now(UTC)


class VirtualClock:
    """Time that is moved by hand, forward only; a calendar plays a year with it."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        """The virtual time, timezone-aware UTC."""
        return self._now

    def advance_to(self, moment: datetime) -> None:
        """Move forward; a moment in the past leaves the clock where it is."""
        self._now = max(self._now, moment)
