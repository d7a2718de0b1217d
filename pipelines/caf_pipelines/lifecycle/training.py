"""Training a challenger: which days it learns from, and everything it leaves behind."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd

from caf_pipelines.lifecycle import provenance
from caf_pipelines.lifecycle.models import Models
from caf_pipelines.lifecycle.session import Session
from caf_pipelines.lifecycle.store import put, put_json
from caf_pipelines.stage import tags
from caf_pipelines.stages.train import Fitted, Trained, train
from caf_platform.ledger.events import (
    Manifest,
    ModelTrained,
    StoredModel,
)
from caf_platform.ledger.streams import MODELS, version_name
from caf_platform.model.artifact import dump
from caf_platform.model.families import trusted_types
from caf_platform.model.golden import golden_answers
from caf_platform.ports.lake import Zone
from caf_platform.ports.tracking import DatasetInput, TrackedVersion, TrainingRecord

SAMPLE_ROWS = 100


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
    models: Models

    def split(self) -> Split | None:
        """The gate is the newest labelled `gate_days`; training the `window_days` before them.

        None while no batch has enough labels.
        """
        newest = self._newest_labelled()
        if newest is None:
            return None
        policy = self.session.policy.training
        gate_from = newest - timedelta(days=policy.gate_days.value - 1)
        train_to = gate_from - timedelta(days=1)
        train_from = train_to - timedelta(days=policy.window_days.value - 1)
        return Split(train_from, train_to, gate_from, newest)

    def trainable(self) -> Trainable:
        """What the next training would have to learn from."""
        split = self.split()
        if split is None:
            return Trainable(days=0, rows=0)
        batches = self.session.frames.usable(split.train_from, split.train_to)
        return Trainable(len(batches), len(self.session.frames.labelled(batches)))

    def labelled_since_last(self) -> int:
        """Labelled rows that the last training did not have."""
        trainings = self.session.state.trainings
        used = set(trainings[-1][1].batches) if trainings else set()
        new = [name for name in self.session.frames.usable() if name not in used]
        if trainings:
            last = trainings[-1][1].train_to
            new = [
                n
                for n in new
                if str(self.session.frames.day_of(self.session.state.batches[n])) > last
            ]
        return len(self.session.frames.labelled(new))

    def train(self, window: str, cause: str, cost_units: float) -> str | None:
        """Train a challenger for a cause, once per window; None when there is too little data."""
        found = self.session.platform.ledger.find(self.session.key("train", window))
        if found is not None:
            return str(found.payload["manifest"]["version"])
        split = self.split()
        if split is None:
            return None
        frames, policy = self.session.frames, self.session.policy.training
        batches = tuple(frames.usable(split.train_from, split.train_to))
        rows = frames.labelled(batches)
        if len(rows) < policy.min_training_rows.value:
            text = f"{len(rows):,} labelled rows, {policy.min_training_rows.value:,} are needed"
            self.session.tell(window, "train", "cannot_judge", text)
            return None
        version = version_name(self.session.state.play, len(self.session.state.models) + 1)
        self.session.timeline.progress(f"training {version} on {len(rows):,} rows")
        with self.session.measuring("train") as measured:
            trained = train(rows, self.session.declaration, seed=policy.seed.value)
            event = self._stored(version, window, cause, split, batches, rows, trained)
        event = event.model_copy(
            update={"cost_units": cost_units, "measured": {**event.measured, **measured}}
        )
        self.session.record("train", MODELS, event, "train", window)
        family, days = event.manifest.family, f"{split.train_from} to {split.train_to}"
        text = f"{family} on {len(rows):,} rows, {days}, because of {cause}"
        self.session.tell(version, "train", "ok", text)
        return version

    def _stored(
        self,
        version: str,
        window: str,
        cause: str,
        split: Split,
        batches: tuple[str, ...],
        rows: pd.DataFrame,
        trained: Trained,
    ) -> ModelTrained:
        """Everything a version leaves behind: artifact, yardsticks, lineage, golden answers."""
        project = self.session.project.name
        objects = self._lineage(version, batches, len(rows), split)
        tracked = self._tracked(version, rows, trained, objects, split, cause)
        objects["artifact"] = put(
            self.session.platform.lake, Zone.MODELS, project, version, tracked.artifact, "skops"
        )
        manifest = _manifest(project, version, trained.challenger.family, tracked.run_id, objects)
        answers = golden_answers(
            self.models.load(manifest), rows[list(trained.challenger.features.all)]
        )
        objects["golden"] = put(
            self.session.platform.lake,
            Zone.EVIDENCE,
            project,
            f"{version}/golden",
            answers,
            "parquet",
        )
        times = self.times(rows)
        return ModelTrained(
            manifest=_manifest(
                project, version, trained.challenger.family, tracked.run_id, objects
            ),
            cause=cause,
            window=window,
            cost_units=0.0,
            train_from=str(split.train_from),
            train_to=str(split.train_to),
            rows=len(rows),
            batches=batches,
            features=trained.challenger.features.all,
            metrics=trained.choice_losses,
            baselines={
                name: self._yardstick(version, name, fitted)
                for name, fitted in (("dummy", trained.dummy), ("baseline", trained.baseline))
            },
            last_event=times.max().to_pydatetime(),
            measured={"tracked_version": tracked.version, "run_id": tracked.run_id},
        )

    def _lineage(
        self, version: str, batches: Iterable[str], rows: int, split: Split
    ) -> dict[str, tuple[str, str]]:
        """Data, contract, policy, code and environment as evidence: name -> (key, digest)."""
        state, project = self.session.state, self.session.project
        data = {
            "rows": rows,
            "from": str(split.train_from),
            "to": str(split.train_to),
            "batches": [
                [name, validated.revision, validated.validated_digest]
                for name in batches
                if (validated := state.batches[name].validated) is not None
            ],
            "labels": sorted(event.labels_digest for event in state.labels),
        }
        texts: dict[str, dict[str, Any]] = {
            "data": data,
            "contract": project.declaration.contract.plain,
            "policy": project.policy.model_dump(mode="json"),
            "code": provenance.code(),
            "environment": provenance.environment(),
        }
        return {
            name: put_json(self.session.platform.lake, project.name, f"{version}/{name}", value)
            for name, value in texts.items()
        }

    def _tracked(
        self,
        version: str,
        rows: pd.DataFrame,
        trained: Trained,
        objects: dict[str, tuple[str, str]],
        split: Split,
        cause: str,
    ) -> TrackedVersion:
        challenger = trained.challenger
        sample = rows[list(challenger.features.all)].head(SAMPLE_ROWS)
        dataset = DatasetInput(
            name=f"{self.session.project.name} {split.train_from}..{split.train_to}",
            digest=objects["data"][1],
            source=objects["data"][0],
            context="training",
            rows=len(rows),
            sample=sample,
        )
        record = TrainingRecord(
            project=self.session.project.name,
            run_name=version,
            parameters={
                **trained.parameters,
                "family": challenger.family,
                "seed": self.session.policy.training.seed.value,
                "train_from": str(split.train_from),
                "train_to": str(split.train_to),
            },
            metrics={
                "rows": float(len(rows)),
                **{f"choice.{k}": v for k, v in trained.choice_losses.items()},
            },
            datasets=(dataset,),
            tags={
                **tags("train"),
                "caf.version": version,
                "caf.play": str(self.session.state.play),
                "caf.cause": cause,
                "caf.code": str(provenance.code()["commit"]),
                **{f"caf.digest.{name}": content for name, (_, content) in objects.items()},
            },
            trusted_types=trusted_types(challenger.family),
            requirements=requirements(),
            sample=sample,
        )
        return self.session.platform.tracking.log_training(record, challenger.model)

    def _yardstick(self, version: str, name: str, fitted: Fitted) -> StoredModel:
        lake, project = self.session.platform.lake, self.session.project.name
        key, content = put(
            lake, Zone.MODELS, project, f"{version}/{name}", dump(fitted.model), "skops"
        )
        return StoredModel(
            family=fitted.family, features=fitted.features.all, key=key, digest=content
        )

    def times(self, rows: pd.DataFrame) -> pd.Series:
        """Each row's event time, or the present moment for a project without one."""
        column = self.session.declaration.clock.event_time
        return (
            rows[column]
            if column
            else pd.Series(pd.Timestamp(self.session.clock.now()), rows.index)
        )

    def _newest_labelled(self) -> date | None:
        enough = self.session.policy.monitoring.min_label_coverage.value
        frames = self.session.frames
        for name in reversed(frames.usable()):
            rows = frames.rows([name])
            if frames.labels_of(rows["_row_id"]).notna().mean() >= enough:
                return frames.day_of(self.session.state.batches[name])
        return None


def _manifest(
    project: str, version: str, family: str, run_id: str, objects: dict[str, tuple[str, str]]
) -> Manifest:
    return Manifest(
        project=project,
        version=version,
        family=family,
        run_id=run_id,
        digests={name: content for name, (_, content) in objects.items()},
        keys={name: key for name, (key, _) in objects.items()},
    )


def requirements() -> tuple[str, ...]:
    """What a model needs to be loaded, pinned to what is installed."""
    packages = provenance.environment()["packages"]
    return tuple(
        f"{name}=={packages[name]}" for name in ("scikit-learn", "skops", "pandas", "numpy")
    )
