"""The sensor's files as files: what a test puts into a folder is what arrives.

`day-07.csv` is a day's batch, `labels-07.csv` its labels; `day-07+3.csv` came three days late.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from caf_platform.project.source import Delivery, Source

from .data import delivery, label_delivery, truth


@dataclass(frozen=True)
class Inbox(Source):
    """Whatever lies in `folder`, read at the moment at which it is taken in."""

    folder: Path

    def deliveries(self, sample: float | None) -> Sequence[Delivery]:  # noqa: ARG002 - few rows
        """A delivery for each file."""
        return [_delivery(path) for path in sorted(self.folder.glob("*.csv"))]

    def recompute(self, keys: Sequence[str]) -> pd.DataFrame:
        """The rows as the sensor saw them."""
        days = sorted({int(key[:2]) for key in keys})
        rows = pd.concat([truth(day) for day in days]).set_index("row")
        return rows.loc[rows.index.isin(list(keys)), ["heat", "noise", "site"]]


def _delivery(path: Path) -> Delivery:
    kind, _, rest = path.stem.partition("-")
    day, _, late = rest.partition("+")
    make, after = (delivery, 0) if kind == "day" else (label_delivery, 1)
    told = make(int(day), late=after + int(late or 0))
    return Delivery(told.kind, told.name, told.arrives_at, path.read_bytes, told.feeds)
