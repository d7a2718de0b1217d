"""Raw bytes become typed columns; nothing that a file can hold raises."""

from dataclasses import replace

import pandas as pd
import pytest
from contract_cases import CONTRACT, GOOD, csv_bytes
from hypothesis import given
from hypothesis import strategies as st

from caf_platform.contract.model import MALFORMED, Classification
from caf_platform.contract.parse import parse

HEADER = CONTRACT.names
ROW = ("UA1545", "12.5", "149", "EWR", "N14228", "2013-01-01T05:15:00Z")


def problems(raw: bytes) -> dict[str, str]:
    """Table-level problems by rule."""
    found = parse(raw, CONTRACT).problems
    assert all(p.level == "table" and not p.passed and p.failed_rows is None for p in found)
    return {problem.rule: problem.detail for problem in found}


def test_a_good_file_is_read_into_typed_columns() -> None:
    """Numbers are float64, texts str, moments UTC; nothing is malformed, nothing a problem."""
    parsed = parse(csv_bytes(HEADER, ROW), CONTRACT)

    row = parsed.frame.iloc[0]
    assert parsed.frame.columns.tolist() == [*HEADER, MALFORMED]
    assert [str(dtype) for dtype in parsed.frame.dtypes] == [
        "str",
        "float64",
        "float64",
        "str",
        "str",
        "datetime64[us, UTC]",
        "str",
    ]
    assert row[["flight", "wind", "seats", "tail"]].tolist() == ["UA1545", 12.5, 149.0, "N14228"]
    assert row["departs"] == pd.Timestamp("2013-01-01T05:15", tz="UTC")
    assert pd.isna(row[MALFORMED])
    assert parsed.problems == ()


def test_all_malformed_cells_of_a_row_are_named() -> None:
    """In contract order, joined by commas; the original texts are kept for the quarantine."""
    bad = ("UA1545", "calm", "many", "EWR", "", "soon")

    parsed = parse(csv_bytes(HEADER, ROW, bad), CONTRACT)

    assert parsed.frame[MALFORMED].tolist()[1] == "wind,seats,departs"
    assert tuple(parsed.texts.iloc[1]) == bad


def test_columns_may_come_in_any_order_and_with_a_byte_order_mark() -> None:
    """The typed frame is in contract order."""
    raw = b"\xef\xbb\xbf" + csv_bytes(HEADER[::-1], ROW[::-1])

    parsed = parse(raw, CONTRACT)

    assert parsed.problems == ()
    assert tuple(parsed.texts.iloc[0]) == ROW


@pytest.mark.parametrize(
    ("raw", "where"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (csv_bytes(HEADER, ROW).decode().encode("utf-16"), "byte 0"),
        (csv_bytes(HEADER, ROW).decode().encode("utf-16-le"), "NUL"),
        (csv_bytes(HEADER, ("Zürich", *ROW[1:])).decode().encode("latin-1"), "UTF-8"),
        (b"PK\x03\x04\x00\x00", "NUL"),
        (csv_bytes(HEADER, ROW) + b'"half a cell', "unexpected end of data"),
        (csv_bytes(HEADER, ROW) + b'"a"b,1,1,EWR,N1,2013-01-01\n', "line 3"),
        (csv_bytes(HEADER, ROW, ROW[:3]), "line 3 has 3 cells, the header 6"),
        (csv_bytes(HEADER, ROW, (*ROW, "more")), "line 3 has 7 cells, the header 6"),
        (csv_bytes(HEADER, ("x" * 200_000, *ROW[1:])), "field larger"),
    ],
)
def test_a_file_that_is_no_csv_is_unreadable(raw: bytes, where: str) -> None:
    """One table-level problem that says where the file breaks, and no rows."""
    found = problems(raw)

    assert list(found) == ["unreadable"]
    assert where in found["unreadable"]
    assert parse(raw, CONTRACT).frame.empty


def test_missing_unexpected_and_repeated_columns_are_problems() -> None:
    """Each is named; the columns that are there are still read."""
    header = ("flight", "wind", "wind", "seats", "origin", "tail", "gate")

    found = problems(csv_bytes(header, ("UA1545", "1", "2", "149", "EWR", "", "A1")))

    assert list(found) == [
        "departs:missing_column",
        "gate:unexpected_column",
        "wind:duplicate_column",
    ]
    assert found["wind:duplicate_column"] == "the file has it 2 times"


def test_a_file_without_a_header_lacks_every_column() -> None:
    """The first row of data is taken for a header, and none of its names is known."""
    found = problems(csv_bytes(ROW))

    assert {f"{name}:missing_column" for name in HEADER} <= set(found)
    assert "UA1545:unexpected_column" in found


def test_a_header_of_thousands_of_columns_is_named_in_part() -> None:
    """Twenty names at most, of at most sixty characters; the rest is counted."""
    header = (*HEADER, "y" * 99, *(f"x{number}" for number in range(5000)))

    found = problems(csv_bytes(header))

    assert len(found) == 20
    assert f"{'y' * 60}...:unexpected_column" in found
    assert list(found.values())[-1].endswith("nor 4981 others")


def test_a_column_s_name_brings_no_terminal_codes() -> None:
    """What is not printable in a stranger's name is escaped: it is shown on terminals."""
    found = problems(csv_bytes((*HEADER, "\x1b[2Jgone\u202e"), (*ROW, "1")))

    assert list(found) == ["\\x1b[2Jgone\\u202e:unexpected_column"]


def test_a_reserved_name_cannot_be_smuggled_in() -> None:
    """A file cannot bring a MALFORMED column of its own."""
    found = problems(csv_bytes((*HEADER, MALFORMED), (*ROW, "wind")))

    assert list(found) == ["_malformed:unexpected_column"]


def test_exact_copies_are_marked_and_dropped() -> None:
    """Later copies only; rows that share a key but differ, and rows without a key, are none."""
    other, keyless = ("UA1545", "9.9", *ROW[2:]), ("", *ROW[1:])

    parsed = parse(csv_bytes(HEADER, ROW, other, ROW, ROW, keyless, keyless), CONTRACT)

    assert parsed.duplicates.tolist() == [False, False, True, True, False, False]
    assert parsed.distinct.frame["flight"].tolist()[:2] == ["UA1545", "UA1545"]
    assert parsed.distinct.frame.index.tolist() == [0, 1, 2, 3]
    assert not parsed.distinct.duplicates.any()
    assert len(parsed.distinct.texts) == 4


@given(st.binary(max_size=200))
def test_no_bytes_raise(raw: bytes) -> None:
    """Any bytes give a typed frame or a problem."""
    parsed = parse(raw, CONTRACT)

    assert parsed.frame.columns.tolist() == [*HEADER, MALFORMED]
    assert parsed.problems


@given(st.lists(st.tuples(*[st.text(max_size=6)] * len(HEADER)), max_size=4), st.data())
def test_no_damage_to_a_file_raises(rows: list[tuple[str, ...]], data: st.DataObject) -> None:
    """A file of any texts, cut at any place, keeps one entry per row in all of its parts."""
    raw = csv_bytes(HEADER, ROW, *rows) if rows else csv_bytes(HEADER, ROW)
    whole = data.draw(st.integers(0, len(raw)))

    parsed = parse(raw[:whole], CONTRACT)

    assert len(parsed.frame) == len(parsed.texts) == len(parsed.duplicates)


def test_good_is_good() -> None:
    """The record that other tests start from is the row of this one."""
    assert tuple(str(value) for value in GOOD.values()) == ROW


def test_where_data_is_about_people_a_stranger_is_not_named():
    """Of a file without a header the first row stands there: somebody's data."""
    columns = tuple(replace(one, classification=Classification.PERSONAL) for one in CONTRACT)
    people = replace(CONTRACT, columns=columns)
    raw = b"Ada Lovelace,1815-12-10\n"

    found = [(one.rule, one.detail) for one in parse(raw, people).problems]

    strangers = [pair for pair in found if pair[0].endswith("unexpected_column")]
    assert [code for code, _ in strangers] == [
        "stranger 1:unexpected_column", "stranger 2:unexpected_column",
    ]  # fmt: skip
    assert "Ada" not in str(found)
    assert "is not repeated" in strangers[0][1]
