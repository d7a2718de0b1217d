"""The contract on one record at a time, without a data frame: what a scoring request must hold."""

from collections.abc import Iterator, Mapping
from typing import Any

from caf_platform.contract.cells import Cell, Sign, from_json
from caf_platform.contract.model import Column, Contract, RowRule, rule
from caf_platform.contract.names import unexpected


def check(record: Mapping[str, Any], contract: Contract) -> tuple[str, ...]:
    """The codes of the rules that a JSON record breaks, in declared order; empty is good.

    The same codes as the mask's, without KEY_CONFLICT: one record has no others beside it.
    An unexpected key is refused by `<name>:unexpected_column`; see `names.unexpected`.
    """
    found: list[str] = []
    known = 0
    for column in contract.columns:
        known += column.name in record
        cell = from_json(record.get(column.name), column.kind)
        found.extend(rule(column.name, code) for code in _broken(cell, column))
    if known < len(record):
        strangers = [name for name in record if name not in contract.names]
        found.extend(code for code, _ in unexpected(strangers, contract))
    return tuple(found)


def _broken(cell: Cell, column: Column) -> Iterator[RowRule]:
    if cell is Sign.UNREADABLE:
        yield RowRule.TYPE
    elif cell is None:
        if not column.nullable:
            yield RowRule.NULL
    elif isinstance(cell, float):
        if column.minimum is not None and cell < column.minimum:
            yield RowRule.MINIMUM
        if column.maximum is not None and cell > column.maximum:
            yield RowRule.MAXIMUM
    elif isinstance(cell, str):
        if column.allowed is not None and cell not in column.allowed:
            yield RowRule.NOT_ALLOWED
        if column.max_length is not None and len(cell) > column.max_length:
            yield RowRule.TOO_LONG
