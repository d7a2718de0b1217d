"""One record against the contract, in pure Python."""

import subprocess
import sys
from typing import Any

import pytest
from contract_cases import CONTRACT, GOOD, ROW_CASES, changed

from caf_platform.contract.request import check


def test_a_good_record_has_no_reasons() -> None:
    """An empty tuple."""
    assert check(GOOD, CONTRACT) == ()


@pytest.mark.parametrize(("rule", "record"), ROW_CASES)
def test_each_rule_refuses_its_record(rule: str, record: dict[str, Any]) -> None:
    """With the same code as in a batch."""
    assert check(record, CONTRACT) == (rule,)


def test_a_missing_key_is_a_null() -> None:
    """Fine where the column is nullable, refused where it is not."""
    without = {name: cell for name, cell in GOOD.items() if name not in ("wind", "seats")}

    assert check(without, CONTRACT) == ("seats:null",)


def test_an_unexpected_key_is_refused() -> None:
    """By its name, shortened, and twenty of them at most."""
    assert check(changed(gate="A1"), CONTRACT) == ("gate:unexpected_column",)
    assert len(check({**GOOD, **{f"x{n}": n for n in range(99)}}, CONTRACT)) == 20


def test_a_stranger_is_found_among_missing_columns() -> None:
    """However many of its own columns a record lacks."""
    assert "gate:unexpected_column" in check({"gate": "A1"}, CONTRACT)
    assert "gate:unexpected_column" in check({"flight": "UA1545", "gate": "A1"}, CONTRACT)


def test_the_bounds_themselves_are_allowed() -> None:
    """Both of them, and the longest text."""
    for cells in ({"wind": 0.0}, {"wind": 150.0}, {"seats": 1}, {"seats": 900}, {"tail": "N14228"}):
        assert check(changed(**cells), CONTRACT) == ()


def test_the_check_needs_no_pandas() -> None:
    """A scoring service imports it without a data frame library."""
    code = "import sys, caf_platform.contract.request as r; sys.exit('pandas' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
