"""A drift meter without a library: the same arithmetic, no report and no import of 5 s."""

from collections.abc import Sequence

import pandas as pd

from caf_platform.measures.stability import METHOD, binned, unmeasurable
from caf_platform.ports.drift import ColumnDrift, DriftMeter, DriftReport


class PlainDrift(DriftMeter):
    """Keeps the whole port contract; its page is one line per column."""

    def measure(
        self,
        current: pd.DataFrame,
        reference: pd.DataFrame,
        *,
        numeric: Sequence[str],
        categorical: Sequence[str],
    ) -> DriftReport:
        """The port's measure."""
        kinds = dict.fromkeys(numeric, True) | dict.fromkeys(categorical, False)
        columns = tuple(_drift(column, current, reference, kind) for column, kind in kinds.items())
        return DriftReport(columns, len(current), len(reference))

    def page(
        self,
        current: pd.DataFrame,
        reference: pd.DataFrame,
        *,
        numeric: Sequence[str],
        categorical: Sequence[str],
    ) -> bytes:
        """The port's page, as plain as can be."""
        found = self.measure(current, reference, numeric=numeric, categorical=categorical)
        lines = "".join(f"<p>{c.column}: {c.score} {c.why}</p>" for c in found.columns)
        return f"<html><body>{lines}</body></html>".encode()


def _drift(
    column: str, current: pd.DataFrame, reference: pd.DataFrame, numeric: bool
) -> ColumnDrift:
    why = unmeasurable(column, current, reference, numeric)
    if why:
        return ColumnDrift(column, METHOD, None, why)
    try:
        return ColumnDrift(column, METHOD, binned(current[column], reference[column], numeric).psi)
    except TypeError as error:
        return ColumnDrift(column, METHOD, None, repr(error))
