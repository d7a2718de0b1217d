"""Columns of text as typed columns."""

import math
import re
from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from caf_platform.contract.cells import EXACT, timestamp
from caf_platform.contract.model import Column, ColumnKind

DTYPES: Final = {
    ColumnKind.NUMBER: "float64",
    ColumnKind.INTEGER: "float64",
    ColumnKind.CATEGORY: "str",
    ColumnKind.TEXT: "str",
    ColumnKind.TIMESTAMP: "datetime64[us, UTC]",
}

_NUMBER: Final = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


def typed(texts: Sequence[str], column: Column) -> tuple[pd.Series, list[int]]:
    """A column of texts by its kind, null where a cell is empty or unreadable.

    With it the rows in which it is unreadable. Each distinct text is read once: a day's flights
    share the weather of a few hours.
    """
    if column.kind in (ColumnKind.TEXT, ColumnKind.CATEGORY):
        return pd.Series([text or None for text in texts], dtype="str"), []
    distinct = set(texts)
    if column.kind is ColumnKind.TIMESTAMP:
        moments = {text: timestamp(text) for text in distinct}
        unread = {text for text, moment in moments.items() if text and moment is None}
        read = pd.Series([moments[text] for text in texts], dtype=DTYPES[column.kind])
    else:
        whole = column.kind is ColumnKind.INTEGER
        numbers = {text: number(text, whole=whole) for text in distinct}
        unread = {text for text, value in numbers.items() if text and math.isnan(value)}
        read = pd.Series(np.array([numbers[text] for text in texts], dtype=np.float64))
    return read, [row for row, text in enumerate(texts) if text in unread] if unread else []


def number(text: str, *, whole: bool) -> float:
    """A decimal number, correctly rounded by Python's float; NaN when empty or unreadable."""
    if not _NUMBER.fullmatch(text):
        return math.nan
    value = float(text)  # pandas and pyarrow may differ in the last bit
    if not math.isfinite(value) or (whole and (abs(value) > EXACT or not value.is_integer())):
        return math.nan
    return value
