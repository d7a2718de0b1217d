"""The data contract: columns with physical bounds, a key, and limits for a whole batch.

Bounds are physical, never learnt from a training window: a range learnt in winter cries wolf
in the first heat wave.
"""

from collections.abc import Iterator
from dataclasses import asdict
from enum import StrEnum
from typing import Any, Final

from caf_platform.declared import REQUIRED, declared
from caf_platform.digest import digest_of

MALFORMED: Final = "_malformed"
"""The column that parsing adds: names of the cells that could not be read, or null."""


class ColumnKind(StrEnum):
    """How a cell is read. A boolean is never a number; an infinity is never read at all."""

    NUMBER = "number"
    INTEGER = "integer"
    CATEGORY = "category"
    TEXT = "text"
    TIMESTAMP = "timestamp"

    @property
    def numeric(self) -> bool:
        """Whether bounds apply."""
        return self in (ColumnKind.NUMBER, ColumnKind.INTEGER)


class Classification(StrEnum):
    """How closely data is held, the most open first; it travels with every copy.

    Personal is what is about one person, sensitive what people are easily treated unequally for:
    a disability, sex, race, age.
    """

    PUBLIC = "public"
    INTERNAL = "internal"
    PERSONAL = "personal"
    SENSITIVE = "sensitive"

    @property
    def rank(self) -> int:
        """How closely: 0 is open to all."""
        return list(Classification).index(self)

    @property
    def of_people(self) -> bool:
        """Whether it is about single people: a lawful basis is asked for, and few are not told."""
        return self in (Classification.PERSONAL, Classification.SENSITIVE)


@declared
class Column:
    """One column: what it means, how it is read, and what a cell may hold.

    `minimum` and `maximum` are inclusive and required for numeric kinds; `allowed` lists the
    values of a closed category; `max_null_share` limits nulls over a whole batch; `feed`
    names the source it comes from, for freshness and for the catalogue. A `classification` that
    is left out was not decided: no model is trained before it is. The cells of a `tokenised` column
    are identifiers: tokens take their place before anything is stored, and are what is judged.
    """

    name: str = REQUIRED
    kind: ColumnKind = REQUIRED
    meaning: str = REQUIRED
    feed: str = REQUIRED
    nullable: bool = False
    minimum: float | None = None
    maximum: float | None = None
    allowed: tuple[str, ...] | None = None
    max_length: int | None = None
    max_null_share: float | None = None
    unit: str = ""
    classification: Classification | None = None
    tokenised: bool = False


@declared
class Contract:
    """What a batch must look like. `key` is the column that identifies a row for ever."""

    columns: tuple[Column, ...] = REQUIRED
    key: str = REQUIRED
    min_rows: int = 1

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> tuple[str, ...]:
        """All column names in declared order."""
        return tuple(column.name for column in self.columns)

    @property
    def of_people(self) -> bool:
        """Whether a column is about single people."""
        held = (column.classification for column in self.columns)
        return any(one is not None and one.of_people for one in held)

    @property
    def tokenised(self) -> tuple[str, ...]:
        """The columns whose cells become tokens."""
        return tuple(column.name for column in self.columns if column.tokenised)

    @property
    def plain(self) -> dict[str, Any]:
        """The whole contract as a JSON object."""
        found: dict[str, Any] = _plain(asdict(self))
        for column in found["columns"]:  # said only where it is so: older digests stay as they are
            if not column["tokenised"]:
                column.pop("tokenised")
        return found

    @property
    def digest(self) -> str:
        """SHA-256 of the whole contract; it changes when any rule changes."""
        return digest_of(self.plain)


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {name: _plain(inner) for name, inner in value.items()}
        case tuple() | list():
            return [_plain(inner) for inner in value]
        case StrEnum():
            return value.value
        case _:
            return value


def rule(column: str, code: str) -> str:
    """The reason code of a rule, the same in every engine: `wind_speed:maximum`."""
    return f"{column}:{code}"


class RowRule(StrEnum):
    """The codes of row-level rules; a broken one sends the row to quarantine."""

    TYPE = "type"
    NULL = "null"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    NOT_ALLOWED = "not_allowed"
    TOO_LONG = "too_long"
    KEY_CONFLICT = "key_conflict"


class TableRule(StrEnum):
    """The codes of table-level rules; a broken one stops the batch."""

    UNREADABLE = "unreadable"
    MISSING_COLUMN = "missing_column"
    UNEXPECTED_COLUMN = "unexpected_column"
    DUPLICATE_COLUMN = "duplicate_column"
    TOO_FEW_ROWS = "too_few_rows"
    NULL_SHARE = "null_share"


def rules_of(column: Column, key: str) -> tuple[RowRule, ...]:
    """The row rules that apply to a column, in the order in which reasons are listed."""
    held = [
        (RowRule.TYPE, True),
        (RowRule.NULL, not column.nullable),
        (RowRule.MINIMUM, column.minimum is not None),
        (RowRule.MAXIMUM, column.maximum is not None),
        (RowRule.NOT_ALLOWED, column.allowed is not None),
        (RowRule.TOO_LONG, column.max_length is not None),
        (RowRule.KEY_CONFLICT, column.name == key),
    ]
    return tuple(code for code, applies in held if applies)
