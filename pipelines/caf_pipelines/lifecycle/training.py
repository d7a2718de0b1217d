"""Training a challenger: which days it learns from, and when there are enough of them."""

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from caf_pipelines.lifecycle.registering import Lesson, Registering
from caf_pipelines.lifecycle.session import Session
from caf_pipelines.stages.data_card import data_card
from caf_pipelines.stages.train import train
from caf_platform.digest import digest_of, short
from caf_platform.errors import BadInput
from caf_platform.lake_columns import ROW_ID
from caf_platform.ledger.events import ModelTrained
from caf_platform.ledger.streams import MODELS, version_name


@dataclass(frozen=True)
class Split:
    """Which days a challenger learns from, and which later ones judge it."""

    train_from: date
    train_to: date
    gate_from: date
    gate_to: date


@dataclass(frozen=True)
class Trainable:
    """Days of batches and labelled rows that a training would have."""

    days: int
    rows: int


@dataclass
class Training:
    """Trains challengers of one play."""

    session: Session
    registering: Registering

    def split(self) -> Split | None:
        """The gate is the newest `gate_days` with labels; training the `window_days` before them.

        Every batch of the gate has the label coverage that the policy asks of a window: rows
        without labels are not missing at random, and a gate that dropped most of a day would
        judge on the rest. The gate therefore ends before a day that has too few labels, until
        as many good days follow it. None when there is no such end.
        """
        policy = self.session.policy.training
        length = timedelta(days=policy.gate_days.value - 1)
        newest = self._gate_end(length)
        if newest is None:
            return None
        gate_from = newest - length
        train_to = gate_from - timedelta(days=1)
        train_from = train_to - timedelta(days=policy.window_days.value - 1)
        return Split(train_from, train_to, gate_from, newest)

    def trainable(self) -> Trainable:
        """What the next training would have to learn from."""
        split = self.split()
        if split is None:
            return Trainable(days=0, rows=0)
        batches = self.session.frames.usable(split.train_from, split.train_to)
        return Trainable(len(batches), self.session.frames.labelled_rows(batches))

    def labelled_since_last(self) -> int:
        """Labelled rows that came after the newest day the last training learnt from."""
        trainings = self.session.state.trainings
        first = None
        if trainings:
            first = date.fromisoformat(trainings[-1][1].train_to) + timedelta(days=1)
        frames = self.session.frames
        return frames.labelled_rows(frames.usable(first=first))

    def train(
        self, window: str, cause: str, cost_units: float, *, alternative: int | None = None
    ) -> str | None:
        """Train a challenger for a cause, once per window; None when there is too little data.

        `alternative` is the place of the declared one that is tried after a challenger was refused.
        Rows that no model can be learnt from (all of one class, say) open an incident, and so does
        data that its card says too little of: of that nothing is learnt.
        """
        key = ("train", window) if alternative is None else ("train", window, str(alternative))
        found = self.session.found(*key)
        if found is not None:
            return str(found.payload["manifest"]["version"])
        if not self._described(window):
            return None
        lesson = self._lesson(window, cause, cost_units)
        event = self._learnt(lesson, alternative) if lesson else None
        if lesson is None or event is None:
            return None
        self.session.record("train", MODELS, event, *key)
        days = f"{lesson.first} to {lesson.last}"
        text = f"{event.manifest.family} on {len(lesson.rows):,} rows, {days}, because of {cause}"
        self.session.tell(lesson.version, "train", "ok", text)
        return lesson.version

    def times(self, rows: pd.DataFrame) -> pd.Series:
        """Each row's event time, or when its batch arrived for a project without one."""
        column = self.session.declaration.clock.event_time
        if column:
            return rows[column]
        owners, batches = self.session.frames.owners(), self.session.state.batches
        arrived = [batches[owners[row]].first.arrived_at for row in rows[ROW_ID]]
        return pd.Series(pd.to_datetime(arrived), index=rows.index)

    def _lesson(self, window: str, cause: str, cost_units: float) -> Lesson | None:
        """What the next version is trained on; None when there is too little of it."""
        split = self.split()
        if split is None:
            return None
        frames, state = self.session.frames, self.session.state
        batches = tuple(frames.usable(split.train_from, split.train_to))
        rows = frames.labelled(batches)
        if not self._enough(window, len(rows)):
            return None
        return Lesson(
            version=version_name(state.play, len(state.models) + 1),
            window=window,
            cause=cause,
            cost_units=cost_units,
            first=frames.day_of(state.batches[batches[0]]),
            last=frames.day_of(state.batches[batches[-1]]),
            batches=batches,
            rows=rows,
            times=self.times(rows),
        )

    def _described(self, window: str) -> bool:
        """Whether the data card is complete; if not, an incident is opened, once for these gaps."""
        decision = data_card(self.session.declaration)
        if decision.verdict.good:
            return True
        self.session.tell(window, "train", decision.verdict.value, decision.summary)
        evidence = decision.model_dump(mode="json")
        self.session.open_incident(
            "data_card",
            f"data-card-{short(digest_of(evidence))}",
            severity="high",
            title="no challenger is trained on data that nobody answers for",
            cause=decision.summary,
            evidence={"decision": evidence},
        )
        return False

    def _enough(self, window: str, rows: int) -> bool:
        """Whether there are as many labelled rows as the policy asks for; if not, it is told."""
        needed = self.session.policy.training.min_training_rows.value
        if rows < needed:
            text = f"{rows:,} labelled rows, {needed:,} are needed"
            self.session.tell(window, "train", "cannot_judge", text)
        return rows >= needed

    def _learnt(self, lesson: Lesson, alternative: int | None) -> ModelTrained | None:
        """Fit, store and track a version; None, with an incident, when no model can be learnt."""
        session = self.session
        session.timeline.progress(f"training {lesson.version} on {len(lesson.rows):,} rows")
        try:
            with session.measuring("train") as measured:
                trained = train(
                    lesson.rows,
                    session.declaration,
                    seed=session.policy.training.seed.value,
                    alternative=None
                    if alternative is None
                    else session.declaration.alternatives[alternative],
                )
                event = self.registering.register(lesson, trained)
        except BadInput as error:
            self._open_incident(lesson.window, error)
            return None
        return event.model_copy(update={"measured": {**event.measured, **measured}})

    def _open_incident(self, window: str, error: BadInput) -> None:
        self.session.open_incident(
            "train",
            f"training-{window}",
            severity="medium",
            title=f"no challenger could be trained in {window}",
            cause=str(error),
        )

    def _gate_end(self, length: timedelta) -> date | None:
        """The newest day that has labels, as all batches have in the `length` before it."""
        frames, batches = self.session.frames, self.session.state.batches
        end: date | None = None
        for name in reversed(frames.usable()):
            day = frames.day_of(batches[name])
            if end is not None and day < end - length:
                return end
            if not self._covered(name):
                end = None
            elif end is None:
                end = day
        return end

    def _covered(self, batch: str) -> bool:
        """Whether enough of a batch's rows have a label."""
        labels = self.session.frames.labels_of(self.session.frames.rows([batch])[ROW_ID])
        return (
            float(labels.notna().mean()) >= self.session.policy.monitoring.min_label_coverage.value
        )
