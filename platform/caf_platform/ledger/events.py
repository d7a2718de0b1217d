"""What can happen, as typed events.

An event's fields are what *state* and *decisions* rest on; those marked `Incidental` differ from
run to run without meaning anything different, and are no part of a state hash. A new field has a
default, so that older records are read as they are; any other change of shape raises VERSION.
"""

from datetime import datetime
from typing import Any

from caf_platform.decision import Action, Decision, Number
from caf_platform.ledger.event import Event
from caf_platform.ledger.products import DataProductReleased
from caf_platform.ledger.releases import (
    ApprovalAwaited,
    ApprovalGiven,
    ApprovalRevoked,
    GateDecided,
    Promoted,
    PromotionRefused,
    RolledBack,
    ScoringResumed,
    ScoringStopped,
    VersionRetired,
)
from caf_platform.ledger.removals import BatchesPurged, SubjectErased
from caf_platform.ledger.values import Manifest, Measured, ScoredBy, StoredModel, Suppressed
from caf_platform.measures.estimate import Estimation

__all__ = [
    "EVENT_TYPES",
    "ActionDecided",
    "ApprovalAwaited",
    "ApprovalGiven",
    "ApprovalRevoked",
    "BatchReceived",
    "BatchRefused",
    "BatchScored",
    "BatchValidated",
    "BatchesPurged",
    "DataProductReleased",
    "Event",
    "GateDecided",
    "IncidentClosed",
    "IncidentOpened",
    "LabelsReceived",
    "Manifest",
    "Measured",
    "MirrorReconciled",
    "ModelTrained",
    "PlayFinished",
    "PlayStarted",
    "PolicyAdopted",
    "Promoted",
    "PromotionRefused",
    "QuarantineReplayed",
    "RolledBack",
    "ScoredBy",
    "ScoringResumed",
    "ScoringStopped",
    "StoredModel",
    "SubjectErased",
    "Suppressed",
    "VersionRetired",
    "WindowClosed",
    "WindowMonitored",
]


class PlayStarted(Event):
    """A project's calendar starts, or starts over, on these rules; the former play stays."""

    TYPE = "play_started"
    play: int
    policy_digest: str
    contract_digest: str
    sample: float | None = None
    token_key: str = ""


class PlayFinished(Event):
    """The calendar of a play came to its end."""

    TYPE = "play_finished"
    play: int


class PolicyAdopted(Event):
    """From here on decisions are taken under another policy."""

    TYPE = "policy_adopted"
    policy_digest: str
    former: str


class BatchReceived(Event):
    """Raw bytes arrived and are kept as they came."""

    TYPE = "batch_received"
    batch: str
    revision: int
    raw_digest: str
    raw_key: str
    size: int
    arrived_at: datetime
    feeds: dict[str, datetime] = {}


class BatchValidated(Event):
    """The contract was applied: rows in = accepted + quarantined + duplicates."""

    TYPE = "batch_validated"
    batch: str
    revision: int
    rows: int
    accepted: int
    quarantined: int
    duplicates: int
    reasons: dict[str, int]
    validated_key: str
    validated_digest: str
    quarantine_key: str | None
    contract_digest: str
    decision: Decision
    first_event: datetime | None = None
    last_event: datetime | None = None
    report_key: str | None = None  # the engine's own, kept where rows were set aside


class BatchRefused(Event):
    """A table-level failure or too many bad rows stopped the batch; nothing of it is used."""

    TYPE = "batch_refused"
    batch: str
    revision: int
    raw_digest: str
    contract_digest: str
    decision: Decision
    quarantine_key: str | None = None
    report_key: str | None = None


class QuarantineReplayed(Event):
    """Rows set aside earlier were judged again under the present contract."""

    TYPE = "quarantine_replayed"
    batch: str
    revision: int
    accepted: int
    still_quarantined: int
    validated_key: str | None
    quarantine_key: str | None
    contract_digest: str
    validated_digest: str | None = None


class BatchScored(Event):
    """The champion scored a batch, and the previous champion did so unseen."""

    TYPE = "batch_scored"
    batch: str
    revision: int
    by: tuple[ScoredBy, ...]


class BatchWithdrawn(Event):
    """A revision of a batch must not be used any more: its bytes stay, its rows count nowhere."""

    TYPE = "batch_withdrawn"
    batch: str
    revision: int
    validated_digest: str
    reason: str


class LabelsReceived(Event):
    """Labels arrived; `corrected` replaced an earlier revision, `unknown` match no row."""

    TYPE = "labels_received"
    name: str
    raw_digest: str
    labels_key: str
    labels_digest: str
    rows: int
    joined: int
    corrected: int
    unknown: int
    unusable: int = 0


class ModelTrained(Event):
    """A challenger exists: trained, stored, signed, and tracked with its lineage."""

    TYPE = "model_trained"
    manifest: Manifest
    cause: str
    window: str
    cost_units: float
    train_from: str
    train_to: str
    rows: int
    batches: tuple[str, ...]
    features: tuple[str, ...]
    metrics: dict[str, Number]
    baselines: dict[str, StoredModel] = {}
    last_event: datetime | None = None


class WindowMonitored(Event):
    """A window of served predictions was looked at; one decision per monitor."""

    TYPE = "window_monitored"
    window: str
    champion: str | None
    readings: dict[str, Decision]
    evidence_key: str | None = None
    estimation: Estimation | None = None  # what was expected without labels, and what came true


class ActionDecided(Event):
    """What the platform does about a window; *nothing* is a decision too."""

    TYPE = "action_decided"
    window: str
    action: Action
    cause: str
    decision: Decision
    suppressed: tuple[Suppressed, ...] = ()
    champion: str | None = None  # who served then
    target: str | None = None  # where a rollback leads, also one that is killed and taken up again

    @property
    def held_back(self) -> tuple[Suppressed, ...]:
        """What would have been done and was not; not what the action answers anyway."""
        return tuple(s for s in self.suppressed if s.action not in (self.action, Action.WATCH))


class WindowClosed(Event):
    """Everything that was decided about a window has been done; it is not looked at again."""

    TYPE = "window_closed"
    window: str


class IncidentOpened(Event):
    """Something needs a person."""

    TYPE = "incident_opened"
    incident: str
    severity: str
    title: str
    cause: str
    evidence: dict[str, Any] = {}


class IncidentClosed(Event):
    """A person dealt with it, said what it was, and what keeps it from coming back."""

    TYPE = "incident_closed"
    incident: str
    cause: str
    action: str
    regression_test: str


class MirrorReconciled(Event):
    """A mirror (tracking alias) had fallen behind the ledger and was put right."""

    TYPE = "mirror_reconciled"
    INCIDENTAL = True
    mirror: str
    found: str | None
    now: str | None


EVENT_TYPES: dict[str, type[Event]] = {cls.TYPE: cls for cls in Event.__subclasses__()}
