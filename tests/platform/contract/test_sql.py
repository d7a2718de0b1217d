"""The contract as SQL, on SQLite, DuckDB and PostgreSQL."""

from collections import Counter
from typing import Any

import pytest
from contract_cases import CONTRACT, GOOD, ROW_CASES, changed, column
from contract_engines import SQL_ENGINES, by_database, by_mask
from sqlalchemy import Column, Float, MetaData, String, Table, create_engine
from sqlalchemy.dialects import postgresql

from caf_platform.contract.model import MALFORMED, Contract
from caf_platform.contract.parse import from_records
from caf_platform.contract.sql import table_violations, violations

ALL = [changed(flight=f"F{number}") | record for number, (_, record) in enumerate(ROW_CASES)]


@pytest.fixture(params=SQL_ENGINES, ids=str)
def engine(request: pytest.FixtureRequest) -> Any:
    """A function from a typed frame and a contract to the broken rules by key."""
    return SQL_ENGINES[request.param]


def test_good_rows_break_nothing(engine: Any) -> None:
    """No line at all."""
    assert engine(from_records([GOOD], CONTRACT).frame, CONTRACT) == Counter()


@pytest.mark.parametrize(("rule", "record"), ROW_CASES)
def test_each_rule_finds_exactly_its_row(engine: Any, rule: str, record: dict[str, Any]) -> None:
    """By key and code; the good neighbour is not found."""
    frame = from_records([changed(flight="B61"), record], CONTRACT).frame

    assert engine(frame, CONTRACT) == Counter({(record["flight"], rule): 1})


def test_rows_that_share_a_key_are_found(engine: Any) -> None:
    """All of them; rows without a key share none."""
    rows = [dict(GOOD), changed(wind=9.9), changed(flight=None), changed(flight=None)]

    answers = engine(from_records(rows, CONTRACT).frame, CONTRACT)

    assert answers == Counter({("UA1545", "flight:key_conflict"): 2, (None, "flight:null"): 2})


def test_table_rules(engine: Any) -> None:
    """Too few rows and too many nulls; an empty table has no share of nulls."""
    empty = from_records([], CONTRACT).frame
    sparse = from_records([changed(wind=None)], CONTRACT).frame

    assert engine(empty, CONTRACT) == Counter({(None, "too_few_rows"): 1})
    assert engine(sparse, CONTRACT) == Counter({(None, "wind:null_share"): 1})


def test_a_share_at_its_limit_is_held(engine: Any) -> None:
    """58 nulls of 100 are what 0.58 allows, though one minus 0.58 is a little over 0.42."""
    rows = [changed(flight=f"F{n}", wind=None if n < 58 else 1.0) for n in range(100)]

    assert engine(from_records(rows, CONTRACT).frame, CONTRACT) == Counter()


def test_one_null_more_than_the_limit_is_told(engine: Any) -> None:
    """59 of 100, also where most cells of other columns are filled."""
    rows = [changed(flight=f"F{n}", wind=None if n < 59 else 1.0) for n in range(100)]

    found = engine(from_records(rows, CONTRACT).frame, CONTRACT)

    assert found == Counter({(None, "wind:null_share"): 1})


def test_a_name_is_found_whole_among_the_malformed(engine: Any) -> None:
    """Neither 'a' in 'aa', nor '%' as anything, nor 'A' for 'a'."""
    names = ("aa", "%", "x_y")
    contract = Contract(
        key="id",
        columns=(
            column("id", "text"),
            *(column(n, "timestamp", nullable=True) for n in (*names, "a")),
        ),
    )
    frame = from_records([{"id": "k", "aa": "soon", "x_y": "later"}], contract).frame

    assert engine(frame, contract) == Counter({("k", "aa:type"): 1, ("k", "x_y:type"): 1})


def test_a_contract_wider_than_a_union_may_be(engine: Any) -> None:
    """SQLite allows 500 parts in one union; this contract has 523 row rules."""
    wide = tuple(column(f"x{n}", "number", minimum=0, maximum=1) for n in range(130))
    contract = Contract(key="id", columns=(column("id", "text"), *wide))
    record = {"id": "k", **{f"x{n}": 0.5 for n in range(130)}, "x129": 2.0}

    answers = engine(from_records([record], contract).frame, contract)

    assert answers == Counter({("k", "x129:maximum"): 1})


@pytest.mark.postgres
def test_postgresql_finds_what_the_mask_finds(postgres_url: str) -> None:
    """Every rule broken once, in one batch."""
    frame = from_records([*ALL, GOOD, GOOD], CONTRACT).frame

    answers = by_database(create_engine(postgres_url), frame, CONTRACT)

    assert answers == by_mask(frame, CONTRACT)


def test_the_statements_compile_for_postgresql() -> None:
    """Without a server: quoted names, no dialect's own functions."""
    contract = Contract(key="i d", columns=(column("i d", "text", max_length=3),), min_rows=2)
    table = Table(
        "batch", MetaData(), Column("i d", String), Column(MALFORMED, String), Column("x", Float)
    )

    rows = str(violations(table, contract).compile(dialect=postgresql.dialect()))
    tables = str(table_violations(table, contract).compile(dialect=postgresql.dialect()))

    assert 'batch."i d"' in rows
    assert "count(*)" in tables
