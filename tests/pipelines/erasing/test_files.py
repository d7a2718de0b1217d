"""Rows leave files; every other byte stays as it came."""

import io

import pandas as pd
import pyarrow.parquet as pq
import pytest

from caf_pipelines.erasing.files import csv_without, parquet_without
from caf_platform.project.classified import Classes, stored_classes, to_parquet


def without(raw: bytes, who: str = "eve") -> tuple[bytes, int]:
    """Without Eve's rows."""
    return csv_without(raw, lambda row: row.get("who") == who, lambda cell: cell == who, ("who",))


@pytest.mark.parametrize(
    ("raw", "left", "rows"),
    [
        (b"who,x\nada,1\neve,2\nbob,3\n", b"who,x\nada,1\nbob,3\n", 1),
        (b"who,x\r\neve,2\r\nbob,3", b"who,x\r\nbob,3", 1),
        (b'who,x\neve,"two\nlines"\nada,"a ""word"""\n', b'who,x\nada,"a ""word"""\n', 1),
        (b"\xef\xbb\xbfwho,x\neve,1\nada,2\n", b"\xef\xbb\xbfwho,x\nada,2\n", 1),
        (b"who,x\n\neve,1\n\nada,2\n", b"who,x\nada,2\n", 1),
        (b"who,x\neve,1\neve,2\n", b"who,x\n", 2),
        (b"who,x\nada,eve\n", b"who,x\nada,eve\n", 0),
        (b"", b"", 0),
    ],
)
def test_rows_leave_a_csv_file(raw: bytes, left: bytes, rows: int) -> None:
    """Line ends, quotes and marks of the others are as they were."""
    assert without(raw) == (left, rows)


@pytest.mark.parametrize(
    "raw",
    [
        b"who,x\nada,1\neve\n",
        b'who,x\n"eve,1\n',
        "who,x\nev\u00e9,1\neve,2\n".encode("latin-1"),
        b"who;x\neve;1\n\0",
        b"a|b\n1|eve|3\n",
    ],
)
def test_of_a_file_that_cannot_be_told_apart_nothing_is_left(raw: bytes) -> None:
    """When it names whom it must not; another such file stays, byte for byte."""
    assert without(raw) == (b"", 1)
    assert without(raw, "zoe") == (raw, 0)


def test_rows_leave_a_parquet_file_and_its_classes_stay() -> None:
    """The same table without them, and the same schema."""
    frame = pd.DataFrame({"who": ["ada", "eve"], "x": [1.0, 2.0]})
    data = to_parquet(frame, Classes("personal", {"x": "public"}))

    left, rows = parquet_without(
        data, lambda table: [one == "eve" for one in table["who"].to_pylist()]
    )

    assert rows == 1
    assert pd.read_parquet(io.BytesIO(left))["who"].tolist() == ["ada"]
    assert stored_classes(left) == {"who": "personal", "x": "public"}
    assert pq.read_schema(io.BytesIO(left)).equals(pq.read_schema(io.BytesIO(data)))
    assert parquet_without(data, lambda table: [False] * table.num_rows) == (data, 0)
