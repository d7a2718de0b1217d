"""Rows, labels and predictions read back from the lake by what the ledger says is there.

Frames are kept in memory by their key, bounded; a key is written once and never changes, so
nothing here can go stale.
"""

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from caf_pipelines.stages.collect_labels import REVISION, Known
from caf_platform.lake_columns import LABEL, ROW_ID
from caf_platform.ledger.state import BatchState, ProjectState
from caf_platform.ledger.values import ScoredBy
from caf_platform.ports.lake import Lake

KEPT_FRAMES = 1024
"""How many files stay in memory: a year of daily batches with their predictions."""


class Frames:
    """What has been accepted, labelled and predicted in one play; `keeps` files in memory."""

    def __init__(
        self, lake: Lake, state: ProjectState, timezone: str = "UTC", *, keeps: int = KEPT_FRAMES
    ) -> None:
        self._lake, self._state, self._keeps = lake, state, keeps
        self._zone = ZoneInfo(timezone)
        self._frames: dict[tuple[str, str | None], pd.DataFrame] = {}
        self.local_day = lru_cache(maxsize=KEPT_FRAMES)(self._local_day)
        self._book: dict[str, Known] = {}
        self._labels: dict[str, float] = {}
        self._booked = 0
        self._owners: dict[str, str] = {}
        self._owned: list[tuple[str, str, str | None]] = []

    def owners(self) -> dict[str, str]:
        """The batch of every accepted row, by row id; a revision gives up what it left out."""
        held = [
            (name, key, digest)
            for name, batch in self._state.batches.items()
            for key, digest in batch.validated_keys
        ]
        if held[: len(self._owned)] != self._owned:
            self._owners, self._owned = {}, []
        for name, key, digest in held[len(self._owned) :]:
            for row in _texts(self._read(key, digest)[ROW_ID]):
                self._owners.setdefault(row, name)
        self._owned = held
        return self._owners

    def elsewhere(self, batch: str) -> "Elsewhere":
        """The rows that other batches have brought already."""
        return Elsewhere(self.owners(), batch)

    def day_of(self, batch: BatchState) -> date:
        """The local day that a batch ends on; one that arrives at midnight ends the day before."""
        return self.local_day(batch.first.arrived_at)

    def _local_day(self, moment: datetime) -> date:
        """The local day that ends at or holds a moment."""
        return (moment.astimezone(self._zone) - timedelta(microseconds=1)).date()

    def usable(self, first: date | None = None, last: date | None = None) -> list[str]:
        """Names of validated batches whose day lies in [first, last], in order of arrival."""
        found = [
            (batch.first.arrived_at, name)
            for name, batch in self._state.batches.items()
            if batch.validated is not None
            and (first is None or self.day_of(batch) >= first)
            and (last is None or self.day_of(batch) <= last)
        ]
        return [name for _, name in sorted(found)]

    def rows(self, batches: Iterable[str]) -> pd.DataFrame:
        """The accepted rows of some batches, one frame with a fresh index."""
        return _joined(
            self._read(key, digest)
            for name in batches
            for key, digest in self._state.batches[name].validated_keys
        )

    def served(self, batches: Iterable[str]) -> pd.DataFrame:
        """The rows that some batches were scored on, as they were then."""
        return _joined(
            self._read(key, digest)
            for name in batches
            for key, digest in self._state.batches[name].served_keys
        )

    def kept(self, key: str, digest: str) -> pd.DataFrame:
        """One object of the lake that is a frame."""
        return self._read(key, digest)

    def keep(self, key: str, digest: str | None, frame: pd.DataFrame) -> None:
        """Remember a frame that was just stored, so that it need not be read back.

        Nobody may change it afterwards.
        """
        self._frames[key, digest] = frame
        if len(self._frames) > self._keeps:
            del self._frames[next(iter(self._frames))]

    def labelled(self, batches: Iterable[str], **more: np.ndarray) -> pd.DataFrame:
        """Accepted rows whose label is known, with the label as a number in `_label`.

        `more` are further columns, a value for each of `rows(batches)`.
        """
        rows = self.rows(batches).assign(**more)
        if rows.empty:
            return rows.assign(**{LABEL: pd.Series(dtype="float64")})
        rows[LABEL] = self.labels_of(rows[ROW_ID])
        return rows.dropna(subset=[LABEL]).reset_index(drop=True)

    def labels_of(self, row_ids: pd.Series) -> pd.Series:
        """The present label of each row, NaN where none is known."""
        self.book()
        known, nothing = self._labels.get, float("nan")
        values = [known(row, nothing) for row in _texts(row_ids)]
        return pd.Series(values, index=row_ids.index, dtype="float64")

    def labelled_rows(self, batches: Iterable[str]) -> int:
        """How many rows `labelled` would give."""
        self.book()
        return sum(
            row in self._labels
            for name in batches
            for key, digest in self._state.batches[name].validated_keys
            for row in _texts(self._read(key, digest)[ROW_ID])
        )

    def book(self) -> dict[str, Known]:
        """Every label known so far; of several revisions the highest holds."""
        for event in self._state.labels[self._booked :]:
            frame = self._read(event.labels_key, event.labels_digest)
            columns = (frame[LABEL].tolist(), frame[REVISION].tolist())
            for row, value, revision in zip(_texts(frame[ROW_ID]), *columns, strict=True):
                former = self._book.get(row)
                if former is None or revision >= former.revision:
                    self._book[row] = Known(value, revision)
                    self._labels[row] = value
        self._booked = len(self._state.labels)
        return self._book

    def predictions(self, batches: Iterable[str], version: str) -> pd.DataFrame:
        """What one version predicted on some batches, served or unseen."""
        return _joined(
            self._read(by.predictions_key, by.predictions_digest)
            for name in batches
            for by in self.scored(name)
            if by.version == version
        )

    def scored(self, batch: str) -> tuple[ScoredBy, ...]:
        """Who scored a batch."""
        scored = self._state.batches[batch].scored
        return scored.by if scored else ()

    def in_memory(self) -> Mapping[tuple[str, str | None], pd.DataFrame]:
        """The frames in memory by key and digest, the one used longest ago first."""
        return self._frames

    def _read(self, key: str, digest: str | None) -> pd.DataFrame:
        """A stored frame; of those in memory the one used longest ago makes room."""
        found = self._frames.pop((key, digest), None)
        if found is None:
            found = pd.read_parquet(io.BytesIO(self._lake.read(key, expected=digest)))
        self.keep(key, digest, found)
        return found


@dataclass(frozen=True)
class Elsewhere:
    """A container of row ids: those that a batch other than `batch` owns."""

    owners: Mapping[str, str]
    batch: str

    def __contains__(self, row: object) -> bool:
        return self.owners.get(str(row), self.batch) != self.batch


def _texts(column: pd.Series) -> list[str]:
    """A column's texts at once: one by one pandas fetches them from Arrow, ten times as slowly."""
    texts: list[str] = column.to_numpy(dtype=object).tolist()
    return texts


def _joined(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """One frame; of empty ones the first, for its columns."""
    given = list(frames)
    found = [frame for frame in given if len(frame)] or given[:1]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame()
