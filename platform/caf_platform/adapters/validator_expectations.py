"""Expectations that judge several columns at once, as Great Expectations lets one add them.

The price of an expectation is its own (2 to 4 ms, mostly for copying its configuration again
and again), hardly that of its rows. One for every rule takes a contract of 30 columns to
150 ms a batch, one for every family of rules to a fraction of that.
"""

import logging
from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

import pandas as pd
from great_expectations.compatibility import pydantic
from great_expectations.core.metric_domain_types import MetricDomainTypes
from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
from great_expectations.expectations.core.expect_column_values_to_be_null import (
    ExpectColumnValuesToBeNull as GxColumnValuesToBeNull,
)
from great_expectations.expectations.core.expect_column_values_to_be_unique import (
    ExpectColumnValuesToBeUnique as GxColumnValuesToBeUnique,
)
from great_expectations.expectations.core.expect_table_columns_to_match_set import (
    ExpectTableColumnsToMatchSet as GxTableColumnsToMatchSet,
)
from great_expectations.expectations.core.expect_table_row_count_to_be_between import (
    ExpectTableRowCountToBeBetween as GxTableRowCountToBeBetween,
)
from great_expectations.expectations.expectation import (
    BatchExpectation,
    MulticolumnMapExpectation,
)
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from great_expectations.expectations.metrics.map_metric_provider.multicolumn_condition_partial import (  # noqa: E501 (its name)
    multicolumn_condition_partial,
)
from great_expectations.expectations.metrics.map_metric_provider.multicolumn_map_metric_provider import (  # noqa: E501 (its name)
    MulticolumnMapMetricProvider,
)
from great_expectations.expectations.metrics.metric_provider import metric_value
from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider

from caf_platform.contract.model import MALFORMED

_chatter = logging.getLogger("great_expectations")
_chatter.setLevel(logging.CRITICAL)
_chatter.propagate = False  # some of its loggers set a level of their own

Metric = TypeVar("Metric", bound=Callable[..., pd.Series])


def _per_row(metric: Metric) -> Metric:
    """GX's decorator, which is untyped."""
    decorated: Metric = multicolumn_condition_partial(engine=PandasExecutionEngine)(metric)
    return decorated


def _judged(rows: pd.DataFrame) -> pd.DataFrame:
    # MALFORMED is in every column list, for GX wants two columns or more.
    return rows.drop(columns=MALFORMED)


class _CellMetric(MulticolumnMapMetricProvider):
    """A yes/no per row over several columns; null cells are judged by `CellsFilled` alone."""

    condition_domain_keys = (
        "batch_id",
        "table",
        "column_list",
        "row_condition",
        "condition_parser",
        "ignore_row_if",
    )


class CellsFilled(_CellMetric):
    """Every cell of the row has a value."""

    condition_metric_name = "cells.filled"

    @_per_row
    def _pandas(cls, rows: pd.DataFrame, **_: Any) -> pd.Series:  # noqa: N805
        return _judged(rows).notna().all(axis=1)


class CellsWithin(_CellMetric):
    """Every cell of the row is within its column's bounds, both inclusive."""

    condition_metric_name = "cells.within"
    condition_value_keys = ("minima", "maxima")

    @_per_row
    def _pandas(
        cls,  # noqa: N805
        rows: pd.DataFrame,
        minima: list[float],
        maxima: list[float],
        **_: Any,
    ) -> pd.Series:
        cells = _judged(rows)
        return ~((cells < minima) | (cells > maxima)).any(axis=1)


class CellsAllowed(_CellMetric):
    """Every cell of the row is one of its column's values."""

    condition_metric_name = "cells.allowed"
    condition_value_keys = ("sets",)

    @_per_row
    def _pandas(cls, rows: pd.DataFrame, sets: list[list[str]], **_: Any) -> pd.Series:  # noqa: N805
        cells = _judged(rows)
        return (cells.isin(dict(zip(cells, sets, strict=True))) | cells.isna()).all(axis=1)


class CellsShort(_CellMetric):
    """Every cell of the row has at most its column's number of characters."""

    condition_metric_name = "cells.short"
    condition_value_keys = ("lengths",)

    @_per_row
    def _pandas(cls, rows: pd.DataFrame, lengths: list[int], **_: Any) -> pd.Series:  # noqa: N805
        cells = _judged(rows)
        counted = pd.DataFrame({name: cells[name].str.len() for name in cells}, index=rows.index)
        return ~(counted > lengths).any(axis=1)


class TableFilled(TableMetricProvider):
    """The share of cells with a value, by column; an empty table has none."""

    metric_name = "table.filled"
    value_keys = ("names",)

    @metric_value(engine=PandasExecutionEngine)
    def _pandas(
        cls,  # noqa: N805
        execution_engine: PandasExecutionEngine,
        metric_domain_kwargs: dict[str, Any],
        metric_value_kwargs: dict[str, Any],
        **_: Any,
    ) -> dict[str, float]:
        rows, _, _ = execution_engine.get_compute_domain(
            domain_kwargs=metric_domain_kwargs, domain_type=MetricDomainTypes.TABLE
        )
        names = metric_value_kwargs["names"]
        return {name: int(rows[name].notna().sum()) / len(rows) for name in names if len(rows)}


class _Remembering(BatchExpectation):
    """GX asks an expectation for its configuration some forty times a batch; it never changes."""

    _configured: Any = pydantic.PrivateAttr(default=None)

    @property
    def configuration(self) -> ExpectationConfiguration:
        """The configuration as GX makes it, made once."""
        if self._configured is None:
            self._configured = super().configuration
        made: ExpectationConfiguration = self._configured
        return made


class _CellExpectation(_Remembering, MulticolumnMapExpectation):
    """The base of expectations that say yes or no to each row."""


class ExpectCellsToBeFilled(_CellExpectation):
    """Expect a value in every cell of these columns."""

    map_metric = CellsFilled.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = ("mostly",)


class ExpectCellsToBeWithin(_CellExpectation):
    """Expect every number of these columns within its column's bounds."""

    map_metric = CellsWithin.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = ("minima", "maxima", "mostly")
    minima: list[float]
    maxima: list[float]


class ExpectCellsToBeAllowed(_CellExpectation):
    """Expect every value of these columns to be one of its column's."""

    map_metric = CellsAllowed.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = ("sets", "mostly")
    sets: list[list[str]]


class ExpectCellsToBeShort(_CellExpectation):
    """Expect every text of these columns to be no longer than its column's limit."""

    map_metric = CellsShort.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = ("lengths", "mostly")
    lengths: list[int]


class ExpectColumnsToBeFilled(_Remembering):
    """Expect in each of these columns at least its least share of cells with a value."""

    names: list[str]

    metric_dependencies = (TableFilled.metric_name,)
    success_keys: ClassVar[tuple[str, ...]] = ("names", "shares")
    shares: list[float]

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,  # noqa: ARG002 (GX's signature)
        execution_engine: Any = None,  # noqa: ARG002 (GX's signature)
    ) -> dict[str, Any]:
        filled = metrics[TableFilled.metric_name]
        least = dict(zip(self.names, self.shares, strict=True))
        sparse = {name: share for name, share in filled.items() if share < least[name]}
        return {"success": not sparse, "result": {"observed_value": filled, "details": sparse}}


# GX's own, under their own names, which is how a report calls them.
class ExpectColumnValuesToBeNull(_Remembering, GxColumnValuesToBeNull):
    """Expect no value in this column."""


class ExpectColumnValuesToBeUnique(_Remembering, GxColumnValuesToBeUnique):
    """Expect no value of this column twice."""


class ExpectTableColumnsToMatchSet(_Remembering, GxTableColumnsToMatchSet):
    """Expect these columns, in any order."""


class ExpectTableRowCountToBeBetween(_Remembering, GxTableRowCountToBeBetween):
    """Expect a number of rows within bounds, both inclusive."""
