"""Where a rule just still holds, and what is said where it does not: each part by itself."""

import time
from collections import Counter
from datetime import UTC, datetime

import pytest
from contract_cases import CONTRACT, GOOD, changed, column
from contract_engines import SQL_TYPES, by_mask, by_sqlite
from sqlalchemy import Column, MetaData, String, Table

from caf_platform.contract.cells import Sign, from_json, timestamp
from caf_platform.contract.delimited import UnreadableFile, read
from caf_platform.contract.mask import filled_share, reasons
from caf_platform.contract.model import MALFORMED, ColumnKind
from caf_platform.contract.names import LONGEST, MOST, unexpected
from caf_platform.contract.parse import from_records, parse
from caf_platform.contract.sql import table_violations, violations

AT_THE_BOUNDS = [
    changed(flight=f"F{number}", **cells)
    for number, cells in enumerate(
        ({"wind": 0.0}, {"wind": 150.0}, {"seats": 1}, {"seats": 900}, {"tail": "N14228"})
    )
]


def test_the_bounds_themselves_are_allowed_in_sql_and_by_mask() -> None:
    """Both of them, and the longest text."""
    frame = from_records(AT_THE_BOUNDS, CONTRACT).frame

    assert by_sqlite(frame, CONTRACT) == Counter()
    assert by_mask(frame, CONTRACT) == Counter()


def test_two_unreadable_cells_of_a_row_are_two_reasons() -> None:
    """Each by its own column."""
    frame = from_records([changed(wind="strong", departs="soon")], CONTRACT).frame

    assert reasons(frame, CONTRACT).tolist() == [("wind:type", "departs:type")]


def test_the_share_that_must_be_filled() -> None:
    """None of the cells where nothing is said."""
    assert filled_share(column("x", "number", minimum=0, maximum=1, nullable=True)) == 0.0
    assert filled_share(CONTRACT.columns[1]) == 0.42


def test_the_largest_whole_number_is_one() -> None:
    """Below 2**53 each whole number is itself; from there on, two share one float."""
    assert from_json(2**53 - 1, ColumnKind.INTEGER) == 2.0**53 - 1
    assert from_json(2**53, ColumnKind.INTEGER) is Sign.UNREADABLE


def test_a_moment_is_utc_wherever_the_machine_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    """A time without an offset is not the machine's own."""
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        found = [timestamp("2013-01-01T05:15:00"), timestamp("2013-01-01 07:15:00+02:00")]
    finally:
        monkeypatch.undo()
        time.tzset()

    assert found == [datetime(2013, 1, 1, 5, 15, tzinfo=UTC)] * 2
    assert [moment.tzinfo for moment in found if moment] == [UTC, UTC]


def test_a_cell_keeps_its_own_line_ends() -> None:
    """What stands between quotes is not the file's layout."""
    assert read(b'a,b\r\n"x\r\ny",2\r\n').rows == [["x\r\ny", "2"]]


def test_the_first_nul_is_told() -> None:
    """Its place, where two stand."""
    with pytest.raises(UnreadableFile, match="a NUL byte stands at 1:"):
        read(b"a\0b\0")


def test_strangers_are_named_up_to_a_limit() -> None:
    """Twenty without a word, more with how many; long names are cut, others are not."""
    few, many = unexpected(["x"] * MOST, CONTRACT), unexpected(["x"] * (MOST + 1), CONTRACT)

    assert {detail for _, detail in few} == {"the contract does not know this column"}
    assert many[-1][1] == "the contract does not know this column, nor 1 others"
    assert [
        code.partition(":")[0] for code, _ in unexpected(["ä" * LONGEST, "b" * 61], CONTRACT)
    ] == [
        "ä" * LONGEST,
        "b" * LONGEST + "...",
    ]


def test_a_column_that_is_missing_is_said_to_be() -> None:
    """By its code, and in words."""
    found = parse(b"flight\nUA1\n", CONTRACT).problems

    assert {one.detail for one in found} == {"the file has no such column"}
    assert {one.passed for one in found} == {False}


def test_what_a_record_holds_besides_texts_is_kept_as_text() -> None:
    """What JSON does not know, too."""
    texts = from_records([changed(departs=datetime(2013, 1, 1, tzinfo=UTC))], CONTRACT).texts

    assert texts["departs"].tolist() == ['"2013-01-01 00:00:00+00:00"']
    assert texts["flight"].tolist() == [GOOD["flight"]]


def test_the_questions_name_their_columns() -> None:
    """Whoever runs the SQL by hand reads `key`, `rule` and `found`."""
    columns = (Column(one.name, SQL_TYPES[one.kind]) for one in CONTRACT.columns)
    table = Table("batch", MetaData(), *columns, Column(MALFORMED, String()))

    assert violations(table, CONTRACT).selected_columns.keys() == ["key", "rule"]
    assert table_violations(table, CONTRACT).selected_columns.keys() == ["rule", "found"]


def test_one_null_more_than_its_share_is_found_in_sql_and_by_mask() -> None:
    """59 of 100, where 0.58 is allowed: not only where nothing at all is filled."""
    rows = [changed(flight=f"F{n}", wind=None if n < 59 else 1.0) for n in range(100)]
    frame = from_records(rows, CONTRACT).frame

    found = [engine(frame, CONTRACT) for engine in (by_sqlite, by_mask)]

    assert found == [Counter({(None, "wind:null_share"): 1})] * 2
