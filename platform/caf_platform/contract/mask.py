"""The contract as a pandas mask: for every row the rules that it breaks.

A null is judged by the rule NULL alone, an unreadable cell by TYPE alone.
"""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from caf_platform.contract.model import (
    MALFORMED,
    Column,
    Contract,
    RowRule,
    TableRule,
    rule,
    rules_of,
)
from caf_platform.ports.validator import RuleResult

Mask = NDArray[np.bool_]


def reasons(frame: pd.DataFrame, contract: Contract) -> pd.Series:
    """The codes of the rules that each row breaks, in declared order; an empty tuple is good.

    `frame` is what `parse` returns; a whole batch, for a key is judged against all the others.
    """
    found: dict[int, list[str]] = defaultdict(list)
    for code, broken in broken_rules(frame, contract):
        for row in np.flatnonzero(broken):
            found[int(row)].append(code)
    listed = [tuple(found[row]) if row in found else () for row in range(len(frame))]
    return pd.Series(listed, index=frame.index, dtype=object)


def broken_rules(frame: pd.DataFrame, contract: Contract) -> Iterator[tuple[str, Mask]]:
    """Each row rule in declared order with the rows that break it."""
    unreadable = unreadable_cells(frame)
    none = np.zeros(len(frame), dtype=bool)
    for column in contract:
        cells, bad = frame[column.name], unreadable.get(column.name, none)
        for code in rules_of(column, contract.key):
            yield rule(column.name, code), _broken(code, cells, bad, column)


def unreadable_cells(frame: pd.DataFrame) -> dict[str, Mask]:
    """The rows of the unreadable cells, by column; columns without any are left out."""
    found: dict[str, Mask] = {}
    marks = frame[MALFORMED].to_numpy(dtype=object)
    for row in np.flatnonzero(frame[MALFORMED].notna().to_numpy()):
        for name in marks[row].split(","):
            found.setdefault(name, np.zeros(len(frame), dtype=bool))[row] = True
    return found


def filled_share(column: Column) -> float:
    """The share of cells that must have a value; every engine compares with this very number.

    Rounded, so that one minus 0.58 is 0.42 and not a little more.
    """
    return round(1.0 - (1.0 if column.max_null_share is None else column.max_null_share), 12)


def table_problems(frame: pd.DataFrame, contract: Contract) -> tuple[RuleResult, ...]:
    """The table rules that do not hold: too few rows, too many cells without a value.

    A cell that could not be read has no value either.
    """
    rows = len(frame)
    problems = []
    if rows < contract.min_rows:
        detail = f"{rows} rows, at least {contract.min_rows} expected"
        problems.append(_problem(TableRule.TOO_FEW_ROWS.value, detail))
    for column in contract:
        nulls = int(frame[column.name].isna().sum())
        if (
            column.max_null_share is not None
            and rows
            and (rows - nulls) / rows < filled_share(column)
        ):
            detail = (
                f"{nulls} of {rows} cells have no value, at most {column.max_null_share:.1%} may"
            )
            problems.append(_problem(rule(column.name, TableRule.NULL_SHARE), detail))
    return tuple(problems)


def _broken(code: RowRule, cells: pd.Series, unreadable: Mask, column: Column) -> Mask:
    broken: pd.Series | Mask
    match code:
        case RowRule.TYPE:
            return unreadable
        case RowRule.NULL:
            broken = cells.isna().to_numpy() & ~unreadable
        case RowRule.MINIMUM:
            broken = cells.to_numpy() < column.minimum
        case RowRule.MAXIMUM:
            broken = cells.to_numpy() > column.maximum
        case RowRule.NOT_ALLOWED:
            broken = ~cells.isin(column.allowed or ()) & cells.notna()
        case RowRule.TOO_LONG:
            broken = cells.str.len() > float(column.max_length or 0)
        case RowRule.KEY_CONFLICT:
            broken = cells.duplicated(keep=False) & cells.notna()
    return np.asarray(broken, dtype=bool)


def _problem(code: str, detail: str) -> RuleResult:
    return RuleResult(rule=code, level="table", passed=False, failed_rows=None, detail=detail)
