"""All engines give the same answer on the same rows, whatever the contract and the rows are."""

from collections import Counter
from typing import Any

import pytest
from contract_engines import SQL_ENGINES, by_mask
from contract_strategies import batches
from hypothesis import HealthCheck, given, settings

from caf_platform.adapters.validator import GreatExpectations
from caf_platform.contract.mask import reasons, table_problems
from caf_platform.contract.model import Contract, RowRule
from caf_platform.contract.parse import from_records
from caf_platform.contract.request import check

ANY = settings(deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def validator() -> GreatExpectations:
    """One for all examples: making it is slow, and it must stand many contracts."""
    return GreatExpectations()


@settings(ANY, max_examples=70)
@given(batches())
def test_sql_agrees_with_the_mask(batch: tuple[Contract, list[dict[str, Any]]]) -> None:
    """SQLite and DuckDB find the same broken rules for the same keys as the pandas mask."""
    contract, records = batch
    frame = from_records(records, contract).distinct.frame

    answers = {name: engine(frame, contract) for name, engine in SQL_ENGINES.items()}

    expected = by_mask(frame, contract)
    assert answers == dict.fromkeys(SQL_ENGINES, expected)


@settings(ANY, max_examples=120)
@given(batches())
def test_a_single_record_is_judged_as_in_a_batch(
    batch: tuple[Contract, list[dict[str, Any]]],
) -> None:
    """The request check gives each record the mask's codes, but for the key's conflicts."""
    contract, records = batch
    frame = from_records(records, contract).frame

    alone = [check(record, contract) for record in records]

    together = [
        tuple(code for code in codes if not code.endswith(f":{RowRule.KEY_CONFLICT}"))
        for codes in reasons(frame, contract)
    ]
    assert alone == together


@settings(ANY, max_examples=60)
@given(batch=batches())
def test_great_expectations_agrees_with_the_mask(
    validator: GreatExpectations, batch: tuple[Contract, list[dict[str, Any]]]
) -> None:
    """Great Expectations fails the same rows by the same rules, and the same table rules."""
    contract, records = batch
    frame = from_records(records, contract).distinct.frame

    validation = validator.validate(frame, contract)

    broken = reasons(frame, contract)
    counts = Counter(code for codes in broken for code in codes)
    failed = {r.rule: r.failed_rows for r in validation.results if not r.passed}
    tables = {problem.rule: None for problem in table_problems(frame, contract)}
    assert failed == {**counts, **tables}
    assert validation.failed_index == set(broken.index[broken.str.len() > 0])
