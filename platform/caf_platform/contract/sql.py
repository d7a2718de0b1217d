"""The contract as SQL, for rows that live in a database: SQLite, PostgreSQL, DuckDB.

The table holds the typed columns of a parsed batch under their own names, and MALFORMED as
text; nulls are NULL.
"""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import (
    Case,
    ColumnElement,
    Double,
    FromClause,
    Select,
    String,
    case,
    cast,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.engine.default import DefaultDialect

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

MOST_TERMS: Final = 400
"""SQLite allows 500 parts in one union (SQLITE_MAX_COMPOUND_SELECT); a wide contract has more."""


def violations(table: FromClause, contract: Contract) -> Select[Any]:
    """Columns `key` and `rule`: one line for every row rule that a row breaks."""
    key = table.c[contract.key]
    return _union(
        [
            select(key.label("key"), literal(rule(column.name, code), String).label("rule")).where(
                _broken(code, table, column)
            )
            for column in contract
            for code in rules_of(column, contract.key)
        ]
    )


def table_violations(table: FromClause, contract: Contract) -> Select[Any]:
    """Columns `rule` and `found`: the table rules that do not hold.

    `found` is the count of rows or the share of cells that have a value.
    """
    rows = func.count()
    few = select(
        literal(TableRule.TOO_FEW_ROWS.value, String).label("rule"),
        cast(rows, Double).label("found"),
    ).select_from(table)
    return _union([few.having(rows < contract.min_rows), *_sparse(table, contract)])


def for_driver(statement: Select[Any]) -> tuple[str, list[Any]]:
    """SQL text and its values in order, for a driver without a SQLAlchemy dialect (DuckDB)."""
    compiled: Any = statement.compile(
        dialect=DefaultDialect(paramstyle="qmark"), compile_kwargs={"render_postcompile": True}
    )
    values = compiled.construct_params(escape_names=False)
    return str(compiled), [values[name] for name in compiled.positiontup or ()]


def _union(parts: list[Select[Any]]) -> Select[Any]:
    chunks = [
        select(union_all(*parts[start : start + MOST_TERMS]).subquery())
        for start in range(0, len(parts), MOST_TERMS)
    ]
    return select(union_all(*chunks).subquery())


def _broken(code: RowRule, table: FromClause, column: Column) -> ColumnElement[bool]:
    cell = table.c[column.name]
    match code:
        case RowRule.TYPE:
            broken = _unreadable(table, column)
        case RowRule.NULL:
            broken = cell.is_(None) & ~_unreadable(table, column)
        case RowRule.MINIMUM:
            broken = cell < column.minimum
        case RowRule.MAXIMUM:
            broken = cell > column.maximum
        case RowRule.NOT_ALLOWED:
            broken = cell.not_in(column.allowed or ())
        case RowRule.TOO_LONG:
            broken = func.length(cell) > column.max_length
        case RowRule.KEY_CONFLICT:
            broken = cell.in_(select(cell).group_by(cell).having(func.count() > 1))
    return broken


def _unreadable(table: FromClause, column: Column) -> ColumnElement[bool]:
    # replace() and not LIKE: names may hold % or _, and SQLite's LIKE ignores case.
    marks = literal(",", String) + func.coalesce(table.c[MALFORMED], "") + literal(",", String)
    return func.replace(marks, f",{column.name},", "") != marks


def _sparse(table: FromClause, contract: Contract) -> Iterator[Select[Any]]:
    for column in contract:
        if column.max_null_share is not None:
            share = _filled(table, column)
            yield (
                select(literal(rule(column.name, TableRule.NULL_SHARE), String), share)
                .select_from(table)
                .having(share < filled_share(column))
            )


def _filled(table: FromClause, column: Column) -> Case[Any]:
    """The share of cells with a value; null for an empty table, which no share can refuse."""
    # Double and not Float: DuckDB's FLOAT has 32 bits, in which 42 of 100 is less than 0.42.
    counted = cast(func.count(table.c[column.name]), Double) / cast(func.count(), Double)
    return case((func.count() > 0, counted))
