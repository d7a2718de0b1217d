"""JSON-like records become the same typed columns, but JSON has types of its own."""

import json
import math
from typing import Any

import pandas as pd
import pytest
from contract_cases import CONTRACT, GOOD, changed, csv_bytes

from caf_platform.contract.model import MALFORMED
from caf_platform.contract.parse import from_records, parse


def test_records_and_a_file_of_the_same_rows_give_the_same_frame() -> None:
    """Values, dtypes and nulls."""
    rows = [GOOD, changed(flight="B61", wind=None, tail="")]
    texts = [["" if cell is None else str(cell) for cell in row.values()] for row in rows]

    parsed = from_records(rows, CONTRACT)

    pd.testing.assert_frame_equal(
        parsed.frame, parse(csv_bytes(tuple(GOOD), *texts), CONTRACT).frame
    )
    assert parsed.problems == ()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("wind", value) for value in (True, False, "12.5", "", math.nan, math.inf, 10**400, [1])),
        *(("seats", value) for value in (True, "149", 148.5, 2**53, 1e300)),
        *(("origin", value) for value in (1, True, ["EWR"], {})),
        *(("tail", value) for value in ("\ud800", "N\0", 5)),
        *(("departs", value) for value in (1356998400, "soon", 2013.0)),
    ],
)
def test_values_of_the_wrong_json_type_are_malformed(name: str, value: object) -> None:
    """A boolean or a text is no number, a number no text, nor what UTF-8 cannot hold."""
    parsed = from_records([changed(**{name: value})], CONTRACT)

    assert parsed.frame[MALFORMED].tolist() == [name]
    assert parsed.frame[name].isna().tolist() == [True]


@pytest.mark.parametrize(
    "record", [{}, dict.fromkeys(GOOD), {"flight": "", "tail": "", "departs": ""}]
)
def test_none_an_empty_text_and_a_missing_key_are_null(record: dict[str, Any]) -> None:
    """Nothing of it is malformed, and nothing a problem of the table."""
    parsed = from_records([record], CONTRACT)

    assert parsed.frame.isna().all(axis=None)
    assert parsed.problems == ()


def test_unexpected_keys_are_a_problem_of_the_table() -> None:
    """Each once, however many records have it."""
    parsed = from_records([changed(gate="A1"), changed(gate="A2", pilot="X")], CONTRACT)

    assert [problem.rule for problem in parsed.problems] == [
        "gate:unexpected_column",
        "pilot:unexpected_column",
    ]


def test_original_values_are_kept_as_text() -> None:
    """For the quarantine: texts as they are, everything else as JSON."""
    parsed = from_records([changed(wind=True, seats=[1], tail="\ud800", origin=None)], CONTRACT)

    kept = parsed.texts.iloc[0]
    assert kept[["wind", "seats", "tail", "origin"]].tolist() == ["true", "[1]", "\\ud800", ""]


def test_a_number_and_the_same_number_in_quotes_are_no_copies() -> None:
    """They look the same as text, but one of them is malformed."""
    parsed = from_records([GOOD, changed(wind="12.5"), dict(GOOD)], CONTRACT)

    assert parsed.duplicates.tolist() == [False, False, True]


def test_no_records_give_an_empty_typed_frame() -> None:
    """With all columns and their dtypes."""
    parsed = from_records([], CONTRACT)

    assert parsed.frame.dtypes.equals(from_records([GOOD], CONTRACT).frame.dtypes)
    assert len(parsed.frame) == 0


def test_what_json_reads_is_accepted() -> None:
    """A record straight from a request body."""
    parsed = from_records(json.loads(json.dumps([GOOD])), CONTRACT)

    assert parsed.frame[MALFORMED].isna().all()
