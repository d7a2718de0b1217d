"""How a model's yes/no answers fall on groups of people. Measures only; `rule` judges.

Rates per group come from fairlearn's `MetricFrame`. Between groups two gaps are taken: the
difference of true positive rates (*equal opportunity*: M. Hardt, E. Price and N. Srebro, NeurIPS
2016) and the ratio of selection rates (*disparate impact*: M. Feldman et al., KDD 2015). Their
intervals draw whole clusters, as everywhere (`measures.bootstrap`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from caf_platform.decision import Number
from caf_platform.fairness.gaps import GroupGap, GroupRates, large
from caf_platform.measures.bootstrap import percentiles, redrawn
from caf_platform.measures.interval import Interval
from caf_platform.project.policy import FairnessPolicy

NONE = "(none)"
"""The group of rows whose column is empty: people all the same."""
SEPARATOR = "="
GAPS = 2
"""How many gaps are measured per column; intervals hold for all of them together."""


def measure_groups(
    protected: pd.DataFrame,
    label: ArrayLike,
    score: ArrayLike,
    cluster: Any,
    *,
    threshold: float,
    policy: FairnessPolicy,
    level: float,
    draws: int,
    seed: int,
) -> tuple[GroupGap, ...]:
    """The gaps of every column of `protected`, on labelled rows in the same order.

    `label` (rows,) is 0 or 1, `score` (rows,) the probability of 1; a row is selected when its
    score is above `threshold`. Intervals are at the Bonferroni level of all gaps together. Where a
    label or score is missing, nothing is measured.
    """
    labels, scores = np.asarray(label, dtype=np.float64), np.asarray(score, dtype=np.float64)
    together = 1 - (1 - level) / max(1, GAPS * protected.shape[1])
    clusters = pd.factorize(pd.Series(cluster), sort=True)[0]
    if not (np.isfinite(labels).all() and np.isfinite(scores).all()):
        protected, labels, scores, clusters = protected[:0], labels[:0], scores[:0], clusters[:0]
    found = []
    for column in protected.columns:
        names = f"{column}{SEPARATOR}" + protected[column].astype("string").fillna(NONE)
        said = _Said(names.to_numpy(dtype=object), labels, scores, scores > threshold)
        groups = said.rates()
        compared = tuple(group.name for group in groups if large(group, policy))
        difference, ratio = said.gaps(compared, clusters, _Drawing(together, draws, seed))
        found.append(
            GroupGap(
                column=str(column),
                groups=groups,
                compared=compared,
                tpr_difference=difference,
                selection_ratio=ratio,
            )
        )
    return tuple(found)


Drawn = NDArray[np.float64] | None


@dataclass(frozen=True)
class _Drawing:
    """What every interval shares."""

    level: float
    draws: int
    seed: int

    def interval(self, point: Number, drawn: Drawn, clusters: int, rows: int) -> Interval:
        """A point with its percentile interval; a draw that could not be measured has none."""
        sound = drawn is not None and bool(np.isfinite(drawn).all())
        low, high = percentiles(drawn, self.level) if sound and drawn is not None else (None, None)
        return Interval(
            point=point,
            low=low,
            high=high,
            level=self.level,
            draws=self.draws,
            clusters=clusters,
            rows=rows,
            share_above_zero=None,
        )


class _Said:
    """What a model said of rows of named groups, and what was true."""

    def __init__(
        self,
        names: NDArray[Any],
        label: NDArray[np.float64],
        score: NDArray[np.float64],
        selected: NDArray[np.bool_],
    ) -> None:
        self.names, self.label, self.score, self.selected = names, label, score, selected
        rows = pd.DataFrame({"group": names, "label": label == 1, "selected": selected})
        self.counted = rows.value_counts(sort=False).rename("rows").reset_index()

    def rates(self) -> tuple[GroupRates, ...]:
        """Every group's counts and rates, in the order of their names."""
        if not len(self.names):
            return ()
        frame = self._frame()
        counted = pd.DataFrame({"ones": self.label == 1, "off": self.score - self.label})
        counts = counted.groupby(self.names).agg(
            rows=("ones", "size"), ones=("ones", "sum"), bias=("off", "mean")
        )
        return tuple(
            GroupRates(
                name=str(name),
                rows=int(counts.loc[name, "rows"]),
                class_rows=int(counts.loc[name, "ones"]),
                selection_rate=float(rate.selection_rate),
                true_positive_rate=_over(counts.loc[name, "ones"], rate.true_positive_rate),
                false_positive_rate=_over(
                    counts.loc[name, "rows"] - counts.loc[name, "ones"], rate.false_positive_rate
                ),
                bias=float(counts.loc[name, "bias"]),
            )
            for name, rate in frame.by_group.sort_index().iterrows()
        )

    def gaps(
        self, compared: Sequence[str], clusters: NDArray[np.int64], draw: "_Drawing"
    ) -> tuple[Interval, Interval]:
        """The two gaps between some groups; not measured between fewer than two."""
        among = np.isin(self.names, compared)
        codes, many = pd.factorize(clusters[among], sort=True)
        points: tuple[Number, Number] = (None, None)
        drawn: tuple[Drawn, Drawn] = (None, None)
        if len(compared) > 1:
            frame = self._frame(compared)
            points = (
                float(frame.difference()["true_positive_rate"]),
                float(frame.ratio()["selection_rate"]),
            )
        if len(compared) > 1 and len(many) > 1:
            drawn = self._redrawn(compared, among, codes, draw)
        sizes = (len(many), int(among.sum()))
        return draw.interval(points[0], drawn[0], *sizes), draw.interval(
            points[1], drawn[1], *sizes
        )

    def _redrawn(
        self,
        compared: Sequence[str],
        among: NDArray[np.bool_],
        codes: NDArray[np.int64],
        draw: "_Drawing",
    ) -> tuple["Drawn", "Drawn"]:
        """Both gaps in each bootstrap draw of whole clusters."""
        names, label, selected = self.names[among], self.label[among] == 1, self.selected[among]
        columns = [
            np.bincount(codes, weights=(mask & (names == name)).astype(np.float64))
            for mask in (np.ones(len(names), dtype=bool), selected, label, label & selected)
            for name in compared
        ]
        sums = redrawn(np.column_stack(columns), draw.draws, draw.seed)
        rows, chosen, ones, hits = np.split(sums, 4, axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            tpr, rate = hits / ones, chosen / rows
            return tpr.max(axis=1) - tpr.min(axis=1), rate.min(axis=1) / rate.max(axis=1)

    def _frame(self, compared: Sequence[str] | None = None) -> Any:
        """Fairlearn's frame of all groups, or of some: on counted rows, which say as much."""
        from fairlearn.metrics import (
            MetricFrame,
            false_positive_rate,
            selection_rate,
            true_positive_rate,
        )

        rows = self.counted if compared is None else self.counted.query("group in @compared")
        rates = (selection_rate, true_positive_rate, false_positive_rate)
        return MetricFrame(
            metrics={rate.__name__: rate for rate in rates},
            y_true=rows["label"].astype(int),
            y_pred=rows["selected"].astype(int),
            sensitive_features=rows["group"],
            sample_params={rate.__name__: {"sample_weight": rows["rows"]} for rate in rates},
        )


def _over(rows: Any, rate: float) -> Number:
    """A rate, where it is one over any rows; fairlearn calls the others 0."""
    return float(rate) if rows else None
