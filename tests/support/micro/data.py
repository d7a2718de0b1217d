"""A machine's sensor, made up: 38 days of 40 rows, told by one seed, with something wrong in it.

Days are numbered from 1. The answer depends on `heat`; from day 17 to day 24 the machine is worn
and fails more often at the same heat, then it is mended.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

import numpy as np
import pandas as pd

from caf_platform.project.source import Delivery, DeliveryKind, Source

START = datetime(2020, 1, 1, tzinfo=UTC)
DAYS, ROWS = 38, 40
WORN = range(17, 25)
TWICE, BAD_ROWS, CORRECTED, BROKEN = 8, 10, 11, 15
"""Days: two of yesterday's rows come again; three rows break the contract; a label file corrects
two of yesterday's labels; a column is missing."""


def ends(day: int) -> datetime:
    """The midnight at which a day ends and its batch arrives."""
    return START + timedelta(days=day)


def batch_name(day: int) -> str:
    """`day-07`."""
    return f"day-{day:02d}"


@cache
def truth(day: int) -> pd.DataFrame:
    """A day's rows as the sensor saw them, with the label; days do not depend on each other."""
    random = np.random.default_rng(day)
    heat = random.normal(0, 1, ROWS).round(3)
    site = random.choice(["a", "b"], ROWS)
    odds = 2.5 * heat + np.where(site == "a", 0.5, -0.5) + (3.0 if day in WORN else 0.0)
    return pd.DataFrame(
        {
            "row": [f"{day:02d}-{row:02d}" for row in range(ROWS)],
            "at": [f"{ends(day - 1) + timedelta(minutes=30 * row):%Y-%m-%dT%H:%M:%SZ}"
                   for row in range(ROWS)],
            "day": batch_name(day),
            "heat": heat,
            "noise": random.normal(0, 1, ROWS).round(3),
            "site": site,
            "label": (random.random(ROWS) < 1 / (1 + np.exp(-odds))).astype(int),
        }
    )  # fmt: skip


def batch(day: int) -> pd.DataFrame:
    """A day's file as texts: what the sensor saw, and what became of it on the way."""
    rows = truth(day).drop(columns="label").astype(str)
    if day == TWICE:
        rows = pd.concat([rows, batch(day - 1).head(2)], ignore_index=True)
    if day == BAD_ROWS:
        rows.loc[0, "heat"], rows.loc[1, "site"], rows.loc[2, "at"] = "99", "z", "soon"
    return rows.drop(columns="noise") if day == BROKEN else rows


def labels(day: int) -> pd.DataFrame:
    """What came true of a day's rows; two of them only after a correction by the next file."""
    found = truth(day)[["row", "label"]].assign(revision=0)
    if day + 1 == CORRECTED:
        found.loc[:1, "label"] = 1 - found.loc[:1, "label"]
    if day == CORRECTED:
        found = pd.concat([found, truth(day - 1)[["row", "label"]].head(2).assign(revision=1)])
    return found.astype(str)


def delivery(day: int, rows: pd.DataFrame | None = None, *, late: int = 0) -> Delivery:
    """A day's batch, or other rows in its place, arriving `late` days after the day's end."""
    return Delivery(
        kind=DeliveryKind.BATCH,
        name=batch_name(day),
        arrives_at=ends(day + late),
        read=lambda: csv(rows) if rows is not None else _batch_file(day),
        feeds={"sensor": ends(day) - timedelta(hours=4)},
    )


def label_delivery(day: int, rows: pd.DataFrame | None = None, *, late: int = 1) -> Delivery:
    """A day's labels, or other ones, arriving `late` days after the day's end."""
    return Delivery(
        kind=DeliveryKind.LABELS,
        name=f"labels-{day:02d}",
        arrives_at=ends(day + late),
        read=lambda: csv(rows) if rows is not None else _label_file(day),
    )


def csv(rows: pd.DataFrame) -> bytes:
    """The bytes of a file."""
    return rows.to_csv(index=False).encode()


@cache
def _batch_file(day: int) -> bytes:
    return csv(batch(day))


@cache
def _label_file(day: int) -> bytes:
    return csv(labels(day))


@dataclass(frozen=True)
class Sensor(Source):
    """The days in `days`; each can be replaced, and more can arrive."""

    days: Sequence[int] = range(1, DAYS + 1)
    instead: dict[str, Delivery] = field(default_factory=dict)
    more: Sequence[Delivery] = ()

    def deliveries(self, sample: float | None) -> Sequence[Delivery]:  # noqa: ARG002 - 40 rows
        """Everything that arrives; labels that would arrive after the last batch never do."""
        told = [delivery(day) for day in self.days]
        told += [label_delivery(day) for day in self.days if day + 1 in self.days]
        return [self.instead.get(one.name, one) for one in told] + list(self.more)

    def recompute(self, keys: Sequence[str]) -> pd.DataFrame:
        """The rows as the sensor saw them."""
        rows = pd.concat([truth(day) for day in self.days]).set_index("row")
        return rows.loc[rows.index.isin(list(keys)), ["heat", "noise", "site"]]
