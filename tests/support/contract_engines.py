"""Every engine that judges a contract, behind one call with one kind of answer."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
from sqlalchemy import (
    Column,
    DateTime,
    Engine,
    Float,
    MetaData,
    Select,
    String,
    Table,
    create_engine,
)

from caf_platform.contract.mask import reasons, table_problems
from caf_platform.contract.model import MALFORMED, ColumnKind, Contract
from caf_platform.contract.sql import for_driver, table_violations, violations

Answers = Counter[tuple[str | None, str]]
"""How often a rule is broken by a row with this key; the key of a table rule is None."""

SQL_TYPES = {
    ColumnKind.NUMBER: Float(53),
    ColumnKind.INTEGER: Float(53),
    ColumnKind.TIMESTAMP: DateTime(timezone=True),
    ColumnKind.TEXT: String(),
    ColumnKind.CATEGORY: String(),
}


def by_mask(frame: pd.DataFrame, contract: Contract) -> Answers:
    """The pandas mask."""
    keys = _or_none(frame[contract.key])
    rows = zip(keys, reasons(frame, contract), strict=True)
    answers = Counter((key, code) for key, codes in rows for code in codes)
    answers.update((None, problem.rule) for problem in table_problems(frame, contract))
    return answers


def by_sqlite(frame: pd.DataFrame, contract: Contract) -> Answers:
    """SQL on SQLite."""
    return by_database(create_engine("sqlite://"), frame, contract)


def by_database(engine: Engine, frame: pd.DataFrame, contract: Contract) -> Answers:
    """SQL on a database that SQLAlchemy knows."""
    table = _table(contract)
    rows = [
        dict(zip(frame.columns, cells, strict=True))
        for cells in zip(*(_or_none(frame[name]) for name in frame), strict=True)
    ]
    with engine.begin() as connection:
        table.create(connection)
        if rows:
            connection.execute(table.insert(), rows)
        return _answers(table, contract, lambda statement: connection.execute(statement).fetchall())


def by_duckdb(frame: pd.DataFrame, contract: Contract) -> Answers:
    """SQL on DuckDB, which SQLAlchemy does not know."""
    _DUCK.register("batch", pa.Table.from_pandas(frame, preserve_index=False))
    return _answers(
        _table(contract),
        contract,
        lambda statement: _DUCK.execute(*for_driver(statement)).fetchall(),
    )


SQL_ENGINES = {"sqlite": by_sqlite, "duckdb": by_duckdb}

_DUCK = duckdb.connect()


def _answers(
    table: Table, contract: Contract, run: Callable[[Select[Any]], Sequence[Any]]
) -> Answers:
    answers = Counter((key, code) for key, code in run(violations(table, contract)))
    answers.update((None, code) for code, _ in run(table_violations(table, contract)))
    return answers


def _table(contract: Contract) -> Table:
    columns = [Column(column.name, SQL_TYPES[column.kind]) for column in contract]
    return Table("batch", MetaData(), *columns, Column(MALFORMED, String()))


def _or_none(cells: pd.Series) -> list[Any]:
    return [None if missing else cell for cell, missing in zip(cells, cells.isna(), strict=True)]
