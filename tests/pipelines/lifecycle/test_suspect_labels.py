"""Nothing is learnt from labels that are suspect, until a person has looked."""

from collections.abc import Iterable
from datetime import UTC, datetime

import pandas as pd
from micro.data import Sensor
from micro_play import World, telling

from caf_pipelines.lifecycle.play import Play
from caf_pipelines.scenarios.altered import Altered, with_rows
from caf_platform.decision import Action, Verdict
from caf_platform.ledger.events import ActionDecided
from caf_platform.project.source import Delivery, DeliveryKind

POISONED = range(13, 17)
"""Days of window 0003; in the next the machine is worn, and a new model is called for."""


def turned_round(rows: pd.DataFrame) -> pd.DataFrame:
    """Each label is its opposite."""
    return rows.assign(label=rows["label"].map({"0": "1", "1": "0"}))


def poisoned(delivery: Delivery) -> Iterable[Delivery]:
    """The label files of those days."""
    hit = delivery.kind is DeliveryKind.LABELS and int(delivery.name[-2:]) in POISONED
    yield with_rows(delivery, turned_round) if hit else delivery


def actions(play: Play) -> dict[str, tuple[Action, str]]:
    """What each window ended in, and why."""
    records = play.session.platform.ledger.read(prefix="micro/")
    decided = [
        ActionDecided.model_validate(record.payload)
        for record in records
        if record.type == ActionDecided.TYPE
    ]
    return {each.window: (each.action, each.cause) for each in decided}


def test_suspect_labels_hold_retraining_back_in_later_windows_too() -> None:
    """Their window ends in a data incident, and so do the next that would learn from them."""
    source = Altered(Sensor(), datetime(2021, 1, 1, tzinfo=UTC), poisoned)

    play = World().played(telling(source))

    readings = play.session.state.windows[2].readings
    assert readings["label_noise"].verdict is Verdict.BREACH
    told = actions(World().played())
    assert told["0004"] == (Action.RETRAIN, "calibration")
    assert actions(play)["0004"] == (Action.DATA_INCIDENT, "open_data_incident")
