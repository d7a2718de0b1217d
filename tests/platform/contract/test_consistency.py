"""A contract that makes no sense is refused, with every mistake at once."""

import math
from dataclasses import replace
from typing import Any

import pytest
from contract_cases import CONTRACT, column

from caf_platform.contract.consistency import mistakes
from caf_platform.contract.model import Contract

KEY = column("id", "text")


def keys(*columns: Any, **table: Any) -> list[str]:
    """Which keys are wrong, for a contract of a good key and these columns."""
    contract = Contract(**{"key": "id", "columns": (KEY, *columns), **table})
    return [mistake.key for mistake in mistakes(contract, "project.py")]


def test_a_sound_contract_has_no_mistakes() -> None:
    """Neither the flagship of these tests nor the smallest one."""
    assert mistakes(CONTRACT, "project.py") == []
    assert keys() == []


@pytest.mark.parametrize(
    ("kind", "more", "field"),
    [
        ("number", {"maximum": 1.0}, "minimum"),
        ("integer", {"minimum": 1.0}, "maximum"),
        ("number", {"minimum": 2.0, "maximum": 1.0}, "minimum"),
        ("number", {"minimum": -math.inf, "maximum": 1.0}, "minimum"),
        ("number", {"minimum": 0.0, "maximum": math.nan}, "maximum"),
        ("integer", {"minimum": 0.0, "maximum": 2.0**53}, "maximum"),
        ("text", {"minimum": 1.0}, "minimum"),
        ("timestamp", {"maximum": 1.0}, "maximum"),
        ("text", {"allowed": ("a",)}, "allowed"),
        ("category", {"allowed": ()}, "allowed"),
        ("category", {"allowed": ("a", "")}, "allowed"),
        ("category", {"allowed": ("a", "a")}, "allowed"),
        ("timestamp", {"max_length": 5}, "max_length"),
        ("text", {"max_length": 0}, "max_length"),
        ("text", {"max_null_share": 0.5}, "max_null_share"),
        ("text", {"nullable": True, "max_null_share": 1.5}, "max_null_share"),
        ("text", {"nullable": True, "max_null_share": math.nan}, "max_null_share"),
    ],
)
def test_a_column_with_a_mistake(kind: str, more: dict[str, Any], field: str) -> None:
    """The mistake names the field, and is the only one."""
    assert keys(column("x", kind, **more)) == [f"contract.columns.x.{field}"]


@pytest.mark.parametrize("name", ["", "_x", "a,b", "a\nb", "a\0"])
def test_a_name_that_cannot_be_kept(name: str) -> None:
    """Empty, reserved, with a comma (MALFORMED joins by commas) or a control character."""
    assert keys(column(name, "text")) == [f"contract.columns.{name}.name"]


def test_names_differ_in_more_than_case() -> None:
    """Databases take 'Wind' and 'wind' for one column."""
    found = keys(column("wind", "text"), column("Wind", "text"))

    assert found == ["contract.columns.wind.name", "contract.columns.Wind.name"]


def test_the_key_is_a_column_that_identifies() -> None:
    """It exists, is never null, and is a text or a category."""
    nullable, number = replace(KEY, nullable=True), column("id", "number", minimum=0.0, maximum=1.0)

    assert keys(key="ident") == ["contract.key"]
    assert keys(columns=(nullable,)) == ["contract.columns.id.nullable"]
    assert keys(columns=(number,)) == ["contract.columns.id.kind"]


def test_a_table_has_columns_and_no_negative_rows() -> None:
    """Without columns there is no key either."""
    assert keys(columns=()) == ["contract.columns", "contract.key"]
    assert keys(min_rows=-1) == ["contract.min_rows"]


def test_all_mistakes_come_at_once_and_say_what_was_found() -> None:
    """Each with the file, what was found and what was expected."""
    broken = (column("x", "number"), column("y", "text", max_length=0))

    found = mistakes(Contract(key="id", columns=(KEY, *broken)), "project.py")

    number = "found None, expected a number: column 'x' is numeric"
    assert [str(mistake) for mistake in found] == [
        f"project.py: contract.columns.x.minimum: {number}",
        f"project.py: contract.columns.x.maximum: {number}",
        "project.py: contract.columns.y.max_length: found 0, expected one or more",
    ]
