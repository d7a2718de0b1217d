"""What every validator promises; Great Expectations is the one there is."""

import json
import subprocess
import sys
from typing import Any

import pandas as pd
import pytest
from contract_cases import CONTRACT, GOOD, ROW_CASES, changed, column

from caf_platform.adapters.validator import GreatExpectations
from caf_platform.contract.model import MALFORMED, Contract
from caf_platform.contract.parse import from_records
from caf_platform.ports.validator import Validation, Validator


@pytest.fixture(scope="module")
def validator() -> Validator:
    """One for the module, as the platform uses one for a year of batches."""
    return GreatExpectations()


def judged(validator: Validator, *records: dict[str, Any]) -> Validation:
    """The records as one batch."""
    return validator.validate(from_records(records, CONTRACT).frame, CONTRACT)


def failed(validation: Validation) -> dict[str, int | None]:
    """The rules that did not hold, with the count of their rows."""
    return {result.rule: result.failed_rows for result in validation.results if not result.passed}


def test_a_good_batch_passes_every_rule(validator: Validator) -> None:
    """Each rule of the contract has a result of its own, and no row fails."""
    validation = judged(validator, dict(GOOD))

    rules = [result.rule for result in validation.results]
    assert failed(validation) == {}
    assert validation.failed_index == frozenset()
    assert {rule for rule, _ in ROW_CASES} < set(rules)
    assert {"too_few_rows", "missing_column", "wind:null_share", "flight:key_conflict"} < set(rules)
    assert len(rules) == len(set(rules))


@pytest.mark.parametrize(("rule", "record"), ROW_CASES)
def test_each_row_rule_fails_its_row(
    validator: Validator, rule: str, record: dict[str, Any]
) -> None:
    """One failed rule, one failed row, and the batch as a table is fine."""
    validation = judged(validator, changed(flight="B61"), record)

    assert failed(validation) == {rule: 1}
    assert validation.failed_index == {1}
    assert validation.failed_tables == ()


def test_rows_that_share_a_key_fail_together(validator: Validator) -> None:
    """All of them."""
    validation = judged(validator, dict(GOOD), changed(flight="B61"), changed(wind=9.9))

    assert failed(validation) == {"flight:key_conflict": 2}
    assert validation.failed_index == {0, 2}


def test_an_empty_batch_fails_as_a_table(validator: Validator) -> None:
    """Too few rows; nothing else can be said of it."""
    validation = judged(validator)

    assert [(r.rule, r.level) for r in validation.failed_tables] == [("too_few_rows", "table")]
    assert failed(validation) == {"too_few_rows": None}


def test_too_many_nulls_fail_the_table_but_no_row(validator: Validator) -> None:
    """The detail says how many cells have a value."""
    validation = judged(validator, changed(wind=None))

    assert failed(validation) == {"wind:null_share": None}
    assert validation.failed_tables[0].detail == "found 0.0"
    assert validation.failed_index == frozenset()


def test_a_share_of_nulls_at_its_limit_passes(validator: Validator) -> None:
    """58 nulls of 100 are what 0.58 allows, though one minus 0.58 is a little over 0.42."""
    rows = [changed(flight=f"F{n}", wind=None if n < 58 else 1.0) for n in range(100)]

    assert failed(judged(validator, *rows)) == {}


def test_every_failed_row_is_named(validator: Validator) -> None:
    """Great Expectations caps lists of values at 200; rows are never capped."""
    rows = [changed(flight=f"F{number}", wind=999) for number in range(450)]

    validation = judged(validator, *rows)

    assert failed(validation) == {"wind:maximum": 450}
    assert validation.failed_index == set(range(450))


def test_a_missing_column_is_never_a_pass(validator: Validator) -> None:
    """The table fails, and so does each rule that could not be judged for want of the column."""
    frame = from_records([GOOD], CONTRACT).frame.drop(columns="seats")

    validation = validator.validate(frame, CONTRACT)

    assert [r.rule for r in validation.failed_tables] == ["seats:missing_column"]
    assert {"seats:null", "seats:minimum", "seats:maximum"} <= set(failed(validation))
    assert any("seats" in result.detail for result in validation.results)


def test_an_unexpected_column_fails_the_table(validator: Validator) -> None:
    """By its name."""
    frame = from_records([GOOD], CONTRACT).frame.assign(gate="A1")

    validation = validator.validate(frame, CONTRACT)

    assert failed(validation) == {"gate:unexpected_column": None}


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame(),
        pd.DataFrame({"flight": [object()], MALFORMED: [None]}),
        pd.DataFrame([[1, 2]], columns=["flight", "flight"]),
        pd.DataFrame({name: [[1]] for name in (*CONTRACT.names, MALFORMED)}),
    ],
)
def test_a_frame_that_no_parser_made_is_a_failed_table(
    validator: Validator, frame: pd.DataFrame
) -> None:
    """Whatever the engine makes of it, it is a result, never an exception and never a pass."""
    validation = validator.validate(frame, CONTRACT)

    assert failed(validation)


def test_an_engine_that_breaks_fails_the_batch(validator: Validator) -> None:
    """A contract that the engine cannot compile: the batch was not judged, so it did not pass."""
    broken = Contract(
        key="nothing", columns=(column("x", "number", minimum="low", maximum="high"),)
    )

    validation = validator.validate(pd.DataFrame({"x": [1.0], MALFORMED: [None]}), broken)

    assert [(r.rule, r.passed) for r in validation.failed_tables] == [("unreadable", False)]
    assert "Great Expectations raised" in validation.results[0].detail


def test_a_good_batch_has_a_report_too(validator: Validator) -> None:
    """Nobody keeps it; whoever asks gets it, every time the same."""
    judgement = judged(validator, dict(GOOD))

    assert judgement.report["success"] is True
    assert judgement.report == judged(validator, dict(GOOD)).report


def test_the_report_is_evidence(validator: Validator) -> None:
    """JSON, the same every time, with the failed row's number and without its value."""
    reports = [
        json.dumps(judged(validator, dict(GOOD), changed(flight="B61", wind=777.5)).report)
        for _ in range(2)
    ]

    assert reports[0] == reports[1]
    assert '"unexpected_index_list": [1]' in reports[0]
    assert "777.5" not in reports[0]
    assert "wind:maximum" in reports[0]


def test_one_validator_judges_many_contracts(validator: Validator) -> None:
    """A changed contract is another contract, though it has the same names."""
    looser = Contract(
        key="flight",
        columns=(*(c for c in CONTRACT if c.name != "origin"), column("origin", "text")),
    )
    record = changed(origin="BOS")

    strict = judged(validator, record)
    loose = validator.validate(from_records([record], looser).frame, looser)

    assert (failed(strict), failed(loose)) == ({"origin:not_allowed": 1}, {})


def test_it_is_quiet(validator: Validator, capfd: pytest.CaptureFixture[str]) -> None:
    """No progress bars, no warnings, no stack traces on the terminal."""
    validator.validate(from_records([GOOD], CONTRACT).frame.drop(columns="seats"), CONTRACT)

    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "module", ["contract.parse", "contract.mask", "contract.request", "contract.sql", "adapters"]
)
def test_nothing_light_imports_the_engine(module: str) -> None:
    """Great Expectations costs seconds, so only its own adapter imports it."""
    code = (
        f"import sys, caf_platform.{module}; "
        "sys.exit(any(name.startswith('great_expectations') for name in sys.modules))"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
