"""What the door looks at itself: signatures, and bytes in the lake. Nothing here judges."""

import json
from collections.abc import Iterable
from typing import Any

from caf_platform.digest import digest_of
from caf_platform.errors import CafError
from caf_platform.ledger.events import ApprovalGiven, GateDecided, Promoted
from caf_platform.ledger.privileged import MAY_PROMOTE
from caf_platform.ledger.record import Record
from caf_platform.ledger.signing import signatory
from caf_platform.ledger.values import Manifest
from caf_platform.ledger.versions import ModelState
from caf_platform.model.manifest import verify_manifest
from caf_platform.ports.lake import Lake
from caf_platform.ports.signer import Role, Signer

NAMED = ("artifact", "data", "evaluation", "golden")
"""What every manifest names at least; without the golden rows nobody can be asked them."""


def is_signed(signer: Signer, model: ModelState) -> bool:
    """Whether the platform signed what the gate said, and exactly this manifest as well."""
    record, gate = model.gate_record, model.gate
    if record is None or gate is None or record.event != gate:
        return False
    by = signatory(signer, record)
    signature = gate.manifest_signature
    return (
        by is not None
        and Role.PLATFORM in by.roles
        and signature is not None
        and verify_manifest(signer, model.manifest, signature)
        and signer.principal_of(signature.key_id) == by
    )


def is_genuine(signer: Signer, approval: ApprovalGiven, record: Record) -> bool:
    """Whether its approver signed it: a person by their own key, the policy by the platform."""
    by = signatory(signer, record)
    if by is None or by.automatic is not approval.automatic:
        return False
    if approval.automatic:
        return Role.PLATFORM in by.roles
    return Role.APPROVER in by.roles and by.name == approval.approver


def was_promoted(signer: Signer, model: ModelState, digest: str) -> bool:
    """Whether somebody who may promoted exactly what its manifest says today.

    On approvals that are on record, and say now what they said then.
    """
    record = model.promotion
    if record is None or record.type != Promoted.TYPE:
        return False
    by, keys = signatory(signer, record), record.payload["approvals"]
    lawful = by is not None and bool(MAY_PROMOTE & set(by.roles))
    said = tuple(record.payload["approval_digests"])
    approved = bool(said) and said == approval_digests(model, keys)
    return lawful and approved and record.payload["manifest_digest"] == digest


def approval_digests(model: ModelState, keys: Iterable[str]) -> tuple[str, ...]:
    """The digest of what each of a version's approvals says, empty where it is not on record."""
    known = model.approval_records
    return tuple(digest_of(known[key].payload) if key in known else "" for key in keys)


def evaluation_agrees(lake: Lake, gate: GateDecided) -> bool:
    """Whether the stored evaluation gives this verdict, by these parts, of these two."""
    key = gate.manifest.keys["evaluation"]
    found = lake.read(key, expected=gate.manifest.digests["evaluation"])
    try:
        stored = json.loads(found)
    except ValueError:
        return False
    return key == gate.evidence_key and evaluation_says(stored, gate)


def evaluation_says(stored: Any, gate: GateDecided) -> bool:
    """Whether an evaluation, read as JSON, gives this verdict, by these parts, of these two."""
    said = gate.model_dump(mode="json")
    try:
        compared = stored["evidence"]
        seen = (stored["decision"], stored["parts"])
        contenders = (compared["challenger"], compared["champion"])
    except (KeyError, TypeError):
        return False
    return (seen, contenders) == ((said["decision"], said["parts"]), (gate.version, gate.against))


def wrong_objects(lake: Lake, manifest: Manifest) -> tuple[str, ...]:
    """Names of digests whose bytes in the lake are missing or other bytes."""
    wrong = [name for name in (*NAMED, *manifest.digests) if name not in manifest.keys]
    for name, lake_key in manifest.keys.items():
        try:
            lake.read(lake_key, expected=manifest.digests.get(name, ""))
        except CafError:
            wrong.append(name)
    return tuple(dict.fromkeys(wrong))
