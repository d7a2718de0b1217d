"""A day's file with something wrong in it: 40 rows of the micro project, told in bytes."""

import gzip
import re
from collections.abc import Callable, Sequence

import pandas as pd
from bad_input.case import FileCase, Outcome
from micro.data import batch, batch_name, csv

DAY = 4
"""The day whose rows every case spoils; three good ones come before."""


def rows_of(day: int) -> pd.DataFrame:
    """The same rows as another day's, in as many bytes."""
    rows = batch(DAY)
    rows["row"] = rows["row"].str.replace(f"{DAY:02d}-", f"{day:02d}-", n=1)
    return rows.assign(day=batch_name(day))


AGAIN = "deliver it again, mended, under its name: it comes in as a revision"
LOOK = f"`caf quarantine list` shows them; {AGAIN}"
NOTHING = "nothing to do"
SEEN = f"2020-01-05 day-{DAY:02d} validate"

Made = Callable[[pd.DataFrame], bytes]


def cells(column: str, value: str, count: int = 1) -> Made:
    """The same text in the first cells of a column."""

    def made(rows: pd.DataFrame) -> bytes:
        rows.loc[: count - 1, column] = value
        return csv(rows)

    return made


def text(change: Callable[[str], str | bytes]) -> Made:
    """The file's text, changed."""

    def made(rows: pd.DataFrame) -> bytes:
        changed = change(csv(rows).decode())
        return changed if isinstance(changed, bytes) else changed.encode()

    return made


def refused(name: str, code: str, told: str, made: Made) -> FileCase:
    """A file of which nothing is used."""
    line = f"{SEEN} refuse {told}"
    return FileCase(name, Outcome.REFUSED, code, 0, line, AGAIN, made)


def aside(name: str, code: str, made: Made, *, bad: int = 1, of: int = 40) -> FileCase:
    """A file of which some rows are set aside."""
    line = f"{SEEN} quarantined {bad} of {of} rows set aside: {code} x{bad}"
    return FileCase(name, Outcome.ASIDE, code, 0, line, LOOK, made, rows=(of - bad, bad, 0))


def taken(name: str, made: Made, *, copies: int = 0) -> FileCase:
    """A file that is odd and not wrong."""
    return FileCase(name, Outcome.TAKEN, "", 0, "", NOTHING, made, rows=(40, 0, copies))


def _without(columns: Sequence[str]) -> Made:
    return lambda rows: csv(rows.drop(columns=list(columns)))


def _lines(count: int) -> Made:
    return text(lambda file: "".join(file.splitlines(keepends=True)[: count + 1]))


COLUMNS = (
    refused(
        "a column is missing",
        "noise:missing_column",
        "noise:missing_column: the file has no such column",
        _without(["noise"]),
    ),
    refused(
        "a column too many",
        "extra:unexpected_column",
        "extra:unexpected_column: the contract does not know this column",
        lambda rows: csv(rows.assign(extra="1")),
    ),
    refused(
        "a column twice",
        "noise:missing_column heat:duplicate_column",
        "noise:missing_column: the file has no such column; heat:duplicate_column: the file has "
        "it 2 times",
        text(lambda file: file.replace("noise", "heat", 1)),
    ),
    refused(
        "a column's name in another case",
        "heat:missing_column Heat:unexpected_column",
        "heat:missing_column: the file has no such column; Heat:unexpected_column: the contract "
        "does not know this column",
        text(lambda file: file.replace("heat", "Heat", 1)),
    ),
    refused(
        "terminal codes in a column's name",
        "noise:missing_column \\x1b[2J:unexpected_column",
        "noise:missing_column: the file has no such column; \\x1b[2J:unexpected_column: the "
        "contract does not know this column",
        text(lambda file: file.replace("noise", "\x1b[2J", 1)),
    ),
    taken("columns in another order", lambda rows: csv(rows[rows.columns[::-1]])),
    refused(
        "another delimiter (semicolons)",
        "row:missing_column at:missing_column day:missing_column heat:missing_column "
        "noise:missing_column site:missing_column row;at;day;heat;noise;site:unexpected_column",
        "row:missing_column: the file has no such column; at:missing_column: the file has no such "
        "column; and 5 more",
        text(lambda file: file.replace(",", ";")),
    ),
)

WHOLE = (
    refused(
        "an empty file",
        "unreadable",
        "unreadable: the file is empty: it has no header",
        lambda _rows: b"",
    ),
    refused(
        "a header and no rows",
        "too_few_rows",
        "too_few_rows: 0 rows, at least 10 expected",
        _lines(0),
    ),
    refused(
        "one row where ten are the least",
        "too_few_rows",
        "too_few_rows: 1 rows, at least 10 expected",
        _lines(1),
    ),
    refused(
        "half a file, cut within a row",
        "unreadable",
        "unreadable: line 19 has 5 cells, the header 6",
        text(lambda file: file[:900]),
    ),
    refused(
        "half a file, cut between two rows",
        "too_few_rows",
        "too_few_rows: 5 rows, at least 10 expected",
        _lines(5),
    ),
    refused(
        "a quote that is never closed",
        "unreadable",
        "unreadable: line 41: unexpected end of data",
        text(lambda file: re.sub(r"\n(\d\d-03,)", r'\n"\1', file)),
    ),
    refused(
        "UTF-16",
        "unreadable",
        "unreadable: byte 0 is not UTF-8",
        text(lambda file: file.encode("utf-16")),
    ),
    refused(
        "Latin-1",
        "unreadable",
        "unreadable: byte 55 is not UTF-8",
        text(lambda file: file.replace("day-", "d\u00e9j\u00e0", 1).encode("latin-1")),
    ),
    taken("a byte order mark", text(lambda file: b"\xef\xbb\xbf" + file.encode())),
    taken("line ends of Windows", text(lambda file: file.replace("\n", "\r\n"))),
    refused(
        "a NUL byte",
        "unreadable",
        "unreadable: a NUL byte stands at 371: UTF-16, or not text",
        text(lambda file: file.replace("-07,", "\x0007,")),
    ),
    refused(
        "a gigantic field (200,000 characters)",
        "unreadable",
        "unreadable: line 2: field larger than field limit (131072)",
        cells("day", "x" * 200_000),
    ),
    refused(
        "packed by gzip",
        "unreadable",
        "unreadable: byte 1 is not UTF-8",
        text(lambda file: gzip.compress(file.encode(), mtime=0)),
    ),
    refused(
        "a page of HTML that says 502",
        "row:missing_column at:missing_column day:missing_column heat:missing_column "
        "noise:missing_column site:missing_column <h1>502</h1>:unexpected_column",
        "row:missing_column: the file has no such column; at:missing_column: the file has no such "
        "column; and 5 more",
        lambda _rows: b"<h1>502</h1>\n",
    ),
    refused(
        "yesterday's file once more",
        "too_few_rows",
        "too_few_rows: 0 rows, at least 10 expected; 40 of 40 rows had come before",
        lambda _rows: csv(batch(DAY - 1)),
    ),
    refused(
        "too many bad rows (9 of 40, where a fifth is the most)",
        "quarantine_share",
        "quarantine_share: 22.5% of rows break the contract (heat:maximum), 20.0% are allowed",
        cells("heat", "99", 9),
    ),
    refused(
        "all rows from the future",
        "quarantine_share",
        "quarantine_share: 100.0% of rows break the contract (at:future), 20.0% are allowed",
        cells("at", "2099-01-01T00:00:00Z", 40),
    ),
)

CELLS = (
    aside("words where a number is due", "heat:type", cells("heat", "warm")),
    aside("booleans as numbers", "heat:type", cells("heat", "True", 2), bad=2),
    aside("NaN", "heat:type", cells("heat", "NaN")),
    aside("an infinity", "heat:type", cells("heat", "-inf")),
    aside("1e308", "heat:maximum", cells("heat", "1e308")),
    aside("1e309, which no float holds", "heat:type", cells("heat", "1e309")),
    aside("a comma as decimal point", "heat:type", cells("heat", "1,5")),
    aside("digits of another script", "heat:type", cells("heat", "\uff11.\uff15")),
    aside("an empty cell", "heat:null", cells("heat", "")),
    aside("the 45th of the 13th month", "at:type", cells("at", "2020-13-45T00:00:00Z")),
    aside("rows from the future", "at:future", cells("at", "2099-01-01T00:00:00Z", 2), bad=2),
    aside("an unknown category", "site:not_allowed", cells("site", "c")),
    aside("a letter that only looks the same", "site:not_allowed", cells("site", "\u0430")),
    aside("an invisible character", "site:not_allowed", cells("site", "a\u200b")),
    aside("a spreadsheet formula", "site:not_allowed", cells("site", "=cmd|' /C calc'!A0")),
    aside("a very long text", "day:too_long", cells("day", "x" * 10_000)),
    aside(
        "one key with two contents",
        "row:key_conflict",
        lambda rows: csv(pd.concat([rows, rows.head(1).assign(heat="0.5")])),
        bad=2,
        of=41,
    ),
    taken(
        "rows that stand there twice",
        lambda rows: csv(pd.concat([rows, rows.head(3)])),
        copies=3,
    ),
)
