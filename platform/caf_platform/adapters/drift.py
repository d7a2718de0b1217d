"""Drift by Evidently: the one module that imports it (4 to 6 s, so callers import it lazily).

Evidently's own `psi` takes equal-width bins over both samples together and drops nulls, so the
literature's limits mean nothing there (3.14 where the textbook has 0.256), and the drift tests
that one may register with it are handed columns whose nulls are gone already. The textbook
index (`caf_platform.measures.stability`) therefore enters through Evidently's extension point for
measures of one's own, a metric with its calculation. Evidently's report refuses a whole window
for one odd column; here an odd column loses only itself.
"""

from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go  # type: ignore[import-untyped]  # ships no types
from evidently import DataDefinition, Dataset, Report
from evidently.core.metric_types import (
    ColumnMetric,
    SingleValue,
    SingleValueCalculation,
    SingleValueMetric,
)
from evidently.core.report import Context, Snapshot
from evidently.legacy.renderers.html_widgets import plotly_figure, text_widget

from caf_platform.errors import Unavailable
from caf_platform.measures.stability import METHOD, Bins, binned, numbers, unmeasurable
from caf_platform.ports.drift import ColumnDrift, DriftMeter, DriftReport

MAX_ROWS = 200_000


class PopulationStability(ColumnMetric, SingleValueMetric):  # type: ignore[misc]  # untyped base
    """The textbook index of one column; `drawn` adds the chart of its bins, which is slow."""

    numeric: bool
    drawn: bool = False


class PopulationStabilityCalculation(SingleValueCalculation[PopulationStability]):  # type: ignore[misc]  # untyped base
    """Evidently finds this class by its type argument."""

    def calculate(
        self, _context: Context, current_data: Dataset, reference_data: Dataset
    ) -> SingleValue:
        """The index over all rows, nulls included."""
        column = self.metric.column
        current, reference = current_data.as_dataframe(), reference_data.as_dataframe()
        bins = binned(current[column], reference[column], self.metric.numeric)
        result = self.result(bins.psi)
        if self.metric.drawn:
            result.widget = [_chart(column, bins)]
        return result

    def display_name(self) -> str:
        """What Evidently writes above the number."""
        return f"Population stability index of {self.metric.column}"


class NotMeasured(ColumnMetric, SingleValueMetric):  # type: ignore[misc]  # untyped base
    """A column without an index, so that the page names it instead of hiding it."""

    why: str


class NotMeasuredCalculation(SingleValueCalculation[NotMeasured]):  # type: ignore[misc]  # untyped base
    """Shows the sentence and gives no number."""

    def calculate(
        self, _context: Context, _current_data: Dataset, _reference_data: Dataset
    ) -> SingleValue:
        """NaN, and the sentence as the widget."""
        result = self.result(float("nan"))
        result.widget = [text_widget(title=self.display_name(), text=self.metric.why)]
        return result

    def display_name(self) -> str:
        """What Evidently writes above the sentence."""
        return f"{self.metric.column}: not measured"


class EvidentlyDrift(DriftMeter):
    """Textbook PSI per column in one Evidently report.

    Windows and references of more than `max_rows` rows are measured on a random sample of that
    many (fixed seed, so the same data gives the same score); that costs about 18 / max_rows in
    chance drift for ten bins. The default keeps a year's flights of one season whole, because
    a share of drifted columns that stands at its limit should not turn on a sample.
    """

    def __init__(self, max_rows: int = MAX_ROWS, seed: int = 0) -> None:
        self._max_rows, self._seed = max_rows, seed

    def measure(
        self,
        current: pd.DataFrame,
        reference: pd.DataFrame,
        *,
        numeric: Sequence[str],
        categorical: Sequence[str],
    ) -> DriftReport:
        """The port's measure. Row counts are those given, not those sampled."""
        kinds = _kinds(numeric, categorical)
        why = {
            column: unmeasurable(column, current, reference, kind) for column, kind in kinds.items()
        }
        asked = {column: kind for column, kind in kinds.items() if not why[column]}
        scores, errors = _scores(self._sampled(current), self._sampled(reference), asked)
        why |= errors
        columns = tuple(
            ColumnDrift(column, METHOD, scores.get(column), why[column]) for column in kinds
        )
        return DriftReport(columns, len(current), len(reference))

    def page(
        self,
        current: pd.DataFrame,
        reference: pd.DataFrame,
        *,
        numeric: Sequence[str],
        categorical: Sequence[str],
    ) -> bytes:
        """The port's page: a chart of the bins per column, the most drifted first, 4 MB or so.

        Raises Unavailable when Evidently cannot draw it.
        """
        found = self.measure(current, reference, numeric=numeric, categorical=categorical)
        drawn = sorted(found.columns, key=lambda column: -(column.score or 0.0))
        kinds = _kinds(numeric, categorical)
        asked = {c.column: kinds[c.column] for c in drawn if c.score is not None}
        try:
            metrics: list[object] = [
                PopulationStability(column=column, numeric=kind, drawn=True)
                for column, kind in asked.items()
            ]
            metrics += [NotMeasured(column=c.column, why=c.why) for c in drawn if c.score is None]
            run = _run(self._sampled(current), self._sampled(reference), asked, metrics)
            return str(run.get_html_str(as_iframe=False)).encode()
        except Exception as error:  # Evidently raises whatever its libraries raise
            raise Unavailable("The drift page could not be drawn.", why=repr(error)) from error

    def _sampled(self, frame: pd.DataFrame) -> pd.DataFrame:
        few = len(frame) <= self._max_rows
        return frame if few else frame.sample(self._max_rows, random_state=self._seed)


def _kinds(numeric: Sequence[str], categorical: Sequence[str]) -> dict[str, bool]:
    return dict.fromkeys(numeric, True) | dict.fromkeys(categorical, False)


def _scores(
    current: pd.DataFrame, reference: pd.DataFrame, asked: Mapping[str, bool]
) -> tuple[dict[str, float], dict[str, str]]:
    """Scores, and why a column has none; after a failure each column is asked alone."""
    if not asked:
        return {}, {}
    try:
        metrics = [PopulationStability(column=column, numeric=asked[column]) for column in asked]
        answers = _run(current, reference, asked, metrics).dict()["metrics"]
        return {c: float(a["value"]) for c, a in zip(asked, answers, strict=True)}, {}
    except Exception as error:  # noqa: BLE001  # Evidently raises whatever its libraries raise
        if len(asked) == 1:
            return {}, dict.fromkeys(asked, f"Evidently failed: {error!r}")
    alone = [_scores(current, reference, {column: kind}) for column, kind in asked.items()]
    scores = {column: score for found, _ in alone for column, score in found.items()}
    return scores, {column: why for _, failed in alone for column, why in failed.items()}


def _run(
    current: pd.DataFrame,
    reference: pd.DataFrame,
    asked: Mapping[str, bool],
    metrics: Sequence[object],
) -> Snapshot:
    """One report over just the columns asked for; their kinds are given, never guessed.

    Numbers are handed over as plain floats, for Evidently's own summary of a data set fails on
    booleans and on infinities.
    """
    columns = list(asked)
    definition = DataDefinition(
        numerical_columns=[column for column in columns if asked[column]],
        categorical_columns=[column for column in columns if not asked[column]],
        datetime_columns=[],
        text_columns=[],
        unknown_columns=[],
        list_columns=[],
    )
    now, then = (
        Dataset.from_pandas(_plain(frame, asked), data_definition=definition)
        for frame in (current, reference)
    )
    return Report(list(metrics)).run(now, then)


def _plain(frame: pd.DataFrame, asked: Mapping[str, bool]) -> pd.DataFrame:
    kept = frame[list(asked)]
    return kept.assign(**{column: numbers(kept[column]) for column in asked if asked[column]})


def _chart(column: str, bins: Bins) -> object:
    sides = (("reference", bins.reference), ("current", bins.current))
    bars = [go.Bar(name=name, x=bins.names, y=counts / counts.sum()) for name, counts in sides]
    layout = {"barmode": "group", "yaxis": {"title": "share of rows", "tickformat": ".0%"}}
    title = f"{column}: population stability index {bins.psi:.3f}"
    return plotly_figure(title=title, figure=go.Figure(bars, layout))
