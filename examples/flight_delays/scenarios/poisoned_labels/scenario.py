"""The labels of the morning's flights are turned round, in the label files and nowhere else."""

from collections.abc import Iterable

import pandas as pd

from caf_pipelines.scenarios.altered import with_rows
from caf_pipelines.scenarios.game_day import GameDay
from caf_pipelines.scenarios.scenario import Scenario, expect
from caf_platform.project.source import Delivery, DeliveryKind

SINCE = "labels-2013-05-10"
MORNING = "0730"
"""Local time at which the morning is over; a flight's key ends with when it should leave."""
OPPOSITE = {"0": "1", "1": "0"}


def turned_round(rows: pd.DataFrame) -> pd.DataFrame:
    """The morning's labels are the opposite of what happened."""
    morning = rows["flight_id"].str[-4:] < MORNING
    return rows.assign(label=rows["label"].mask(morning, rows["label"].map(OPPOSITE)))


def poisoned(delivery: Delivery) -> Iterable[Delivery]:
    """Label files from that day on."""
    hit = delivery.kind is DeliveryKind.LABELS and delivery.name >= SINCE
    yield with_rows(delivery, turned_round) if hit else delivery


def act(day: GameDay) -> None:
    """Play the month with the poisoned labels."""
    day.play(poisoned)


scenario = Scenario(
    begins="2013-05-01",
    ends="2013-06-01",
    act=act,
    expected=expect(
        "label_noise",
        "label_noise_breached",
        also={
            "calibration": "punctual mornings were foretold, and labels say otherwise",
            "skill": "a model is bad at foretelling lies",
            "triage": "both ask for a new model, which would learn the lies",
        },
        action="data_incident",
        opens=("data-2013-05",),
    ),
)
