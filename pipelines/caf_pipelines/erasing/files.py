"""Files without some of their rows; every other byte of a CSV file stays as it came."""

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

Row = Mapping[str, str]
_BETWEEN_CELLS = re.compile(r'[,;|\t\r\n"]+')
_MARK = "\ufeff"


def csv_without(
    raw: bytes,
    gone: Callable[[Row], bool],
    suspect: Callable[[str], bool],
    columns: Sequence[str],
) -> tuple[bytes, int]:
    """A CSV file without the rows that are `gone`, and how many those were.

    A file that cannot be read row by row, whose rows have other cells than its header, or that has
    none of the `columns` by which rows are told apart: nothing of it is left, counted as one, when
    a cell of it is `suspect`.
    """
    text = _text(raw)
    records = None if text is None else _records(text)
    if records is None or not set(columns) & set(records[0][0]):
        cells = _BETWEEN_CELLS.split(raw.decode("utf-8", "replace"))
        return (b"", 1) if any(suspect(cell.strip()) for cell in cells) else (raw, 0)
    header, rows = records
    kept = [lines for cells, lines in rows if not gone(dict(zip(header[0], cells, strict=True)))]
    if len(kept) == len(rows):
        return raw, 0
    return "".join([header[1], *kept]).encode(), len(rows) - len(kept)


def parquet_without(data: bytes, gone: Callable[[Any], Sequence[bool]]) -> tuple[bytes, int]:
    """A Parquet file without the rows at which `gone(table)` is true, and how many those were.

    Its schema stays as it is, with the class of every column.
    """
    import pyarrow as pa  # type: ignore[import-untyped] # ships no types
    import pyarrow.parquet as pq  # type: ignore[import-untyped] # ships no types

    table = pq.read_table(pa.BufferReader(data))
    out = list(gone(table))
    if not any(out):
        return data, 0
    buffer = io.BytesIO()
    pq.write_table(table.filter(pa.array([not one for one in out])), buffer)
    return buffer.getvalue(), sum(out)


def _text(raw: bytes) -> str | None:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _records(text: str) -> tuple[tuple[list[str], str], list[tuple[list[str], str]]] | None:
    """The header and each row as cells and as the text that it came as; None for no such file."""
    lines = list(io.StringIO(text, newline=""))
    reader = csv.reader(lines, strict=True)
    found, ends = [], [0]
    try:
        for cells in reader:
            found.append(cells)
            ends.append(reader.line_num)
    except csv.Error:
        return None
    spans = ["".join(lines[start:end]) for start, end in pairwise(ends)]
    full = [(cells, span) for cells, span in zip(found, spans, strict=True) if cells]
    if not full or any(len(cells) != len(full[0][0]) for cells, _ in full):
        return None
    header, *rows = full
    return ([name.removeprefix(_MARK) for name in header[0]], header[1]), rows
