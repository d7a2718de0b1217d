"""What can happen on the way of a version into service and out of it, as typed events.

They follow the rules of `events`, which is where everybody finds them.
"""

from datetime import datetime

from caf_platform.decision import Decision
from caf_platform.ledger.event import Event
from caf_platform.ledger.values import ApprovalDigests, Manifest, ManifestDigest, ManifestSignature


class GateDecided(Event):
    """The release gate judged a version by a policy and contract; `evidence_key` is all it saw.

    `manifest_signature` vouches for the manifest wherever that is shown, the record's for the rest.
    `judged_from` and `judged_to` are the first and last day of the batches it was judged on, whose
    names are `judged_batches`.
    """

    TYPE = "gate_decided"
    version: str
    against: str | None
    decision: Decision
    parts: dict[str, Decision]
    manifest: Manifest
    manifest_digest: ManifestDigest
    evidence_key: str
    policy_digest: str = ""
    contract_digest: str = ""
    manifest_signature: ManifestSignature = None
    judged_from: str | None = None
    judged_to: str | None = None
    judged_batches: tuple[str, ...] = ()


class ApprovalGiven(Event):
    """Somebody, or the policy itself, approved exactly these digests until `expires_at`."""

    TYPE = "approval_given"
    version: str
    manifest_digest: ManifestDigest
    approver: str
    automatic: bool
    expires_at: datetime


class ApprovalRevoked(Event):
    """Somebody took back what was approved so far of a version; later approvals count again."""

    TYPE = "approval_revoked"
    version: str
    approvals: tuple[str, ...]
    reason: str


class ApprovalAwaited(Event):
    """The gate passed, and the policy wants a person to say yes."""

    TYPE = "approval_awaited"
    version: str
    manifest_digest: ManifestDigest
    suggested: bool


class Promoted(Event):
    """This *is* the move: from here on the version is the champion.

    `approvals` are the keys of those that it rests on, `approval_digests` what each of them says,
    in the same order. So one signature binds the manifest, with every digest in it, to who said
    yes to exactly that.
    """

    TYPE = "promoted"
    version: str
    replaces: str | None
    manifest: Manifest
    manifest_digest: ManifestDigest
    approvals: tuple[str, ...]
    approval_digests: ApprovalDigests
    reason: str


class RolledBack(Event):
    """The champion was put back to an earlier lawful version; the mistaken one is revoked."""

    TYPE = "rolled_back"
    version: str
    replaces: str
    manifest_digest: ManifestDigest
    reason: str


class PromotionRefused(Event):
    """The door said no; the champion stays."""

    TYPE = "promotion_refused"
    version: str
    verb: str
    decision: Decision


class VersionRetired(Event):
    """A version is out of service for good: never promoted, never put back."""

    TYPE = "version_retired"
    version: str
    reason: str


class ScoringStopped(Event):
    """The kill switch: from here on batches are scored by the champion's fallback."""

    TYPE = "scoring_stopped"
    champion: str | None
    reason: str


class ScoringResumed(Event):
    """From here on batches are scored by the champion again."""

    TYPE = "scoring_resumed"
    champion: str | None
    reason: str
