"""A contract compiled to Great Expectations: one expectation for each family of rules."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from caf_platform.adapters.validator_expectations import (
    ExpectCellsToBeAllowed,
    ExpectCellsToBeFilled,
    ExpectCellsToBeShort,
    ExpectCellsToBeWithin,
    ExpectColumnsToBeFilled,
    ExpectColumnValuesToBeNull,
    ExpectColumnValuesToBeUnique,
    ExpectTableColumnsToMatchSet,
    ExpectTableRowCountToBeBetween,
)
from caf_platform.contract.mask import filled_share
from caf_platform.contract.model import (
    MALFORMED,
    Column,
    Contract,
    RowRule,
    TableRule,
    rule,
    rules_of,
)

UNBOUNDED: Final = sys.float_info.max
"""What stands for a bound that is not there; cells are finite, so it refuses none."""


@dataclass(frozen=True)
class Family:
    """Rules that one expectation judges together; `level` is theirs, `name` stands in its meta."""

    name: str
    level: str
    rules: tuple[str, ...]
    expectation: Any


def compiled(contract: Contract) -> list[Family]:
    """Every rule of the contract, in families; a family without rules is left out."""
    return [family for family in (*_table(contract), *_rows(contract)) if family]


def _table(contract: Contract) -> Iterator[Family | None]:
    names = [*contract.names, MALFORMED]
    codes: tuple[str, ...] = (TableRule.MISSING_COLUMN, TableRule.UNEXPECTED_COLUMN)
    yield _family(
        "columns",
        "table",
        codes,
        ExpectTableColumnsToMatchSet,
        column_set=names,
        exact_match=True,
    )
    codes = (TableRule.TOO_FEW_ROWS,)
    rows = contract.min_rows
    yield _family("rows", "table", codes, ExpectTableRowCountToBeBetween, min_value=rows)
    limited = [column for column in contract if column.max_null_share is not None]
    yield _family(
        "null_shares",
        "table",
        tuple(rule(column.name, TableRule.NULL_SHARE) for column in limited),
        ExpectColumnsToBeFilled,
        names=[column.name for column in limited],
        shares=[filled_share(column) for column in limited],
    )


def _rows(contract: Contract) -> Iterator[Family | None]:
    def having(*codes: RowRule) -> list[Column]:
        return [c for c in contract if set(codes) & set(rules_of(c, contract.key))]

    def family(*codes: RowRule, of: Callable[..., Any], **more: Any) -> Family | None:
        rules = tuple(
            rule(column.name, code)
            for column in contract
            for code in rules_of(column, contract.key)
            if code in codes
        )
        return _family(codes[0].value, "row", rules, of, **more)

    yield family(RowRule.TYPE, of=ExpectColumnValuesToBeNull, column=MALFORMED)
    required = having(RowRule.NULL)
    yield family(RowRule.NULL, of=ExpectCellsToBeFilled, **_cells(required))
    bounded = having(RowRule.MINIMUM, RowRule.MAXIMUM)
    yield family(
        RowRule.MINIMUM,
        RowRule.MAXIMUM,
        of=ExpectCellsToBeWithin,
        minima=[-UNBOUNDED if c.minimum is None else c.minimum for c in bounded],
        maxima=[UNBOUNDED if c.maximum is None else c.maximum for c in bounded],
        **_cells(bounded),
    )
    closed = having(RowRule.NOT_ALLOWED)
    sets = [list(column.allowed or ()) for column in closed]
    yield family(RowRule.NOT_ALLOWED, of=ExpectCellsToBeAllowed, sets=sets, **_cells(closed))
    short = having(RowRule.TOO_LONG)
    lengths = [column.max_length for column in short]
    yield family(RowRule.TOO_LONG, of=ExpectCellsToBeShort, lengths=lengths, **_cells(short))
    yield family(RowRule.KEY_CONFLICT, of=ExpectColumnValuesToBeUnique, column=contract.key)


def _cells(columns: list[Column]) -> dict[str, Any]:
    names = [column.name for column in columns]
    return {"column_list": [*names, MALFORMED], "ignore_row_if": "never"}


def _family(
    name: str, level: str, rules: tuple[str, ...], of: Callable[..., Any], **arguments: Any
) -> Family | None:
    """Made only when it has rules: GX refuses an expectation over no columns."""
    if not rules:
        return None
    # One text and not a list: GX copies every part of it many times a batch.
    meta = {"family": name, "level": level, "rules": ", ".join(rules)}
    return Family(name, level, tuple(map(str, rules)), of(meta=meta, **arguments))
