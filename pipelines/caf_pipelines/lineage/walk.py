"""Walks from an answer back to the raw bytes.

Everything is read from the ledger, and every digest on the way is compared with the bytes that
lie in the lake now: what does not match is named, and the whole is then not verified.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from caf_pipelines.history import headline
from caf_pipelines.lineage.origins import (
    ApprovalOrigin,
    BatchOrigin,
    GateOrigin,
    Lineage,
    ModelOrigin,
    MoveOrigin,
    PredictionOrigin,
)
from caf_pipelines.lineage.predictions import PREDICTION_ID, Hit, search, values
from caf_platform.capabilities import Capability
from caf_platform.errors import BadInput, CafError, did_you_mean
from caf_platform.lake_columns import ROW_ID, SCORE
from caf_platform.ledger import events as e
from caf_platform.ledger.record import Record
from caf_platform.ledger.state import ModelState, ProjectState
from caf_platform.ledger.values import Manifest, ScoredBy
from caf_platform.plugins import Kind, register
from caf_platform.ports.lake import Lake

_AN_ID: Final = re.compile(r"[0-9a-f]{16}")

Batch = tuple[str, int]
"""A batch's name and its revision: exactly one content."""


@register(Kind.CONTROL, "lineage", Capability.AI_LIFECYCLE_MANAGEMENT, Capability.DATA_ARCHITECTURE)
@dataclass
class Walk:
    """Walks back in one play of a project. `records` are the play's records in order."""

    project: str
    records: Sequence[Record]
    lake: Lake
    state: ProjectState = field(init=False)
    _received: dict[Batch, e.BatchReceived] = field(init=False, default_factory=dict)
    _validated: dict[Batch, e.BatchValidated] = field(init=False, default_factory=dict)
    _scored: list[e.BatchScored] = field(init=False, default_factory=list)
    _learnt: dict[str, list[Batch]] = field(init=False, default_factory=dict)
    _wrong: dict[str, None] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.state = ProjectState(self.project)
        newest: dict[str, int] = {}
        for record in self.records:
            self.state.apply(record)
            match record.event:
                case e.BatchReceived() as event:
                    self._received[event.batch, event.revision] = event
                case e.BatchValidated() as event:
                    self._validated[event.batch, event.revision] = event
                    newest[event.batch] = event.revision
                case e.BatchScored() as event:
                    self._scored.append(event)
                case e.ModelTrained() as event:
                    # the revisions of that moment: a batch may have come again since
                    learnt = [(name, newest[name]) for name in event.batches if name in newest]
                    self._learnt[event.manifest.version] = learnt

    def back_from(self, subject: str = "") -> Lineage:
        """The lineage of a version, of a prediction id, or by default of the champion.

        `BadInput` when there is no such version or prediction in this play.
        """
        self._wrong.clear()
        known = self.state.models
        subject = subject or self.state.champion or next(reversed(known), "")
        if subject in known:
            return self._lineage(known[subject], None)
        hit = self._hit(subject)
        prediction = self._prediction(hit)
        return self._lineage(known[hit.by.belongs_to], prediction)

    def _lineage(self, model: ModelState, prediction: PredictionOrigin | None) -> Lineage:
        version, manifest = model.manifest.version, model.manifest
        batches = tuple(self._batch(batch) for batch in self._learnt[version])
        for name, key in manifest.keys.items():
            self._whole(f"{name} of {version}", key, manifest.digests.get(name, ""))
        return Lineage(
            project=self.project,
            play=self.state.play,
            prediction=prediction,
            model=self._model(model),
            gate=_gate(model),
            approvals=_approvals(model),
            moves=tuple(
                MoveOrigin(move.verb, move.replaces, move.when, move.actor, move.reason)
                for move in self.state.moves
                if move.version == version
            ),
            batches=batches,
            wrong=tuple(self._wrong),
            example=self._example(version),
        )

    def _model(self, model: ModelState) -> ModelOrigin:
        trained, manifest = model.trained, model.manifest
        code = self._code(manifest)
        return ModelOrigin(
            version=manifest.version,
            family=manifest.family,
            cause=trained.cause,
            window=trained.window,
            train_from=trained.train_from,
            train_to=trained.train_to,
            rows=trained.rows,
            run_id=manifest.run_id,
            tracked_version=trained.measured.get("tracked_version"),
            manifest_digest=model.gate.manifest_digest if model.gate else None,
            digests=dict(manifest.digests),
            commit=code.get("commit"),
            uncommitted_changes=code.get("changed"),
        )

    def _code(self, manifest: Manifest) -> dict[str, Any]:
        try:
            data = self.lake.read(manifest.keys["code"], expected=manifest.digests.get("code"))
            found: dict[str, Any] = json.loads(data)
        except (KeyError, ValueError, CafError):
            return {}
        return found

    def _batch(self, batch: Batch) -> BatchOrigin:
        received, validated = self._received[batch], self._validated[batch]
        said = self.state.batches[batch[0]].withdrawn.get(batch[1])
        raw = self._whole(
            f"raw bytes of {batch[0]}, revision {batch[1]}", received.raw_key, received.raw_digest
        )
        rows = self._whole(
            f"validated rows of {batch[0]}, revision {batch[1]}",
            validated.validated_key,
            validated.validated_digest,
        )
        return BatchOrigin(
            batch=received.batch,
            revision=received.revision,
            received_at=received.arrived_at,
            raw_key=received.raw_key,
            raw_digest=received.raw_digest,
            validated_key=validated.validated_key,
            validated_digest=validated.validated_digest,
            rows=validated.rows,
            accepted=validated.accepted,
            quarantined=validated.quarantined,
            duplicates=validated.duplicates,
            contract_digest=validated.contract_digest,
            verified=raw and rows,
            withdrawn=said.reason if said else None,
        )

    def _whole(self, what: str, key: str, digest: str) -> bool:
        """Whether an object's bytes are what was recorded; if not, that is noted."""
        try:
            self.lake.read(key, expected=digest)
        except CafError:
            self._wrong[what] = None
            return False
        return True

    def _hit(self, subject: str) -> Hit:
        if not _AN_ID.fullmatch(subject):
            raise self._unknown(subject)
        found = search(self.lake, reversed(self._scored), subject)
        if found.hit is None:
            unread = f"{found.unreadable} prediction files could not be read."
            raise BadInput(
                f"No prediction '{subject}' in play {self.state.play} of {self.project}.",
                why=unread if found.unreadable else "",
                next_step="See an example of one with: caf lineage",
            )
        return found.hit

    def _prediction(self, hit: Hit) -> PredictionOrigin:
        row, event = hit.row, hit.event
        batch = self._batch((event.batch, event.revision))
        row_found = self._has_row(event, row[ROW_ID])
        if not row_found:
            self._wrong[f"row {row[ROW_ID]} of {event.batch}"] = None
        return PredictionOrigin(
            prediction_id=row[PREDICTION_ID],
            row_id=row[ROW_ID],
            version=hit.by.version,
            role=hit.by.role,
            scores={name: row[name] for name in row if f"{name}_".startswith(f"{SCORE}_")},
            scored_at=row["scored_at"],
            features_digest=row["features_digest"],
            artifact_digest=row["artifact_digest"],
            predictions_key=hit.by.predictions_key,
            batch=batch,
            row_found=row_found,
        )

    def files_of(self, batch: str, revision: int) -> list[tuple[str, str | None]]:
        """The validated files of a batch, replayed rows included: each key with its digest."""
        validated = self._validated[batch, revision]
        files: list[tuple[str, str | None]] = [
            (validated.validated_key, validated.validated_digest)
        ]
        files += [
            (replay.validated_key, replay.validated_digest)
            for replay in self.state.batches[batch].replayed
            if replay.validated_key and replay.revision == revision
        ]
        return files

    def _has_row(self, event: e.BatchScored, row: str) -> bool:
        """Whether the validated files of the batch, replayed rows included, hold the row."""
        files = self.files_of(event.batch, event.revision)
        return any(row in self._row_ids(key, digest) for key, digest in files)

    def _row_ids(self, key: str, digest: str | None) -> list[str]:
        try:
            return values(self.lake.read(key, expected=digest), ROW_ID)
        except CafError:
            return []

    def _example(self, version: str) -> str | None:
        """The first prediction of the newest readable file of a version."""
        for event in reversed(self._scored):
            for by in event.by:
                if by.version == version and by.rows:
                    return self._first_id(by)
        return None

    def _first_id(self, by: ScoredBy) -> str | None:
        try:
            data = self.lake.read(by.predictions_key, expected=by.predictions_digest)
        except CafError:
            return None
        return str(values(data, PREDICTION_ID)[0])

    def _unknown(self, subject: str) -> BadInput:
        known = self.state.models
        if not known:
            return BadInput(
                f"{self.project} has no model yet.", next_step=f"Run: caf run -p {self.project}"
            )
        return BadInput(
            f"'{subject}' is neither a version nor a prediction id of play {self.state.play}.",
            why=did_you_mean(subject, known),
            next_step=f"Versions: {', '.join(known)}. See a prediction id with: caf lineage",
        )


def _gate(model: ModelState) -> GateOrigin | None:
    gate, record = model.gate, model.gate_record
    if gate is None or record is None:
        return None
    return GateOrigin(
        verdict=gate.decision.verdict.value,
        headline=headline(gate),
        against=gate.against,
        when=record.envelope.virtual_time,
        evidence_key=gate.evidence_key,
        numbers=dict(gate.decision.numbers),
    )


def _approvals(model: ModelState) -> tuple[ApprovalOrigin, ...]:
    return tuple(
        _approval(model.approval_records[key], given) for key, given in model.approvals.items()
    )


def _approval(record: Record, given: e.ApprovalGiven) -> ApprovalOrigin:
    signature = record.envelope.signature
    return ApprovalOrigin(
        approver=given.approver,
        automatic=given.automatic,
        when=record.envelope.virtual_time,
        expires_at=given.expires_at,
        key_id=signature.key_id if signature else None,
    )
