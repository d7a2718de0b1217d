"""A label file with something wrong in it: 40 labels of one day, told in bytes."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
from bad_input.case import Case, Outcome
from micro.data import csv

AGAIN = "Next: deliver a mended file under the same name; this one's raw bytes are kept."
SEEN = "labels incident label file FILE"


@dataclass(frozen=True)
class LabelCase(Case):
    """`counts` are labels that joined a row, that match none, and that are of no use."""

    made: Callable[[pd.DataFrame], bytes]
    counts: tuple[int, int, int]


def unusable(name: str, told: str, made: Callable[[pd.DataFrame], bytes]) -> LabelCase:
    """A file that cannot be read at all."""
    line = f"{SEEN} cannot be used: {told} {AGAIN}"
    return LabelCase(name, Outcome.TOLD, "", 0, line, AGAIN, made, (0, 0, 0))


def counted(
    name: str, counts: tuple[int, int, int], made: Callable[[pd.DataFrame], bytes], told: str = ""
) -> LabelCase:
    """A file of which what can be used is used."""
    outcome = Outcome.TOLD if told else Outcome.TAKEN
    following = AGAIN if told else "deliver it again, mended: each label is counted once"
    return LabelCase(name, outcome, "", 0, told, following, made, counts)


def _twice(rows: pd.DataFrame) -> bytes:
    first = rows.head(1)
    return csv(pd.concat([rows, first.assign(label=1 - first["label"].astype(int))]))


ALL: tuple[LabelCase, ...] = (
    unusable(
        "no column `label`",
        "A label file has the columns ['row', 'true', 'revision']. It needs 'label', and 'row' or "
        "'prediction_id', each once.",
        lambda rows: csv(rows.rename(columns={"label": "true"})),
    ),
    unusable(
        "no column that names a row",
        "A label file has the columns ['label', 'revision']. It needs 'label', and 'row' or "
        "'prediction_id', each once.",
        lambda rows: csv(rows.drop(columns="row")),
    ),
    unusable(
        "an empty label file",
        "A label file cannot be read. the file is empty: it has no header.",
        lambda _rows: b"",
    ),
    unusable(
        "UTF-16 labels",
        "A label file cannot be read. byte 0 is not UTF-8.",
        lambda rows: csv(rows).decode().encode("utf-16"),
    ),
    counted(
        "classes that nobody declared",
        (0, 0, 40),
        lambda rows: csv(rows.assign(label="yes")),
        f"{SEEN} is mostly unusable: 40 of 40 rows have no label, row or revision to be used. "
        f"{AGAIN}",
    ),
    counted("some labels missing", (35, 0, 5), lambda rows: _some(rows, "label", "")),
    counted("labels of rows that nobody knows", (35, 5, 0), lambda rows: _some(rows, "row", "?")),
    counted("a revision that is no number", (35, 0, 5), lambda rows: _some(rows, "revision", "x")),
    counted("two labels for one row, of which the later holds", (40, 0, 0), _twice),
)


def _some(rows: pd.DataFrame, column: str, value: str) -> bytes:
    """The first five cells of a column are others."""
    changed = [f"{value}{at}" if column == "row" else value for at in range(5)]
    rows.loc[:4, column] = changed
    return csv(rows)
