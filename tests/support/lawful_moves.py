"""When a move is lawful, said a second time and otherwise than the door says it.

It walks the bare records with loops and sets, and knows nothing of states, facts and decisions, so
that a test may compare. Signatures are checked by the platform's own `signatory`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from caf_platform.digest import digest, digest_of
from caf_platform.ledger.record import Record
from caf_platform.ledger.signing import signatory
from caf_platform.ports.signer import Role, Signer

PERSON = {"Kay, Tom": "Tom Kay"}
"""Names that are other spellings of another one's."""


@dataclass(frozen=True)
class Law:
    """What holds at one moment: who is the author, how many must approve, the rules in force."""

    author: str
    quorum: int
    automatic: bool
    policy_digest: str
    now: datetime
    days: int
    signer: Signer


def champion_of(records: Sequence[Record]) -> str | None:
    """Who serves: whom the last move names."""
    moves = [r for r in records if r.type in ("promoted", "rolled_back")]
    return moves[-1].payload["version"] if moves else None


def may_promote(
    records: Sequence[Record], version: str, mover: Signer, law: Law, objects: dict[str, bytes]
) -> bool:
    """Whether `mover` may make `version` the champion after these records."""
    gate = _newest(records, "gate_decided", version)
    return (
        gate is not None
        and bool({Role.PLATFORM, Role.PUBLISHER} & set(mover.principal.roles))
        and not _gone(records, version)
        and champion_of(records) != version
        and gate.payload["against"] == champion_of(records)
        and _in_force(records) == law.policy_digest == gate.payload["policy_digest"]
        and gate.payload["manifest"]["digests"]["policy"] == law.policy_digest
        and _whole(gate.payload["manifest"], objects)
        and _enough(records, version, gate.payload["manifest_digest"], mover, law)
    )


def may_put_back(
    records: Sequence[Record], version: str, mover: Signer, objects: dict[str, bytes]
) -> bool:
    """Whether `mover` may put the champion back to `version` after these records."""
    gate = _newest(records, "gate_decided", version)
    promotion = _newest(records, "promoted", version)
    return (
        gate is not None
        and promotion is not None
        and bool({Role.PLATFORM, Role.OPERATOR} & set(mover.principal.roles))
        and champion_of(records) not in (None, version)
        and not _gone(records, version)
        and gate.payload["manifest_digest"] == promotion.payload["manifest_digest"]
        and _rested(records, promotion)
        and _whole(gate.payload["manifest"], objects)
    )


def _rested(records: Sequence[Record], promotion: Record) -> bool:
    """Whether it was made on approvals, each of which says what it said then."""
    said = {
        record.key: digest_of(record.payload)
        for record in records
        if record.type == "approval_given"
        and record.payload["version"] == promotion.payload["version"]
    }
    keys, digests = promotion.payload["approvals"], promotion.payload["approval_digests"]
    return bool(keys) and [said.get(key) for key in keys] == list(digests)


def _newest(records: Sequence[Record], kind: str, version: str) -> Record | None:
    found = [r for r in records if r.type == kind and r.payload["version"] == version]
    return found[-1] if found else None


def _in_force(records: Sequence[Record]) -> str:
    rules = [r for r in records if r.type in ("play_started", "policy_adopted")]
    return str(rules[-1].payload["policy_digest"])


def _gone(records: Sequence[Record], version: str) -> bool:
    """Retired by a person, or rolled away from."""
    return any(
        (r.type == "version_retired" and r.payload["version"] == version)
        or (r.type == "rolled_back" and r.payload["replaces"] == version)
        for r in records
    )


def _whole(manifest: dict[str, Any], objects: dict[str, bytes]) -> bool:
    return all(
        key in objects and digest(objects[key]) == manifest["digests"][name]
        for name, key in manifest["keys"].items()
    )


def _enough(
    records: Sequence[Record], version: str, manifest: str, mover: Signer, law: Law
) -> bool:
    """Whether the policy's own approval is left, or enough people's for a person's hand."""
    people: set[str] = set()
    alone = {law.author, mover.principal.name}
    for record in _left(records, version):
        given = record.payload
        until = datetime.fromisoformat(given["expires_at"])
        in_time = law.now < until <= law.now + timedelta(days=law.days)
        by = signatory(law.signer, record)
        if given["manifest_digest"] != manifest or not in_time or by is None:
            continue
        if given["automatic"]:
            if law.automatic and law.quorum == 1 and Role.PLATFORM in by.roles:
                return True  # whoever moves it
        elif by.name == given["approver"] and Role.APPROVER in by.roles:
            people |= {PERSON.get(by.name, by.name)} - {PERSON.get(one, one) for one in alone}
    return Role.PUBLISHER in mover.principal.roles and len(people) >= law.quorum


def _left(records: Sequence[Record], version: str) -> list[Record]:
    """Approvals of a version that carried no promotion and that nobody took back."""
    left: list[Record] = []
    for record in records:
        if record.payload.get("version") != version:
            continue
        if record.type == "approval_given":
            left.append(record)
        elif record.type == "promoted":
            left.clear()
        elif record.type == "approval_revoked":
            left = [one for one in left if one.key not in record.payload["approvals"]]
    return left
