"""What is said of a contract that makes no sense: found, expected, and the limits themselves."""

from dataclasses import replace
from typing import Any

import pytest
from contract_cases import column

from caf_platform.contract.consistency import mistakes
from caf_platform.contract.model import Column, Contract

KEY = column("id", "text")
EXACT = 2.0**53


def told(*columns: Column, **table: Any) -> list[tuple[str, str]]:
    """What was found and what was expected, for a contract of a good key and these columns."""
    contract = Contract(**{"key": "id", "columns": (KEY, *columns), **table})
    return [(one.found, one.expected) for one in mistakes(contract, "project.py")]


@pytest.mark.parametrize(
    ("kind", "more", "found", "expected"),
    [
        ("number", {"minimum": 2.0, "maximum": 1.0}, "2.0", "at most the maximum, 1"),
        (
            "number",
            {"minimum": float("-inf"), "maximum": 1.0},
            "-inf",
            "a finite number",
        ),
        (
            "integer",
            {"minimum": 0.0, "maximum": EXACT},
            repr(EXACT),
            "less than 2^53 away from zero: from there on integers are not exact",
        ),
        ("text", {"minimum": 1.0}, "1.0", "nothing: a text column has no bounds"),
        ("text", {"allowed": ("a",)}, "('a',)", "nothing: only a category lists its values"),
        ("category", {"allowed": ()}, "()", "one value or more, none of them empty"),
        ("category", {"allowed": ("a", "a")}, "('a', 'a')", "each value once"),
        (
            "timestamp",
            {"max_length": 5},
            "5",
            "nothing: only text and categories have a length",
        ),
        ("text", {"max_null_share": 0.5}, "0.5", "nothing: the column is not nullable"),
        ("text", {"nullable": True, "max_null_share": 1.5}, "1.5", "a share from 0 to 1"),
    ],
)
def test_a_mistake_of_a_column_is_told(
    kind: str, more: dict[str, Any], found: str, expected: str
) -> None:
    """Word for word, for the person who mends it."""
    assert told(column("x", kind, **more)) == [(found, expected)]


def test_a_mistake_of_a_name_is_told() -> None:
    """Reserved, not printable, or another's but for its case."""
    own = "a name of its own, also when case is ignored"

    assert told(column("_x", "text")) == [
        ("'_x'", "no leading underscore: such names are the platform's own")
    ]
    assert told(column("a,b", "text")) == [
        ("'a,b'", "printable characters, at least one, no comma")
    ]
    assert told(column("x", "text"), column("X", "text")) == [("'x'", own), ("'X'", own)]


def test_a_mistake_of_the_key_is_told() -> None:
    """Which columns there are, and what a key must be."""
    nullable, number = replace(KEY, nullable=True), column("id", "number", minimum=0.0, maximum=1.0)

    assert told(column("x", "text"), key="y") == [("'y'", "the name of a column: id, x")]
    assert told(columns=(nullable,)) == [("True", "False: the key identifies a row for ever")]
    assert told(columns=(number,)) == [("'number'", "text or category for the key")]


def test_a_mistake_of_the_table_is_told() -> None:
    """Columns, and rows."""
    assert told(columns=())[0] == ("()", "at least one column")
    assert told(min_rows=-1) == [("-1", "zero or more")]


def test_the_limits_themselves_are_no_mistake() -> None:
    """No rows at least, bounds that meet, a length of one, the largest exact integer."""
    columns = (
        column("a", "number", minimum=1.0, maximum=1.0),
        column("b", "text", max_length=1),
        column("c", "integer", minimum=1 - EXACT, maximum=EXACT - 1),
        column("d", "text", nullable=True, max_null_share=1.0),
        column("e", "text", nullable=True, max_null_share=0.0),
    )

    assert told(*columns, min_rows=0) == []


def test_a_contract_is_plain_data() -> None:
    """As JSON keeps it: lists, names and numbers, nothing else; its digest rests on this."""
    one = column("x", "category", allowed=("a", "b"))

    plain = Contract(key="id", columns=(KEY, one), min_rows=3).plain

    assert plain["key"] == "id"
    assert plain["min_rows"] == 3
    assert [each["name"] for each in plain["columns"]] == ["id", "x"]
    assert type(plain["columns"][1]["kind"]) is str
    assert plain["columns"][1]["kind"] == "category"
    assert plain["columns"][1]["allowed"] == ["a", "b"]
