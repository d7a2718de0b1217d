"""Fewer flights are late from the day after a promotion on."""

import hashlib
from collections.abc import Iterable

import pandas as pd

from caf_pipelines.scenarios.altered import with_rows
from caf_pipelines.scenarios.game_day import GameDay
from caf_pipelines.scenarios.scenario import Scenario, expect
from caf_platform.project.source import Delivery, DeliveryKind

SINCE, PUNCTUAL_NOW_PERCENT = "labels-2013-05-01", 35


def punctual_now(flight: str) -> bool:
    """Whether a late flight would be on time under the new timetable; always the same answer."""
    return int(hashlib.sha256(flight.encode()).hexdigest(), 16) % 100 < PUNCTUAL_NOW_PERCENT


def arrived(rows: pd.DataFrame) -> pd.DataFrame:
    """What is late by the new timetable."""
    return rows.assign(label=rows["label"].mask(rows["flight_id"].map(punctual_now), "0"))


def new_timetable(delivery: Delivery) -> Iterable[Delivery]:
    """The arrivals of May."""
    late = delivery.kind is DeliveryKind.LABELS and delivery.name >= SINCE
    yield with_rows(delivery, arrived) if late else delivery


def act(day: GameDay) -> None:
    """Play the month with the new timetable."""
    day.play(new_timetable)


scenario = Scenario(
    begins="2013-05-01",
    ends="2013-06-01",
    act=act,
    expected=expect(
        "former_champion",
        "harm",
        "confidence",
        also={
            "calibration": "the champion expects more delays than there are",
            "skill": "so many too many that a constant does nearly as well",
            "triage": "going back is safer than learning anew, which calibration and skill ask for",
        },
        action="roll_back",
        opens=("rolled-back-v2",),
        champion="v1",
    ),
)
