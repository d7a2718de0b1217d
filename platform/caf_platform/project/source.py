"""Where a project's data comes from: deliveries that arrive at a moment of the calendar."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # looking at the ledger costs no pandas
    import pandas as pd


class DeliveryKind(StrEnum):
    """What arrived: feature rows to score and learn from, or labels for rows seen before."""

    BATCH = "batch"
    LABELS = "labels"


@dataclass(frozen=True)
class Delivery:
    """One file that arrives at one moment.

    `feeds` says for each upstream feed the newest moment of its content, for the freshness
    check; `read` yields the raw bytes as they came. A batch's rows follow the contract; a
    label file has the columns `<key>`, `label`, and optionally `revision` (higher wins).
    """

    kind: DeliveryKind
    name: str
    arrives_at: datetime
    read: Callable[[], bytes]
    feeds: Mapping[str, datetime] = field(default_factory=dict)


class Source(Protocol):
    """A project's data. Deterministic: the same sample gives the same bytes in the same order."""

    def deliveries(self, sample: float | None) -> Sequence[Delivery]:
        """Everything that arrives, in order of arrival; `sample` keeps that share of the rows."""
        ...

    def recompute(self, keys: Sequence[str]) -> "pd.DataFrame":
        """Features of the named rows built afresh from the origin, indexed by key.

        Training-serving skew is found by comparing these with what was served.
        """
        ...


SourceFactory = Callable[[Path], Source]
"""Makes the source; the path is a cache folder that may be emptied at any time."""
