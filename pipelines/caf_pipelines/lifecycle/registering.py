"""What a trained version leaves behind: artifact, yardsticks, fallback, lineage, golden answers."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from caf_pipelines.lifecycle import provenance
from caf_pipelines.lifecycle.models import DUMMY, FALLBACK, Models
from caf_pipelines.lifecycle.session import Session
from caf_pipelines.lifecycle.store import put, put_json
from caf_pipelines.stage import tags
from caf_pipelines.stages.train import Fitted, Trained
from caf_platform.lake_columns import LABEL, ROW_ID
from caf_platform.ledger.events import ModelTrained
from caf_platform.ledger.values import Manifest, StoredModel
from caf_platform.model.artifact import dump
from caf_platform.model.families import trusted_types
from caf_platform.model.golden import golden_answers
from caf_platform.ports.lake import Zone
from caf_platform.ports.tracking import DatasetInput, TrackedVersion, TrainingRecord
from caf_platform.project.classified import to_parquet

SAMPLE_ROWS = 100
"""Rows that the tracking store is shown, for its schema and signature."""

Objects = dict[str, tuple[str, str]]
"""What a manifest names: name -> (key in the lake, digest)."""


@dataclass(frozen=True)
class Lesson:
    """What a version is trained on, and why."""

    version: str
    window: str
    cause: str
    cost_units: float
    first: date
    last: date
    batches: tuple[str, ...]
    rows: pd.DataFrame
    times: pd.Series


@dataclass
class Registering:
    """Stores and tracks trained versions of one play."""

    session: Session
    models: Models

    def register(self, lesson: Lesson, trained: Trained) -> ModelTrained:
        """Store everything, log the run, and return the event that records it."""
        challenger = trained.challenger
        objects = self._lineage(lesson)
        tracked = self._tracked(lesson, trained, objects)
        objects["artifact"] = self._put(Zone.MODELS, lesson.version, tracked.artifact, "skops")
        scorer = self.models.load(self._manifest(lesson, challenger, tracked, objects))
        rows = lesson.rows[list(challenger.features.all)]
        answers = golden_answers(scorer, rows, self.session.classes)
        objects["golden"] = self._put(Zone.EVIDENCE, f"{lesson.version}/golden", answers, "parquet")
        baselines = {
            name: self._yardstick(f"{lesson.version}/{name}", fitted)
            for name, fitted in ((DUMMY, trained.dummy), ("baseline", trained.baseline))
        }
        objects[FALLBACK] = (baselines[DUMMY].key, baselines[DUMMY].digest)
        return ModelTrained(
            manifest=self._manifest(lesson, challenger, tracked, objects),
            cause=lesson.cause,
            window=lesson.window,
            cost_units=lesson.cost_units,
            train_from=str(lesson.first),
            train_to=str(lesson.last),
            rows=len(lesson.rows),
            batches=lesson.batches,
            features=challenger.features.all,
            metrics=trained.metrics,
            baselines=baselines,
            last_event=pd.Timestamp(lesson.times.max()).to_pydatetime(),
            measured={"tracked_version": tracked.version, "run_id": tracked.run_id},
        )

    def _lineage(self, lesson: Lesson) -> Objects:
        """Rows, data, contract, policy, code and environment, as evidence.

        `rows` are the ids of the rows that were learnt from, each with the label it had then;
        `data` says which files they came from, those replayed from quarantine among them.
        """
        state, project = self.session.state, self.session.project
        learnt = lesson.rows[[ROW_ID, LABEL]].sort_values(ROW_ID, ignore_index=True)
        taught = to_parquet(learnt, self.session.classes)
        rows = self._put(Zone.EVIDENCE, f"{lesson.version}/rows", taught, "parquet")
        batches = {name: state.batches[name] for name in lesson.batches}
        texts: dict[str, dict[str, Any]] = {
            "data": {
                "rows": len(lesson.rows),
                "from": str(lesson.first),
                "to": str(lesson.last),
                "batches": [
                    [name, batch.validated.revision, content]
                    for name, batch in batches.items()
                    if batch.validated is not None
                    for _, content in batch.validated_keys
                ],
                "rows_digest": rows[1],
                "labels": sorted(event.labels_digest for event in state.labels),
            },
            "contract": project.declaration.contract.plain,
            "policy": project.policy.model_dump(mode="json"),
            "code": provenance.code(),
            "environment": provenance.environment(),
        }
        lake = self.session.lake
        return {"rows": rows} | {
            name: put_json(lake, project.name, f"{lesson.version}/{name}", value)
            for name, value in texts.items()
        }

    def _tracked(self, lesson: Lesson, trained: Trained, objects: Objects) -> TrackedVersion:
        challenger = trained.challenger
        sample = lesson.rows[list(challenger.features.all)].head(SAMPLE_ROWS)
        data_key, data_digest = objects["data"]
        record = TrainingRecord(
            project=self.session.project.name,
            run_name=lesson.version,
            parameters={
                **trained.parameters,
                "family": challenger.family,
                "seed": self.session.policy.training.seed.value,
                "train_from": str(lesson.first),
                "train_to": str(lesson.last),
            },
            metrics={
                "rows": float(len(lesson.rows)),
                **{name: float(v) for name, v in trained.metrics.items() if v is not None},
            },
            datasets=(
                DatasetInput(
                    name=f"{self.session.project.name} {lesson.first}..{lesson.last}",
                    digest=data_digest,
                    source=data_key,
                    context="training",
                    rows=len(lesson.rows),
                    sample=sample,
                ),
            ),
            tags=self._tags(lesson, objects),
            trusted_types=trusted_types(challenger.family),
            requirements=_requirements(),
            sample=sample,
        )
        return self.session.platform.tracking.log_training(record, challenger.model)

    def _tags(self, lesson: Lesson, objects: Objects) -> dict[str, str]:
        return {
            **tags("train"),
            "caf.version": lesson.version,
            "caf.play": str(self.session.state.play),
            "caf.cause": lesson.cause,
            "caf.code": str(provenance.code()["commit"]),
            **{f"caf.digest.{name}": content for name, (_, content) in objects.items()},
        }

    def _yardstick(self, name: str, fitted: Fitted) -> StoredModel:
        key, content = self._put(Zone.MODELS, name, dump(fitted.model), "skops")
        features = fitted.features.all
        return StoredModel(family=fitted.family, features=features, key=key, digest=content)

    def _put(self, zone: Zone, name: str, data: bytes, suffix: str) -> tuple[str, str]:
        lake, project = self.session.lake, self.session.project.name
        return put(lake, zone, project, name, data, suffix)

    def _manifest(
        self, lesson: Lesson, challenger: Fitted, tracked: TrackedVersion, objects: Objects
    ) -> Manifest:
        return Manifest(
            project=self.session.project.name,
            version=lesson.version,
            family=challenger.family,
            run_id=tracked.run_id,
            author=self.session.declaration.owners.model,
            digests={name: content for name, (_, content) in objects.items()},
            keys={name: key for name, (key, _) in objects.items()},
        )


def _requirements() -> tuple[str, ...]:
    """What a model needs to be loaded, pinned to what is installed."""
    packages = provenance.environment()["packages"]
    return tuple(f"{name}=={packages[name]}" for name in ("scikit-learn", "skops", "pandas"))
