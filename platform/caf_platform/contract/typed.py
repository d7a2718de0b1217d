"""Columns of text as typed columns."""

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

_NUMBER: Final = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"


def typed(texts: pd.Series, column: Column) -> pd.Series:
    """A column of texts by its kind; null where a cell is empty or unreadable."""
    if column.kind.numeric:
        return numbers(texts, whole=column.kind is ColumnKind.INTEGER)
    if column.kind is ColumnKind.TIMESTAMP:
        return pd.Series([timestamp(text) for text in texts], dtype=DTYPES[column.kind])
    return texts.mask(texts == "")


def numbers(texts: pd.Series, *, whole: bool) -> pd.Series:
    """Decimal numbers as float64, correctly rounded; NaN where empty or unreadable."""
    read = np.full(len(texts), np.nan)
    wellformed = texts.str.fullmatch(_NUMBER).to_numpy(dtype=bool)
    # By way of objects numpy calls Python's float: pandas and pyarrow may differ in the last bit.
    read[wellformed] = texts[wellformed].to_numpy(dtype=object).astype(np.float64)
    read[~np.isfinite(read)] = np.nan
    if whole:
        read[(np.abs(read) > EXACT) | (read != np.floor(read))] = np.nan
    return pd.Series(read, index=texts.index)
