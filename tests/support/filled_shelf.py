"""A lake and a state that are filled by hand."""

import itertools
from datetime import UTC, datetime, timedelta

import pandas as pd
from lawful_events import labels as labels_event
from lawful_events import received, replayed, scored, validated
from memory_lake import MemoryLake

from caf_pipelines.lifecycle.frames import Frames
from caf_pipelines.stages.collect_labels import REVISION
from caf_platform.lake_columns import LABEL, ROW_ID, SCORE
from caf_platform.ledger.state import BatchState, ProjectState
from caf_platform.project.classified import Classes, to_parquet

ARRIVAL = datetime(2020, 1, 1, tzinfo=UTC)


class Shelf:
    """A lake and a state that are filled by hand, and frames that look at them."""

    def __init__(self):
        self.lake, self.state = MemoryLake(), ProjectState("micro")
        self.frames = Frames(self.lake, self.state)
        self._numbers = itertools.count()

    def stored(self, frame):
        """A frame in the lake, by key and digest."""
        key = f"validated/{next(self._numbers)}"
        return key, self.lake.write(key, to_parquet(frame, Classes()))

    def batch(self, name, rows, *, day=1, revision=1):
        """A validated batch of these row ids, or a revision of it."""
        key, digest = self.stored(pd.DataFrame({ROW_ID: pd.Series(rows, dtype="str")}))
        arrived = {"arrived_at": ARRIVAL + timedelta(days=day)}
        event = received(name, revision).model_copy(update=arrived)
        known = self.state.batches.get(name)
        self.state.batches[name] = BatchState(event, known.first if known else event)
        self.state.batches[name].validated = validated(name, revision).model_copy(
            update={"validated_key": key, "validated_digest": digest}
        )

    def replay(self, name, rows):
        """Rows of a batch that came back from quarantine."""
        key, digest = self.stored(pd.DataFrame({ROW_ID: pd.Series(rows, dtype="str")}))
        update = {"validated_key": key, "validated_digest": digest}
        self.state.batches[name].replayed.append(replayed(name).model_copy(update=update))

    def labels(self, rows):
        """A label file: (row, value, revision)."""
        frame = pd.DataFrame(rows, columns=[ROW_ID, LABEL, REVISION])
        key, digest = self.stored(frame.astype({ROW_ID: "str", LABEL: "float64"}))
        update = {"labels_key": key, "labels_digest": digest}
        self.state.labels.append(labels_event("l").model_copy(update=update))

    def predictions(self, name, version, rows):
        """What a version answered: (row, score)."""
        key, digest = self.stored(pd.DataFrame(rows, columns=[ROW_ID, SCORE]))
        event = scored(name, version)
        by = event.by[0].model_copy(update={"predictions_key": key, "predictions_digest": digest})
        self.state.batches[name].scored = event.model_copy(update={"by": (by,)})

    def fresh(self):
        """Frames of a process that has just started."""
        return Frames(self.lake, self.state)
