"""What is true of one model version, and of one change of the champion."""

from dataclasses import dataclass, field
from datetime import datetime

from caf_platform.ledger import events as e
from caf_platform.ledger.record import Record
from caf_platform.ledger.values import Manifest


@dataclass
class ModelState:
    """A model version: trained, judged, approved, promoted, perhaps revoked or retired.

    `revoked` is what a rollback away from it does, `retired` what a person does; both are for
    good. `withdrawn` are the keys of approvals that somebody took back. `learnt` and `judged_on`
    are the batches that it was trained and judged on, each with the revision in force then.
    """

    trained: e.ModelTrained
    manifest: Manifest
    learnt: dict[str, int] = field(default_factory=dict)
    judged_on: dict[str, int] = field(default_factory=dict)
    gate: e.GateDecided | None = None
    gate_record: Record | None = None
    approvals: dict[str, e.ApprovalGiven] = field(default_factory=dict)
    approval_records: dict[str, Record] = field(default_factory=dict)
    promotion: Record | None = None
    revoked: bool = False
    retired: bool = False
    withdrawn: set[str] = field(default_factory=set)

    @property
    def promoted(self) -> bool:
        """Whether it ever came through the door."""
        return self.promotion is not None

    @property
    def awaits(self) -> bool:
        """Whether its gate passed, and nobody moved it or took it out of service."""
        passed = self.gate is not None and self.gate.decision.verdict.good
        return passed and not (self.promoted or self.revoked or self.retired)

    def spent(self, key: str) -> bool:
        """Whether an approval was there when the version was last promoted: it carries no more."""
        return self.promotion is not None and self.approval_records[key].seq < self.promotion.seq

    def stands(self, key: str) -> bool:
        """Whether an approval was neither spent nor taken back; it may be too old nevertheless."""
        return key not in self.withdrawn and not self.spent(key)


@dataclass(frozen=True)
class Move:
    """One change of the champion."""

    version: str
    replaces: str | None
    verb: str
    when: datetime
    real_time: datetime
    actor: str
    reason: str
    seq: int
