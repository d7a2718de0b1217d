"""How far one column has moved: the population stability index (PSI), as the literature has it.

PSI = sum over bins of (c - r) ln(c / r), with r and c a bin's share of the reference and of the
current rows; numeric bins are the reference's deciles. Rule of thumb: below 0.1 stable, above
0.2 to 0.25 moved (N. Siddiqi, *Credit Risk Scorecards*, Wiley 2006, on scorecard monitoring).
The rule is a convention; without any change PSI is about (1/n + 1/m) times a chi-square with
bins - 1 degrees of freedom (B. Yurdakul, *Statistical Properties of Population Stability
Index*, Western Michigan University 2018), so few rows or many bins lift it by chance.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

DECILES = np.arange(1, 10) / 10
METHOD = "psi"
MIN_ROWS = 2
"""One row has no distribution."""

NULL, UNSEEN = "(null)", "(unseen)"
_EMPTY_BIN_ROWS = 0.5

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Bins:
    """Rows per bin, `names[i]` going with `reference[i]` and `current[i]`."""

    names: tuple[str, ...]
    reference: Floats
    current: Floats

    @property
    def psi(self) -> float:
        """The index; 0 for equal shares, never negative or infinite.

        A bin that is empty on one side counts as half a row there (a continuity correction:
        ln 0 does not exist), so an unseen value weighs more the more rows prove it. Bins empty
        on both sides say nothing; bins with rows are taken exactly as counted.
        """
        asked = (self.reference > 0) | (self.current > 0)
        reference, current = _shares(self.reference[asked]), _shares(self.current[asked])
        return float(((current - reference) * np.log(current / reference)).sum())


def _shares(counts: Floats) -> Floats:
    shares: Floats = np.where(counts > 0, counts, _EMPTY_BIN_ROWS) / counts.sum()
    return shares


def unmeasurable(column: str, current: pd.DataFrame, reference: pd.DataFrame, numeric: bool) -> str:
    """Why a column's index does not exist here; empty when it can be measured."""
    for name, frame in (("current window", current), ("reference", reference)):
        found = list(frame.columns).count(column)
        if found != 1:
            return f"the column stands {found} times in the {name}, expected once"
        if len(frame) < MIN_ROWS:
            return f"the {name} has {len(frame)} rows, expected at least {MIN_ROWS}"
        why = _no_values(frame[column], numeric)
        if why:
            return f"{why} in the {name}"
    return ""


def _no_values(values: pd.Series, numeric: bool) -> str:
    if values.isna().all():
        return "every value is null"
    if not numeric:
        return ""
    if not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_complex_dtype(values):
        return f"the values are {values.dtype}, not numbers,"
    return "no value is finite" if np.isnan(numbers(values)).all() else ""


def binned(current: pd.Series, reference: pd.Series, numeric: bool) -> Bins:
    """Both columns counted in the reference's bins, with a bin of their own for nulls.

    Numeric: reference deciles, closed on the right, open at both ends, ties merged; infinities
    count as null. A reference of at most ten distinct numbers (a constant, a flag) has no
    deciles worth the name and is compared value by value, like a category. Values that the
    reference never held share one bin. Both columns must be measurable (`unmeasurable`).
    """
    if not numeric:
        return _by_value(_plain(current), _plain(reference))
    old, new = numbers(reference), numbers(current)
    finite = old[~np.isnan(old)]
    if len(np.unique(finite)) <= len(DECILES) + 1:
        return _by_value(pd.Series(new), pd.Series(old))
    edges = np.unique(np.quantile(finite, DECILES))
    numbered = enumerate(edges, start=1)
    names = (*(f"{place}: to {edge:g}" for place, edge in numbered), f"above {edges[-1]:g}", NULL)
    return Bins(names, _counted(old, edges), _counted(new, edges))


def _counted(values: Floats, edges: Floats) -> Floats:
    finite = values[~np.isnan(values)]
    inside = np.bincount(np.searchsorted(edges, finite), minlength=len(edges) + 1)
    return np.append(inside, len(values) - len(finite)).astype(np.float64)


def _by_value(current: pd.Series, reference: pd.Series) -> Bins:
    old = reference.value_counts()
    new = current.value_counts()
    seen = new.reindex(old.index, fill_value=0)
    names = (*map(str, old.index), UNSEEN, NULL)
    return Bins(
        names,
        np.array([*old, 0, reference.isna().sum()], dtype=np.float64),
        np.array([*seen, new.sum() - seen.sum(), current.isna().sum()], dtype=np.float64),
    )


def _plain(values: pd.Series) -> pd.Series:
    """Without pandas' category type, whose counts hold categories that no row has."""
    return values.astype(object) if isinstance(values.dtype, pd.CategoricalDtype) else values


def numbers(values: pd.Series) -> Floats:
    """A numeric or boolean column as floats; what is null or infinite is NaN."""
    floats = values.to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(np.isfinite(floats), floats, np.nan)
