"""Half a month's labels arrive after the month has ended."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from caf_pipelines.scenarios.game_day import GameDay
from caf_pipelines.scenarios.scenario import Scenario, expect
from caf_platform.project.source import Delivery, DeliveryKind


def late(delivery: Delivery) -> Iterable[Delivery]:
    """Labels from mid-May on, two weeks later."""
    if delivery.kind is DeliveryKind.LABELS and delivery.name >= "labels-2013-05-16":
        delivery = replace(delivery, arrives_at=delivery.arrives_at + timedelta(days=14))
    yield delivery


def act(day: GameDay) -> None:
    """Play the month with late labels."""
    day.play(late)


scenario = Scenario(
    begins="2013-05-01",
    ends="2013-06-01",
    act=act,
    expected=expect(
        "calibration",
        "low_label_coverage",
        also={
            "skill": "it needs labels as well",
            "labels": "half of them are missing",
            "target_drift": "it needs labels as well",
            "label_noise": "labels that are not there contradict nobody",
            "former_champion": "the former champion is judged on labels too",
        },
    ),
)
