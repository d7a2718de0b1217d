"""Bytes of a CSV file as rows of text, or the reason why they are none.

The standard library's reader in strict mode: it keeps repeated column names, it counts cells,
and it refuses half a quoted cell, all of which pandas mends in silence.
"""

import csv
import io
from dataclasses import dataclass


class UnreadableFile(Exception):
    """The bytes are not a CSV file in UTF-8; the text says where it breaks."""


@dataclass(frozen=True)
class Delimited:
    """A header and rows that all have as many cells as the header."""

    header: list[str]
    rows: list[list[str]]


def read(raw: bytes) -> Delimited:
    """The cells of a UTF-8 CSV file (comma, double quotes, RFC 4180; a byte order mark is fine).

    Blank lines are skipped. Raises UnreadableFile for other encodings, NUL bytes, broken quotes,
    an empty file, or rows with more or fewer cells than the header (a file cut short).
    """
    lines = csv.reader(io.StringIO(_decoded(raw), newline=""), strict=True)
    header: list[str] = []
    rows: list[list[str]] = []
    try:
        header = next((cells for cells in lines if cells), [])
        for cells in lines:
            if cells and len(cells) != len(header):
                raise UnreadableFile(
                    f"line {lines.line_num} has {len(cells)} cells, the header {len(header)}"
                )
            if cells:
                rows.append(cells)
    except csv.Error as error:
        raise UnreadableFile(f"line {lines.line_num}: {error}") from None
    if not header:
        raise UnreadableFile("the file is empty: it has no header")
    return Delimited(header, rows)


def _decoded(raw: bytes) -> str:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"byte {error.start} is not UTF-8") from None
    if "\0" in text:
        raise UnreadableFile(f"a NUL byte stands at {text.index(chr(0))}: UTF-16, or not text")
    return text
