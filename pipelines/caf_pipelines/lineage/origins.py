"""What lineage is made of: frozen values, from the answer back to the bytes."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from caf_platform.decision import Number


@dataclass(frozen=True)
class BatchOrigin:
    """One revision of a batch: how it came, what became of it, and whether its bytes are whole.

    `withdrawn` says why it may not be used any more; None: it may.
    """

    batch: str
    revision: int
    received_at: datetime
    raw_key: str
    raw_digest: str
    validated_key: str
    validated_digest: str
    rows: int
    accepted: int
    quarantined: int
    duplicates: int
    contract_digest: str
    verified: bool
    withdrawn: str | None = None


@dataclass(frozen=True)
class PredictionOrigin:
    """One answer: `scores` are its numbers, `row_found` whether the validated file has its row."""

    prediction_id: str
    row_id: str
    version: str
    role: str
    scores: dict[str, float]
    scored_at: datetime
    features_digest: str
    artifact_digest: str
    predictions_key: str
    batch: BatchOrigin
    row_found: bool


@dataclass(frozen=True)
class ModelOrigin:
    """What a version is and what it was made of; commit None: the code evidence is unreadable."""

    version: str
    family: str
    cause: str
    window: str
    train_from: str
    train_to: str
    rows: int
    run_id: str
    tracked_version: float | int | str | None
    manifest_digest: str | None
    digests: dict[str, str]
    commit: str | None
    uncommitted_changes: bool | None


@dataclass(frozen=True)
class GateOrigin:
    """The release gate's answer about a version."""

    verdict: str
    headline: str
    against: str | None
    when: datetime
    evidence_key: str
    numbers: dict[str, Number]


@dataclass(frozen=True)
class ApprovalOrigin:
    """One approval of a version; `key_id` is the key that signed it, if any."""

    approver: str
    automatic: bool
    when: datetime
    expires_at: datetime
    key_id: str | None


@dataclass(frozen=True)
class MoveOrigin:
    """One time that a version became champion."""

    verb: str
    replaces: str | None
    when: datetime
    actor: str
    reason: str


@dataclass(frozen=True)
class Lineage:
    """The whole way back.

    `wrong` names what does not match its digest now; `example` is a prediction of the version.
    """

    project: str
    play: int
    prediction: PredictionOrigin | None
    model: ModelOrigin
    gate: GateOrigin | None
    approvals: tuple[ApprovalOrigin, ...]
    moves: tuple[MoveOrigin, ...]
    batches: tuple[BatchOrigin, ...]
    wrong: tuple[str, ...]
    example: str | None

    @property
    def verified(self) -> bool:
        """Whether every byte that was looked at is what was recorded."""
        return not self.wrong

    def as_dict(self) -> dict[str, Any]:
        """Plain values, with `verified`."""
        return {"verified": self.verified, **asdict(self)}
