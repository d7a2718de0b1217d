"""The pandas mask: which rows break which rules, and what is wrong with the table."""

from typing import Any

import pytest
from contract_cases import CONTRACT, GOOD, ROW_CASES, changed, column

from caf_platform.contract.mask import reasons, table_problems
from caf_platform.contract.model import Contract
from caf_platform.contract.parse import from_records


def codes(*records: dict[str, Any]) -> list[tuple[str, ...]]:
    """The reasons of each record, judged as one batch."""
    return reasons(from_records(records, CONTRACT).frame, CONTRACT).tolist()


def test_a_good_row_has_no_reasons() -> None:
    """An empty tuple."""
    assert codes(dict(GOOD)) == [()]


@pytest.mark.parametrize(("rule", "record"), ROW_CASES)
def test_each_rule_sets_exactly_its_row_aside(rule: str, record: dict[str, Any]) -> None:
    """The broken row has that one reason, its good neighbour has none."""
    assert codes(changed(flight="B61"), record) == [(), (rule,)]


@pytest.mark.parametrize("wind", [0, 150.0, None])
def test_bounds_are_inclusive_and_skip_nulls(wind: float | None) -> None:
    """Both ends are fine, and a null is a matter of the rule NULL alone."""
    assert codes(changed(wind=wind)) == [()]


def test_a_length_counts_characters() -> None:
    """Not bytes: six umlauts are six."""
    assert codes(changed(tail="ÄÖÜäöü"), changed(flight="B61", tail="ÄÖÜäöüß"))[1] == (
        "tail:too_long",
    )


def test_rows_that_share_a_key_are_all_set_aside() -> None:
    """Nobody knows which of them is right; rows without a key share none."""
    found = codes(dict(GOOD), changed(wind=9.9), changed(flight=None), changed(flight=None))

    assert found == [("flight:key_conflict",)] * 2 + [("flight:null",)] * 2


def test_reasons_stand_in_declared_order() -> None:
    """Columns as in the contract, rules as in `RowRule`."""
    found = codes(
        changed(flight="UA1545-01", wind="x", seats=-1, origin="BOS"), changed(flight="UA1545-01")
    )

    assert found[0] == (
        "flight:too_long",
        "flight:key_conflict",
        "wind:type",
        "seats:minimum",
        "origin:not_allowed",
    )


def test_too_few_rows_are_a_problem_of_the_table() -> None:
    """One row is enough here, none is not."""
    empty, one = (from_records(rows, CONTRACT).frame for rows in ([], [GOOD]))

    assert table_problems(one, CONTRACT) == ()
    assert [p.rule for p in table_problems(empty, CONTRACT)] == ["too_few_rows"]


def test_the_share_of_nulls_is_limited() -> None:
    """58 of 100 is what the contract allows, 59 is not; an unreadable cell has no value either."""
    rows = [changed(flight=f"F{number}") for number in range(100)]
    for row in rows[:57]:
        row["wind"] = None
    rows[57]["wind"] = "calm"
    at_limit = from_records(rows, CONTRACT).frame
    rows[58]["wind"] = None
    above = from_records(rows, CONTRACT).frame

    assert table_problems(at_limit, CONTRACT) == ()
    problem = table_problems(above, CONTRACT)[0]
    assert (problem.rule, problem.level) == ("wind:null_share", "table")
    assert problem.detail == "59 of 100 cells have no value, at most 58.0% may"


def test_a_key_may_be_a_closed_category() -> None:
    """Every rule that applies to the key's column is judged."""
    contract = Contract(key="id", columns=(column("id", "category", allowed=("a", "b")),))

    found = reasons(from_records([{"id": "c"}, {"id": "c"}, {"id": "a"}], contract).frame, contract)

    assert found.tolist() == [("id:not_allowed", "id:key_conflict")] * 2 + [()]
