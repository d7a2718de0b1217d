"""Whether a contract makes sense, beyond the types of its fields."""

import math
from collections import Counter
from collections.abc import Iterator

from caf_platform.contract.cells import EXACT
from caf_platform.contract.model import Column, ColumnKind, Contract
from caf_platform.errors import Mistake

_TEXTUAL = (ColumnKind.TEXT, ColumnKind.CATEGORY)


def mistakes(contract: Contract, file: str) -> list[Mistake]:
    """Every mistake of a contract whose field types are right (see `declared.mistakes_in`)."""
    found = [*_table(contract), *_names(contract), *_key(contract)]
    for column in contract:
        found += [
            (f"columns.{column.name}.{field}", value, expected)
            for field, value, expected in (*_bounds(column), *_texts(column), *_nulls(column))
        ]
    return [
        Mistake(file=file, key=f"contract.{key}", found=repr(value), expected=expected)
        for key, value, expected in found
    ]


Found = Iterator[tuple[str, object, str]]


def _table(contract: Contract) -> Found:
    if not contract.columns:
        yield "columns", (), "at least one column"
    if contract.min_rows < 0:
        yield "min_rows", contract.min_rows, "zero or more"


def _names(contract: Contract) -> Found:
    # Databases compare column names without regard to case.
    counts = Counter(name.casefold() for name in contract.names)
    for name in contract.names:
        key = f"columns.{name}.name"
        if counts[name.casefold()] > 1:
            yield key, name, "a name of its own, also when case is ignored"
        if name.startswith("_"):
            yield key, name, "no leading underscore: such names are the platform's own"
        if not name or "," in name or not name.isprintable():
            yield key, name, "printable characters, at least one, no comma"


def _key(contract: Contract) -> Found:
    if contract.key not in contract.names:
        yield "key", contract.key, f"the name of a column: {', '.join(contract.names)}"
        return
    column = contract[contract.key]
    if column.nullable:
        yield f"columns.{column.name}.nullable", True, "False: the key identifies a row for ever"
    if column.kind not in _TEXTUAL:
        yield f"columns.{column.name}.kind", column.kind.value, "text or category for the key"


def _bounds(column: Column) -> Found:
    bounds = (("minimum", column.minimum), ("maximum", column.maximum))
    for field, bound in bounds:
        if column.kind.numeric and bound is None:
            yield field, None, f"a number: column '{column.name}' is numeric"
        elif not column.kind.numeric and bound is not None:
            yield field, bound, f"nothing: a {column.kind.value} column has no bounds"
        elif bound is not None and not math.isfinite(bound):
            yield field, bound, "a finite number"
        elif column.kind is ColumnKind.INTEGER and bound is not None and abs(bound) > EXACT:
            yield (
                field,
                bound,
                "less than 2^53 away from zero: from there on integers are not exact",
            )
    if (
        column.minimum is not None
        and column.maximum is not None
        and column.minimum > column.maximum
    ):
        yield "minimum", column.minimum, f"at most the maximum, {column.maximum:g}"


def _texts(column: Column) -> Found:
    if column.allowed is not None:
        if column.kind is not ColumnKind.CATEGORY:
            yield "allowed", column.allowed, "nothing: only a category lists its values"
        if not column.allowed or not all(column.allowed):
            yield "allowed", column.allowed, "one value or more, none of them empty"
        if len(set(column.allowed)) < len(column.allowed):
            yield "allowed", column.allowed, "each value once"
    if column.max_length is not None:
        if column.kind not in _TEXTUAL:
            yield "max_length", column.max_length, "nothing: only text and categories have a length"
        if column.max_length < 1:
            yield "max_length", column.max_length, "one or more"


def _nulls(column: Column) -> Found:
    share = column.max_null_share
    if share is None:
        return
    if not column.nullable:
        yield "max_null_share", share, "nothing: the column is not nullable"
    if not 0 <= share <= 1:
        yield "max_null_share", share, "a share from 0 to 1"
