"""Finding one prediction among many files: newest first, and by their id columns alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from caf_platform.errors import CafError
from caf_platform.ledger.events import BatchScored
from caf_platform.ledger.values import ScoredBy
from caf_platform.ports.lake import Lake

PREDICTION_ID: Final = "prediction_id"


@dataclass(frozen=True)
class Hit:
    """Where a prediction stands, and its whole row."""

    event: BatchScored
    by: ScoredBy
    row: dict[str, Any]


@dataclass(frozen=True)
class Search:
    """The outcome: the hit if there is one, and how many files could not be looked into."""

    hit: Hit | None
    unreadable: int


def search(lake: Lake, scored: Iterable[BatchScored], prediction_id: str) -> Search:
    """Look through the files of `scored` in their order; damaged ones are passed over."""
    unreadable = 0
    for event in scored:
        for by in event.by:
            try:
                data = lake.read(by.predictions_key, expected=by.predictions_digest)
            except CafError:
                unreadable += 1
                continue
            ids = values(data, PREDICTION_ID)
            if prediction_id in ids:
                return Search(Hit(event, by, row(data, ids.index(prediction_id))), unreadable)
    return Search(None, unreadable)


def values(data: bytes, column: str) -> list[Any]:
    """One column of a Parquet file; no other is decoded."""
    found: list[Any] = _table(data, [column])[column].to_pylist()
    return found


def row(data: bytes, at: int) -> dict[str, Any]:
    """One whole row of a Parquet file, by position."""
    found: dict[str, Any] = _table(data, None).slice(at, 1).to_pylist()[0]
    return found


def _table(data: bytes, columns: list[str] | None) -> Any:
    import pyarrow as pa  # type: ignore[import-untyped] # ships no types
    import pyarrow.parquet as pq  # type: ignore[import-untyped] # ships no types

    return pq.read_table(pa.BufferReader(data), columns=columns)
