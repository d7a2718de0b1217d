"""Pieces of the evidence, computed from frames and digests: pure, no store and no clock."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from caf_platform.decision import Frozen
from caf_platform.digest import digest

Mask = NDArray[np.bool_]


class Skew(Frozen):
    """How many served rows could be compared, how many differ, and in which columns."""

    checked: int
    skewed: int
    columns: dict[str, int]


def skew(
    served: pd.DataFrame,
    recomputed: pd.DataFrame,
    columns: Sequence[str],
    *,
    tolerance: float = 1e-9,
) -> Skew:
    """Served features against the same rows built afresh; both frames are indexed by key.

    Numbers agree within `tolerance`, relative or absolute; two nulls agree, a null and a value
    do not. A column that only one side has differs in every row. Rows that were not built
    afresh, or whose key is not unique on either side, are not compared and not counted.
    """
    keys = _once(served.index).intersection(_once(recomputed.index))
    then, now = served.loc[keys], recomputed.loc[keys]
    differs = {
        column: _differs(then[column], now[column], tolerance)
        if column in then and column in now
        else np.full(len(keys), column in then or column in now)
        for column in columns
    }
    rows = np.logical_or.reduce(list(differs.values())) if differs else np.zeros(len(keys), bool)
    per_column = {column: int(found.sum()) for column, found in differs.items() if found.any()}
    return Skew(checked=len(keys), skewed=int(rows.sum()), columns=per_column)


def _once(index: pd.Index) -> pd.Index:
    return index[~index.duplicated(keep=False)]


def _differs(then: pd.Series, now: pd.Series, tolerance: float) -> Mask:
    if pd.api.types.is_numeric_dtype(then) and pd.api.types.is_numeric_dtype(now):
        one, other = (values.to_numpy(dtype=np.float64, na_value=np.nan) for values in (then, now))
        same: Mask = np.isclose(one, other, rtol=tolerance, atol=tolerance, equal_nan=True)
        return ~same
    left, right = (values.astype(object) for values in (then, now))
    differ: Mask = left.ne(right).to_numpy() & ~(left.isna() & right.isna()).to_numpy()
    return differ


def feed_ages(
    arrivals: Iterable[tuple[datetime, Mapping[str, datetime]]],
) -> dict[str, float]:
    """The worst age in hours of each feed's newest content at the moment its batch arrived.

    A feed that a batch does not mention adds nothing. Negative: content from after the arrival
    (a timetable), which is not late.
    """
    worst: dict[str, float] = {}
    for arrived, feeds in arrivals:
        for feed, newest in feeds.items():
            age = (arrived - newest) / timedelta(hours=1)
            worst[feed] = max(age, worst.get(feed, age))
    return worst


def feed_digest(batch: pd.DataFrame, columns: Sequence[str]) -> str:
    """A digest of the distinct values that a feed's columns take in a batch, in any order.

    A feed that keeps sending its last reading gives one and the same digest batch after batch,
    however many rows it was joined to. Rows are told apart by pandas' own 64-bit row hash.
    """
    present = [column for column in columns if column in batch]
    rows = np.unique(pd.util.hash_pandas_object(batch[present], index=False).to_numpy())
    return digest("\x1f".join(present).encode() + rows.tobytes())


def held_values(batch: pd.DataFrame, columns: Sequence[str]) -> dict[str, str]:
    """The columns that hold one and the same value, or nothing, in every row of a batch.

    Of fewer than two rows nothing is said: any column of one row is constant.
    """
    if len(batch) <= 1:
        return {}
    found = {}
    for column in columns:
        values = batch[column]
        first, missing = values.iloc[0], values.isna()
        if missing.all() or (not missing.any() and (values == first).all()):
            found[column] = str(first)
    return found


@dataclass(frozen=True)
class _Streak:
    digest: str
    length: int


REPEATS = 3
"""Batches with the same content after which a feed counts as frozen: two may be chance."""


def frozen_feeds(batches: Sequence[Mapping[str, str]], repeats: int = REPEATS) -> tuple[str, ...]:
    """Feeds whose content digest stood still over `repeats` or more batches in a row.

    `batches` maps feed to digest, oldest first; a batch without the feed breaks its streak. A
    window's batches are preceded by the `repeats - 1` before it, for a streak may have begun there.
    """
    frozen: dict[str, None] = {}
    streaks: dict[str, _Streak] = {}
    for feeds in batches:
        streaks = {feed: _longer(streaks.get(feed), now) for feed, now in feeds.items()}
        frozen |= {feed: None for feed, streak in streaks.items() if streak.length >= repeats}
    return tuple(sorted(frozen))


def stuck_columns(
    batches: Sequence[Mapping[str, str]],
    reference: Iterable[Mapping[str, str]],
    repeats: int = REPEATS,
) -> dict[str, int]:
    """Columns that stood still over `repeats` or more batches in a row, each with how many.

    Both are what `held_values` says of batches, oldest first. A value at which a column stood
    still in the reference, the batches that the champion learnt from, is where it rests (no rain
    for weeks, a clear sky), and says nothing.
    """
    rests = {held for batch in reference for held in batch.items()}
    longest: dict[str, int] = {}
    streaks: dict[str, _Streak] = {}
    for batch in batches:
        moving = {column: now for column, now in batch.items() if (column, now) not in rests}
        streaks = {column: _longer(streaks.get(column), now) for column, now in moving.items()}
        for column, streak in streaks.items():
            longest[column] = max(streak.length, longest.get(column, 0))
    return {column: length for column, length in sorted(longest.items()) if length >= repeats}


def _longer(before: _Streak | None, now: str) -> _Streak:
    same = before is not None and before.digest == now
    return _Streak(now, before.length + 1 if before is not None and same else 1)


def coverage(served_rows: int, labelled_rows: int) -> float | None:
    """The share of served rows whose label is known; None when nothing was served."""
    return labelled_rows / served_rows if served_rows > 0 else None
