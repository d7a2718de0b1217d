"""How one cell is read: moments from text, and everything from JSON. Without pandas.

An empty cell (or JSON null, or an empty string where a string is due) is *null*; what cannot be
read is *unreadable*, which is something else. A boolean is never a number, an infinity or a
NaN is never read, and an integer of 2^53 or more is unreadable, for a float64 may alter it.
"""

import math
import re
from datetime import UTC, datetime
from enum import Enum
from typing import Final, Literal

from caf_platform.contract.model import ColumnKind

EXACT: Final = 2.0**53 - 1
"""Up to here a whole number is surely the one that was meant (RFC 7493, section 2.2)."""


class Sign(Enum):
    """A value that no cell can have."""

    UNREADABLE = "unreadable"


Cell = float | str | datetime | None | Literal[Sign.UNREADABLE]

# The extended format of ISO 8601 only: `20130101` would be a number as well as a day.
_TIMESTAMP: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"([T ]([01][0-9]|2[0-3]):[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?)?"
)


def timestamp(text: str) -> datetime | None:
    """A moment in UTC, to the microsecond, or None when the text is not one.

    ISO 8601, extended format, e.g. `2013-01-01`, `2013-01-01T05:15Z`, `2013-01-01 05:15:00+02:00`;
    a time without an offset is UTC.
    """
    if not _TIMESTAMP.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def from_json(value: object, kind: ColumnKind) -> Cell:
    """One JSON value as a cell. JSON has types, so a number in quotes is not a number."""
    if value is None:
        return None
    if kind.numeric:
        return _number(value, whole=kind is ColumnKind.INTEGER)
    if not isinstance(value, str):
        return Sign.UNREADABLE
    if not value:
        return None
    if kind is ColumnKind.TIMESTAMP:
        return timestamp(value) or Sign.UNREADABLE
    return value if _storable(value) else Sign.UNREADABLE


def _number(value: object, *, whole: bool) -> float | Literal[Sign.UNREADABLE]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return Sign.UNREADABLE
    try:
        number = float(value)
    except OverflowError:
        return Sign.UNREADABLE
    if not math.isfinite(number):
        return Sign.UNREADABLE
    if whole and (abs(number) > EXACT or not number.is_integer()):
        return Sign.UNREADABLE
    return number


def _storable(text: str) -> bool:
    """Whether every store can hold it: no NUL (PostgreSQL), no lone surrogate (UTF-8)."""
    if "\0" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
