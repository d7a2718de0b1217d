"""Port: how far a window of data has moved away from its reference."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # looking at the ledger costs no pandas
    import pandas as pd


@dataclass(frozen=True)
class ColumnDrift:
    """One column's distance. `score` is None when it could not be measured; `why` then says so."""

    column: str
    method: str
    score: float | None
    why: str = ""


@dataclass(frozen=True)
class DriftReport:
    """Distances of all columns, with the row counts that they rest on."""

    columns: tuple[ColumnDrift, ...]
    current_rows: int
    reference_rows: int


class DriftMeter(Protocol):
    """Measures, never judges: thresholds and verdicts are `caf_monitoring`'s.

    Never raises for odd windows (empty, one row, all null, unknown columns): what cannot be
    measured has score None and says why.
    """

    def measure(
        self,
        current: "pd.DataFrame",
        reference: "pd.DataFrame",
        *,
        numeric: Sequence[str],
        categorical: Sequence[str],
    ) -> DriftReport:
        """The population stability index of each named column, `current` against `reference`."""
        ...

    def page(
        self,
        current: "pd.DataFrame",
        reference: "pd.DataFrame",
        *,
        numeric: Sequence[str],
        categorical: Sequence[str],
    ) -> bytes:
        """A self-contained HTML page for a person; costly, so made only on request."""
        ...


Scores = Mapping[str, float | None]
