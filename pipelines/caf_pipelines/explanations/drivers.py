"""What drives one answer: each column's share, how the score goes with it, what would change it.

Pure: from a row, a background and something that answers rows.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from caf_pipelines.explanations.values import (
    Cell,
    Counterfactual,
    Dependence,
    Driver,
    Drivers,
)
from caf_platform.measures.attribution import PAIRS, Answer, shapley
from caf_platform.project.model import Features

METHOD: Final = f"Shapley values by {2 * PAIRS} sampled orders for each background row"
DIGITS: Final = 9
"""Decimals that are kept: the last bits of a float64 differ between machines."""
TOP: Final = 3
"""Of so many columns the dependence is told."""
POINTS: Final = 5

Decide = Callable[[NDArray[np.float64]], Sequence[str]]
"""The decision that follows from each of some answers."""


def drivers(
    answer: Answer,
    case: pd.DataFrame,
    background: pd.DataFrame,
    *,
    of: str,
    seed: str,
    background_digest: str,
) -> Drivers:
    """Each column's share of an answer; `seed` are hexadecimal digits, the prediction's id."""
    found = shapley(answer, case, background, seed=int(seed, 16))
    columns = [
        Driver(name, cell(case[name].iloc[0]), rounded(worth), rounded(found.error[name]))
        for name, worth in found.worth.items()
    ]
    return Drivers(
        method=METHOD,
        of=of,
        seed=seed,
        background=background_digest,
        background_rows=len(background),
        base=rounded(found.base),
        score=rounded(found.score),
        columns=tuple(sorted(columns, key=lambda one: (-abs(one.worth), one.column))),
    )


def dependence(
    answer: Answer, case: pd.DataFrame, background: pd.DataFrame, columns: Sequence[str]
) -> tuple[Dependence, ...]:
    """The score of the case over a few observed values of each column, its own among them.

    One row's curve of A. Goldstein et al., *Peeking Inside the Black Box*, J. Comput. Graph.
    Stat. 24 (2015).
    """
    return tuple(_curve(answer, case, background[name], name) for name in columns)


def counterfactual(
    score: Callable[[pd.DataFrame], NDArray[np.float64]],
    decide: Decide,
    number: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    case: pd.DataFrame,
    background: pd.DataFrame,
) -> Counterfactual | None:
    """The nearest single change to an observed value that changes the decision, if there is one.

    Nearest by the distance of J. C. Gower, *Biometrics* 27 (1971). What it holds for is the model:
    whether such a row can be, or the outcome would follow, it does not know.
    """
    tried = list(_tried(case, background))
    if not tried:
        return None
    answers = score(pd.concat([case, *(row for _, row in tried)], ignore_index=True))
    decided, numbers = decide(answers), number(answers)
    found = [
        (distance, name, at)
        for at, ((name, distance), _) in enumerate(tried, start=1)
        if decided[at] != decided[0]
    ]
    if not found:
        return None
    distance, name, at = min(found)
    before, after = case[name].iloc[0], tried[at - 1][1][name].iloc[0]
    return Counterfactual(
        column=name,
        before=cell(before),
        after=cell(after),
        score=rounded(float(numbers[at])),
        decision=decided[at],
        distance=rounded(distance),
    )


def among(features: Features, frame: pd.DataFrame) -> pd.DataFrame:
    """The feature columns in the features' own order."""
    return frame[list(features.all)]


def cell(value: object) -> Cell:
    """A cell as a plain value; null for what is missing."""
    if pd.isna(value):  # type: ignore[call-overload] # a scalar
        return None
    return value if isinstance(value, str) else float(value)  # type: ignore[arg-type]


def rounded(value: float) -> float:
    """A number to the digits that are kept; no negative zero."""
    return round(value, DIGITS) + 0.0


def _curve(answer: Answer, case: pd.DataFrame, seen: pd.Series, name: str) -> Dependence:
    own = case[name].iloc[0]
    values = [value for value in _spread(seen) if value != own]
    values = [own, *sorted(values)] if pd.isna(own) else sorted([*values, own])
    rows = _with(case, name, values)
    points = zip(values, answer(rows), strict=True)
    return Dependence(name, tuple((cell(at), rounded(float(found))) for at, found in points))


def _spread(seen: pd.Series) -> list[Any]:
    """A few observed values: quantiles of numbers, the most frequent of categories."""
    known = seen.dropna()
    if known.empty:
        return []
    if pd.api.types.is_numeric_dtype(known):
        at = np.linspace(0, 1, POINTS)
        return list(dict.fromkeys(np.quantile(known.to_numpy(), at, method="nearest").tolist()))
    counts = known.value_counts()
    common = sorted(counts.index, key=lambda value: (-int(counts[value]), str(value)))
    return list(common[:POINTS])


def _tried(
    case: pd.DataFrame, background: pd.DataFrame
) -> Iterator[tuple[tuple[str, float], pd.DataFrame]]:
    """Each single change to an observed value, with how far it is."""
    for name in case.columns:
        own, known = case[name].iloc[0], background[name].dropna()
        numeric = pd.api.types.is_numeric_dtype(known)
        width = float(known.max() - known.min()) if numeric and len(known) else 0.0
        for value in sorted(set(known.tolist()) - {own}):
            near = numeric and width > 0 and not pd.isna(own)
            distance = abs(float(value) - float(own)) / width if near else 1.0
            yield (str(name), distance), _with(case, str(name), [value])


def _with(case: pd.DataFrame, name: str, values: Sequence[object]) -> pd.DataFrame:
    """The case as often as there are values, with each in its turn in one column."""
    rows = case.loc[case.index.repeat(len(values))].reset_index(drop=True)
    rows[name] = pd.Series(list(values), dtype=case[name].dtype)
    return rows
