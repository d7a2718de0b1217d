"""No label arrives for a month."""

from collections.abc import Iterable

from caf_pipelines.scenarios.game_day import GameDay
from caf_pipelines.scenarios.scenario import Scenario, expect
from caf_platform.project.source import Delivery, DeliveryKind


def without_labels(delivery: Delivery) -> Iterable[Delivery]:
    """Nothing of what came true from May on."""
    if delivery.kind is not DeliveryKind.LABELS or delivery.name < "labels-2013-05-01":
        yield delivery


def act(day: GameDay) -> None:
    """Play the month without labels."""
    day.play(without_labels)


scenario = Scenario(
    begins="2013-05-01",
    ends="2013-06-01",
    act=act,
    expected=expect(
        "labels",
        "labels_breached",
        also={
            "calibration": "it needs labels",
            "skill": "it needs labels as well",
            "target_drift": "it needs labels as well",
            "label_noise": "labels that are not there contradict nobody",
            "former_champion": "the former champion is judged on labels too",
        },
        action="data_incident",
        opens=("data-2013-05",),
    ),
)
