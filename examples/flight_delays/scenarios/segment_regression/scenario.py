"""Wrong labels for one airport, in two weeks that the challenger learns from."""

import hashlib
from collections.abc import Iterable
from functools import partial

import pandas as pd

from caf_pipelines.scenarios.altered import rows_of, with_rows
from caf_pipelines.scenarios.game_day import GameDay
from caf_pipelines.scenarios.scenario import Scenario, expect
from caf_platform.project.source import Delivery, DeliveryKind

FIRST, LAST = "labels-2013-04-01", "labels-2013-04-15"
AIRPORT, DROPPED_PERCENT = "EWR", 80


def dropped(flight: str) -> bool:
    """Whether the form drops this flight's delay: a draw that is the same every time."""
    return int(hashlib.sha256(flight.encode()).hexdigest(), 16) % 100 < DROPPED_PERCENT


def as_reported(rows: pd.DataFrame, airports: pd.Series) -> pd.DataFrame:
    """Labels as the new form gives them."""
    flights = rows["flight_id"]
    wrong = (flights.map(airports) == AIRPORT) & flights.map(dropped)
    return rows.assign(label=rows["label"].mask(wrong, "0"))


def act(day: GameDay) -> None:
    """Play the month with the new form in its first half."""
    airports: dict[str, str] = {}

    def reported(delivery: Delivery) -> Iterable[Delivery]:
        if delivery.kind is DeliveryKind.BATCH and "2013-04-01" <= delivery.name <= "2013-04-15":
            rows = rows_of(delivery)
            airports.update(zip(rows["flight_id"], rows["origin"], strict=True))
        if delivery.kind is DeliveryKind.LABELS and FIRST <= delivery.name <= LAST:
            delivery = with_rows(delivery, partial(as_reported, airports=pd.Series(airports)))
        yield delivery

    day.play(reported)


scenario = Scenario(
    begins="2013-04-01",
    ends="2013-05-01",
    act=act,
    expected=expect("segments_hold", "segment_worse", champion="v1"),
)
