"""A cell becomes a number, a moment or a text, to the last bit; what is none is malformed."""

import math
import re

import numpy as np
import pandas as pd
import pytest
from contract_cases import column, csv_bytes
from hypothesis import given
from hypothesis import strategies as st

from caf_platform.contract.model import MALFORMED, Contract
from caf_platform.contract.parse import parse


def one(kind: str) -> Contract:
    """A contract with a key and one other column, `x`, that may be null."""
    bounds = {"minimum": -1e300, "maximum": 1e300} if kind in ("number", "integer") else {}
    return Contract(
        key="id", columns=(column("id", "text"), column("x", kind, nullable=True, **bounds))
    )


def read(kind: str, *texts: str) -> pd.DataFrame:
    """Cells of the column `x` as they are read."""
    rows = [(f"k{number}", text) for number, text in enumerate(texts)]
    return parse(csv_bytes(("id", "x"), *rows), one(kind)).frame


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0.0),
        ("-0", -0.0),
        ("+5", 5.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e308", 1e308),
        ("123456789012345678901234567890", 123456789012345678901234567890.0),
        ("0.1", 0.1),
        ("8.41", 8.41),
    ],
)
def test_decimal_numbers_are_read_exactly(text: str, value: float) -> None:
    """Python's own float of the text, to the last bit."""
    cells = read("number", text)

    assert cells["x"].tolist() == [value]
    assert cells[MALFORMED].isna().all()


@pytest.mark.parametrize(
    "text",
    [
        *("True", "nan", "NaN", "inf", "-inf", "Infinity", "1e999", "-1e999", "NA", "null", "None"),
        *("1,5", "1_000", "0x10", " 5", "5 ", "5\n", "٣", "1e", "--1", ".", "+", "€5"),
    ],
)
def test_what_is_no_number_is_malformed(text: str) -> None:
    """The cell becomes null, and MALFORMED names its column."""
    cells = read("number", text)

    assert cells["x"].isna().tolist() == [True]
    assert cells[MALFORMED].tolist() == ["x"]


def test_only_an_empty_cell_is_null() -> None:
    """An empty cell is null and not malformed, whatever its kind."""
    for kind in ("number", "integer", "timestamp", "text", "category"):
        cells = read(kind, "", "")

        assert cells["x"].isna().tolist() == [True, True]
        assert cells[MALFORMED].isna().all()


def test_texts_keep_what_pandas_would_take_for_null() -> None:
    """'NA', 'null' and a blank are texts."""
    cells = read("text", "NA", "null", " ")

    assert cells["x"].tolist() == ["NA", "null", " "]


def test_an_integer_is_whole_and_exact() -> None:
    """Halves and integers that a float64 would alter are malformed; '5.0' and '1e3' are whole."""
    cells = read("integer", "5.0", "1e3", "9007199254740991", "5.5", "9007199254740992", "1e300")

    assert cells["x"].tolist()[:3] == [5.0, 1000.0, 2.0**53 - 1]
    assert cells[MALFORMED].notna().tolist() == [False, False, False, True, True, True]


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2013-01-01", "2013-01-01T00:00:00"),
        ("2013-01-01T05:15", "2013-01-01T05:15:00"),
        ("2013-01-01 05:15:30.25", "2013-01-01T05:15:30.25"),
        ("2013-01-01T05:15:00.123456789Z", "2013-01-01T05:15:00.123456"),
        ("2013-01-01T05:15:00+02:00", "2013-01-01T03:15:00"),
        ("2013-01-01T05:15:00-0530", "2013-01-01T10:45:00"),
        ("1600-01-01", "1600-01-01T00:00:00"),
    ],
)
def test_moments_are_read_as_utc(text: str, utc: str) -> None:
    """ISO 8601, a time without an offset is UTC, finer than microseconds is cut off."""
    cells = read("timestamp", text)

    assert cells["x"].tolist() == [pd.Timestamp(utc, tz="UTC")]


@pytest.mark.parametrize(
    "text",
    [
        *("2013-02-30", "2013-13-01", "2013-01-01T24:00", "2013-01-01T05:60", "20130101", "now"),
        *("today", "NaT", "1356998400", "01/02/2013", "2013-01-01T", "0001-01-01T00:00+05:00"),
        *("2013-01-01T05:15 UTC", "2013-W01-1", "٢٠١٣-01-01", "2013-01-01T05:15+25:00"),
    ],
)
def test_what_is_no_moment_is_malformed(text: str) -> None:
    """Impossible dates, other formats, and words that pandas would turn into the present."""
    cells = read("timestamp", text)

    assert cells["x"].isna().tolist() == [True]
    assert cells[MALFORMED].tolist() == ["x"]


def test_cells_may_hold_quotes_commas_and_line_ends() -> None:
    """RFC 4180: a quoted cell may hold anything."""
    cells = read("text", 'a "quoted", cell\nof two lines', "=cmd()", "風")

    assert cells["x"].tolist() == ['a "quoted", cell\nof two lines', "=cmd()", "風"]


@given(st.lists(st.text(alphabet="0123456789+-.eE_ naif\t", max_size=9), min_size=1, max_size=20))
def test_numbers_are_what_python_makes_of_a_decimal_text(texts: list[str]) -> None:
    """`float` of the text where it is a finite decimal number, otherwise nothing."""
    cells = read("number", *texts)

    decimal = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
    expected = [float(text) if decimal.fullmatch(text) else math.nan for text in texts]
    finite = [value if math.isfinite(value) else math.nan for value in expected]
    np.testing.assert_array_equal(cells["x"], finite)
