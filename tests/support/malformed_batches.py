"""Files of the micro project's rows with something wrong in them, and odd ones that are right.

Each is told by a seed: which rows, which columns, and which of the corpus' cells.
"""

import gzip
import json
from collections.abc import Callable
from csv import DictReader
from io import StringIO
from random import Random

import pandas as pd
from micro.data import batch, batch_name, csv

GOOD_DAY = 4
"""A day with nothing wrong in it; its rows are given the name of each new one."""

NO_NUMBERS = (
    *("nan", "NaN", "inf", "-inf", "Infinity", "1e309", "1e308", "-1e308", "True", "false", "TRUE"),
    *("warm", "", " ", "1,5", "1.5.2", "0x10", "1_000", "--1", "1e", "None", "null", "NaT", "[1]"),
    *("{}", "\uff11.\uff15", "\u0663", "\u221e", "1\u20090", "\u22125", "=1+1", "@SUM(A1)", "99"),
    *("1;2", "'1'", "1 EUR", "\ufffd", "5\u0000".replace("\u0000", "\u200b"), "<b>1</b>", "10.001"),
)
NO_TIMES = (
    *("soon", "now", "NaT", "", "12:00", "1577836800", "2020-13-01T00:00:00Z", "2020-02-30"),
    *("2099-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "0000-01-01", "2020-01-01T24:61:00Z"),
    *("True", "nan", "01/02/2020", "=NOW()", "\u0662\u0660\u0662\u0660-01-01"),
)
NO_SITES = (
    *("c", "A", "", "a ", " a", "\u0430", "a\u200b", "\u00e4", "a\u0301", "=cmd|' /C calc'!A0"),
    *("+a", "-a", "@a", "True", "nan", "null", "a;b", "<script>", "'; DROP TABLE rows; --"),
    *("\u202ea", "\ufeffa", "\U0001f4a9", "a" * 5000),
)
NO_DAYS = ("", "x" * 9, "\u65e5" * 9, "=HYPERLINK(1)", "x" * 70_000)
NO_KEYS = ("", "x" * 9, "\U0001f926" * 9)
CELLS = {"heat": NO_NUMBERS, "noise": NO_NUMBERS, "at": NO_TIMES, "site": NO_SITES}
CELLS |= {"day": NO_DAYS, "row": NO_KEYS}

Rows = pd.DataFrame
Made = Callable[[Rows, Random], bytes]


def rows_named(number: int) -> Rows:
    """Forty good rows that no other number's file has."""
    rows = batch(GOOD_DAY)
    keys = [f"{number % 10_000:04d}-{place:02d}" for place in range(len(rows))]
    return rows.assign(row=keys, day=batch_name(GOOD_DAY))


def bad_cells(rows: Rows, random: Random) -> bytes:
    """Up to all cells of some columns, each with something that the contract forbids."""
    count = random.choice([1, 1, 2, 5, 8, 9, 20, 40])
    for column in random.sample(sorted(CELLS), random.choice([1, 1, 1, 2, 3])):
        for place in random.sample(range(len(rows)), count):
            rows.loc[place, column] = random.choice(CELLS[column])
    return csv(rows)


def conflicting(rows: Rows, random: Random) -> bytes:
    """The same key with two contents."""
    again = rows.sample(random.randint(1, 20), random_state=random.randint(0, 9999))
    return csv(pd.concat([rows, again.assign(heat="0.12345")]))


def _text(change: Callable[[str, Random], str | bytes]) -> Made:
    def made(rows: Rows, random: Random) -> bytes:
        changed = change(csv(rows).decode(), random)
        return changed if isinstance(changed, bytes) else changed.encode()

    return made


def _header(change: Callable[[list[str], Random], list[str]]) -> Made:
    def changed(file: str, random: Random) -> str:
        head, _, rest = file.partition("\n")
        return ",".join(change(head.split(","), random)) + "\n" + rest

    return _text(changed)


def _renamed(names: list[str], random: Random) -> list[str]:
    """A name in another case, with a space, in another script, of a formula."""
    place = random.randrange(len(names))
    odd = [names[place].upper(), f" {names[place]}", f"{names[place]}\u200b", "", "=A1", "\x1b[2J"]
    return [*names[:place], random.choice(odd), *names[place + 1 :]]


def _doubled(names: list[str], random: Random) -> list[str]:
    one, other = random.sample(range(len(names)), 2)
    names[one] = names[other]
    return names


def _many_columns(rows: Rows, random: Random) -> bytes:
    """Thousands of columns that nobody asked for."""
    count = random.choice([1, 10, 3000])
    more = pd.DataFrame("1", index=rows.index, columns=[f"x{at}" for at in range(count)])
    return csv(pd.concat([rows, more], axis=1))


def _cut(file: str, random: Random) -> str:
    """The file up to somewhere before its tenth row has ended."""
    tenth = len("\n".join(file.split("\n")[:10]))
    return file[: random.randrange(tenth)]


def _inserted(file: str, random: Random, what: bytes) -> bytes:
    raw = file.encode()
    place = random.randrange(len(raw))
    return raw[:place] + what + raw[place:]


def _line(file: str, random: Random, change: Callable[[str], str]) -> str:
    lines = file.rstrip("\n").split("\n")
    place = random.randrange(1, len(lines))
    return "\n".join([*lines[:place], change(lines[place]), *lines[place + 1 :]]) + "\n"


FILES: dict[str, Made] = {
    "a column less": lambda rows, random: csv(rows.drop(columns=random.choice(list(rows)))),
    "columns too many": _many_columns,
    "a column under another name": _header(_renamed),
    "a column twice": _header(_doubled),
    "no header": _text(lambda file, _: file.partition("\n")[2]),
    "another delimiter": _text(lambda file, random: file.replace(",", random.choice(";|\t: "))),
    "another encoding": _text(
        lambda file, random: (
            file.encode(random.choice(["utf-16", "utf-32", "utf-16-le"]))
            if random.random() < 0.8
            else _inserted(file, random, b"\xe9")
        )
    ),
    "bytes of no text": _text(
        lambda file, random: _inserted(file, random, random.choice([b"\0", b"\xff", b"\xc3\x28"]))
    ),
    "half a file": _text(_cut),
    "no rows": lambda rows, random: csv(rows.head(random.randint(0, 9))),
    "nothing": lambda _rows, random: random.choice(
        [b"", b"\n", b" ", b"\r\n\r\n", b"\xef\xbb\xbf"]
    ),
    "a cell too many": _text(lambda file, random: _line(file, random, lambda line: f"{line},1")),
    "a cell too few": _text(
        lambda file, random: _line(file, random, lambda line: line.rpartition(",")[0])
    ),
    "a quote left open": _text(lambda file, random: _line(file, random, lambda line: f'"{line}')),
    "a packed file": lambda rows, _: gzip.compress(csv(rows), mtime=0),
    "another kind of file": lambda rows, random: random.choice(
        [
            rows.to_json(orient="records").encode(),
            json.dumps({"rows": [{"nested": row} for row in rows["row"]]}).encode(),
            b"PAR1" + csv(rows) + b"PAR1",
            b"PK\x03\x04" + csv(rows),
            b"<html><h1>502</h1></html>",
            b"%PDF-1.7\n" + csv(rows),
        ]
    ),
}
"""What makes a file of no use as a whole."""

MALFORMED: dict[str, Made] = {
    "bad cells": bad_cells,
    "a key with two contents": conflicting,
} | FILES


def malformed(number: int) -> tuple[str, bytes]:
    """The kind and the bytes of a malformed file."""
    random = Random(number)  # noqa: S311 - no secret
    kind = "bad cells" if number % 2 else random.choice(list(MALFORMED))
    return kind, MALFORMED[kind](rows_named(number), random)


def written(raw: bytes) -> list[dict[str, str]]:
    """The rows that a file tells of, as Python's own reader finds them, blank lines left out."""
    return list(DictReader(StringIO(raw.decode("utf-8-sig"), newline="")))


def sound_keys(number: int, raw: bytes) -> set[str]:
    """Keys of a malformed file's rows that are what they were before it was spoilt, every time."""
    good = {row["row"]: row for row in rows_named(number).astype(str).to_dict("records")}
    rows = written(raw)
    return {row["row"] for row in rows} - {
        row["row"] for row in rows if row != good.get(row["row"])
    }


def odd(number: int) -> bytes:
    """A file that is as it should be: in any order, with either line end, quoted or not."""
    random = Random(number)  # noqa: S311 - no secret
    rows = rows_named(number).sample(frac=1, random_state=number)
    for column in ("heat", "noise"):
        rows[column] = [
            f"{random.uniform(-10, 10):{random.choice(['.3f', '.6e', 'g'])}}" for _ in rows["row"]
        ]
    columns = random.sample(list(rows), len(rows.columns))
    quoting = random.choice([0, 1])
    text = rows[columns].to_csv(index=False, quoting=quoting)
    text = text.replace("\n", random.choice(["\n", "\r\n"]))
    return random.choice([b"", b"\xef\xbb\xbf"]) + text.encode()
