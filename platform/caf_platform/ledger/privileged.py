"""Privileged events: those that decide who serves, or whether, and who may therefore write them.

Whoever can write to the ledger's database can append a well-chained row. That alone must not
make a champion, begin another play, or put other rules in force: these events count only with the
signature of a known key, owned by the actor on record, that holds a role for it. Checked wherever
state is read, not only at the door.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from caf_platform.capabilities import Capability
from caf_platform.errors import Tampered
from caf_platform.ledger.events import (
    ApprovalGiven,
    ApprovalRevoked,
    BatchesPurged,
    BatchWithdrawn,
    DataProductReleased,
    GateDecided,
    ModelTrained,
    PlayStarted,
    PolicyAdopted,
    Promoted,
    RolledBack,
    ScoringResumed,
    ScoringStopped,
    SubjectErased,
    VersionRetired,
)
from caf_platform.ledger.record import Record
from caf_platform.ledger.signing import signatory
from caf_platform.plugins import Kind, register
from caf_platform.ports.signer import Role, Signer

MAY_PROMOTE: Final = frozenset({Role.PLATFORM, Role.PUBLISHER})
MAY_ROLL_BACK: Final = frozenset({Role.PLATFORM, Role.OPERATOR})
MAY_REVOKE: Final = frozenset({Role.APPROVER, Role.OPERATOR})
MAY_RETIRE: Final = frozenset({Role.OPERATOR})
MAY_STOP: Final = frozenset({Role.OPERATOR})
MAY_WITHDRAW: Final = frozenset({Role.OPERATOR})
MAY_RELEASE_DATA: Final = frozenset({Role.OPERATOR})

MAY_SIGN: Final[Mapping[str, frozenset[Role]]] = {
    PlayStarted.TYPE: frozenset({Role.PLATFORM}),
    PolicyAdopted.TYPE: frozenset({Role.PLATFORM}),
    ModelTrained.TYPE: frozenset({Role.PLATFORM}),
    GateDecided.TYPE: frozenset({Role.PLATFORM}),
    ApprovalGiven.TYPE: frozenset({Role.PLATFORM, Role.APPROVER}),
    ApprovalRevoked.TYPE: MAY_REVOKE,
    Promoted.TYPE: MAY_PROMOTE,
    RolledBack.TYPE: MAY_ROLL_BACK,
    VersionRetired.TYPE: MAY_RETIRE,
    ScoringStopped.TYPE: MAY_STOP,
    ScoringResumed.TYPE: MAY_STOP,
    BatchWithdrawn.TYPE: MAY_WITHDRAW,
    SubjectErased.TYPE: MAY_WITHDRAW,
    BatchesPurged.TYPE: MAY_WITHDRAW,
    DataProductReleased.TYPE: MAY_RELEASE_DATA,
}
"""Privileged types of events, each with the roles of which a signing key needs one."""


@dataclass(frozen=True)
class Signed:
    """How many privileged records were proved, up to the first wrong one, and what is wrong."""

    records: int
    broken_at: int | None = None
    why: str = ""


def fault(signer: Signer, record: Record) -> str:
    """What is wrong with a record's signature; empty when it is proved, or needs none."""
    wanted = MAY_SIGN.get(record.type)
    if wanted is None:
        return ""
    if record.envelope.signature is None:
        return f"it is a '{record.type}' that nobody signed"
    by = signatory(signer, record)
    if by is None:
        actor = record.envelope.actor
        return f"it is a '{record.type}' without a valid signature by a known key of '{actor}'"
    if not wanted & set(by.roles):
        roles = " or ".join(sorted(wanted))
        return f"it is a '{record.type}' by '{by.name}', whose key holds no role of {roles}"
    return ""


def proved(records: Iterable[Record], signer: Signer) -> Iterator[Record]:
    """The same records; the first privileged one that is not proved raises `Tampered`."""
    for record in records:
        why = fault(signer, record)
        if why:
            raise tampered(record, why)
        yield record


def happens_once(record: Record, seen: set[str]) -> None:
    """Remember a privileged record's key; one that was seen before raises `Tampered`.

    The signature of a copied record holds, for it covers the key and not the place in the chain.
    """
    if record.type not in MAY_SIGN:
        return
    if record.key in seen:
        raise tampered(record, REPEATED)
    seen.add(record.key)


@register(
    Kind.CONTROL,
    "signed decisions",
    Capability.IDENTITY_AND_ACCESS_MANAGEMENT,
    Capability.SECURITY_ASSURANCE,
)
def verify_signatures(records: Iterable[Record], signer: Signer) -> Signed:
    """Check every privileged record, up to the first wrong one; a repeated one is wrong too."""
    keys: set[str] = set()
    for record in records:
        if record.type not in MAY_SIGN:
            continue
        why = fault(signer, record) or (REPEATED if record.key in keys else "")
        if why:
            return Signed(len(keys), record.seq, f"record {record.seq}: {why}")
        keys.add(record.key)
    return Signed(len(keys))


REPEATED: Final = "it is a copy of a signed record, put in a second time"


def tampered(record: Record, why: str) -> Tampered:
    """The error that names a privileged record which must not be believed."""
    return Tampered(
        f"Record {record.seq} of the ledger (stream '{record.stream}') is not to be believed:",
        why=f"{why}.",
        next_step="Run: caf audit verify; keep the ledger as evidence, and restore a backup of "
        "it, or of the key folder if a public key is missing.",
    )
