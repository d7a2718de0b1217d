"""Faults of data: a source that delivers what the true one does, altered on the way."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from io import BytesIO

import pandas as pd

from caf_platform.project.source import Delivery, DeliveryKind, Source

Change = Callable[[Delivery], Iterable[Delivery]]
"""From one delivery to what arrives instead: itself, nothing, another, or several."""

Rows = Callable[[pd.DataFrame], pd.DataFrame]
"""From rows as text to other rows; what it gives back is delivered."""


@dataclass(frozen=True)
class Altered(Source):
    """A source up to a moment, each of its deliveries changed.

    `upstream` is what happened to the rows before they were delivered: features that are
    computed afresh meet it too, for they come from the same place.
    """

    origin: Source
    until: datetime
    change: Change = lambda delivery: (delivery,)
    upstream: Rows | None = None

    def deliveries(self, sample: float | None) -> Sequence[Delivery]:
        """What arrives before `until`, altered, in order of arrival."""
        true = self.origin.deliveries(sample)
        arriving = [each for delivery in true for each in self.change(delivery)]
        return sorted(
            (each for each in arriving if each.arrives_at <= self.until),
            key=lambda each: each.arrives_at,
        )

    def recompute(self, keys: Sequence[str]) -> pd.DataFrame:
        """The named rows afresh, as they are upstream."""
        rows = self.origin.recompute(keys)
        return rows if self.upstream is None else self.upstream(rows).astype(rows.dtypes)


def rows_of(delivery: Delivery) -> pd.DataFrame:
    """A delivery's rows as text; an empty cell stays empty."""
    return pd.read_csv(BytesIO(delivery.read()), dtype=str, keep_default_na=False)


def as_csv(rows: pd.DataFrame) -> bytes:
    """Rows as a file of the source's form."""
    return rows.to_csv(index=False, lineterminator="\n").encode()


def with_rows(delivery: Delivery, change: Rows) -> Delivery:
    """The same delivery with other rows, read and changed when it is asked for."""
    return replace(delivery, read=partial(_changed, delivery, change))


def _changed(delivery: Delivery, change: Rows) -> bytes:
    return as_csv(change(rows_of(delivery)))


def is_batch(delivery: Delivery, first: str, last: str = "9999") -> bool:
    """Whether it is a batch named from `first` to `last`, both inclusive."""
    return delivery.kind is DeliveryKind.BATCH and first <= delivery.name <= last
