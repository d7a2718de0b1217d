"""Verifying a bundle from its files alone: digests, signatures, chain, and every decision again.

What is proved: nothing in the bundle was changed since the key signed it that signed the gate's
decision; each record is what was hashed, signed by somebody who may, and none is left out that the
promotion rests on; the gate's decision follows from the evidence and the policy, the door's from
both and from the approvals; and the summary, card and bill of materials from all that. What is not:
that the ledger holds the same records (`caf audit verify` does that), that the model file is there
and answers (the door saw that), and whose key it is: its fingerprint is told, and can be insisted
on.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic import ValidationError

from caf_governance.bundle.basis import Basis, basis_of
from caf_governance.bundle.card import card
from caf_governance.bundle.chain import wrong_records
from caf_governance.bundle.contents import Bundle, Check, read_evidence, read_records
from caf_governance.bundle.deciding import door_again, gates_again
from caf_governance.bundle.index import (
    CARD,
    EVIDENCE,
    INDEX,
    MATERIALS,
    PROJECT,
    RECORDS,
    SIGNATURE,
    SUMMARY,
    Index,
    member,
)
from caf_governance.bundle.materials import bill_of_materials
from caf_governance.bundle.summary import summary
from caf_platform.capabilities import Capability
from caf_platform.digest import canonical, digest, short
from caf_platform.errors import CafError
from caf_platform.model.manifest import manifest_digest, verify_manifest
from caf_platform.plugins import Kind, register
from caf_platform.ports.signer import Role, Signature

SHOWN: Final = 5
"""As many differences of one check are told."""


@register(
    Kind.CONTROL, "evidence bundle", Capability.RISK_MANAGEMENT, Capability.SECURITY_ASSURANCE
)
def verify(bundle: Bundle) -> tuple[Check, ...]:
    """Every check in order; those that rest on what is wrong already are left out."""
    found = [_checked("signature", _signature(bundle)), _checked("members", _members(bundle))]
    found.append(_checked("records", _records(bundle)))
    if not all(one.good for one in found):
        return tuple(found)
    basis = basis_of(read_records(bundle.files[RECORDS]))
    found += [
        _checked("seal", _seal(bundle, basis)),
        _checked("manifest", _manifest(bundle, basis)),
    ]
    if not found[-1].good:
        return tuple(found)
    evidence = read_evidence(bundle.files)
    return (
        *found,
        _checked("gates", gates_again(basis, evidence)),
        _checked("door", door_again(basis, evidence, bundle.signer)),
        _checked("summary", _summary(bundle, basis, evidence)),
        _checked("bill of materials", _materials(bundle, basis, evidence)),
        _checked("model card", _card(bundle)),
    )


def _checked(name: str, wrong: Iterator[str]) -> Check:
    """A check; what cannot be read is wrong like what was changed."""
    told: list[str] = []
    try:
        told.extend(wrong)
    except (CafError, ValidationError) as error:
        told.append(str(error).splitlines()[0])
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, StopIteration) as error:
        told.append(f"it cannot be read: {type(error).__name__}: {error}")
    more = len(told) - SHOWN
    return Check(name, (*told[:SHOWN], *([f"and {more} more"] if more > 0 else [])))


def _index(bundle: Bundle) -> Index:
    return Index.model_validate_json(bundle.files[INDEX])


def _signature(bundle: Bundle) -> Iterator[str]:
    index = _index(bundle)
    if canonical(index.model_dump(mode="json")) != bundle.files[INDEX]:
        yield f"{INDEX} is not in the form that was signed"
    signature = Signature.model_validate_json(bundle.files[SIGNATURE])
    if not bundle.signer.verify(index.statement(), signature):
        yield f"{INDEX} does not bear a valid signature by a key that is known"
        return
    by = bundle.signer.principal_of(signature.key_id)
    if by is None or Role.PLATFORM not in by.roles:
        yield f"{INDEX} is signed by {by.name if by else 'nobody'}, who is not the platform"


def _members(bundle: Bundle) -> Iterator[str]:
    named = _index(bundle).members
    there = set(bundle.files) - {INDEX, SIGNATURE}
    yield from (f"{name} is missing" for name in sorted(set(named) - there))
    yield from (f"{name} is not in the index" for name in sorted(there - set(named)))
    for name in sorted(there & set(named)):
        if (found := digest(bundle.files[name])) != named[name]:
            yield f"{name} was changed: {short(found)}, not {short(named[name])}"


def _records(bundle: Bundle) -> Iterator[str]:
    yield from wrong_records(bundle.files[RECORDS], bundle.signer, _index(bundle))


def _seal(bundle: Bundle, found: Basis) -> Iterator[str]:
    """Who sealed it judged it too, or is vouched for: a second platform can be brought along."""
    by = Signature.model_validate_json(bundle.files[SIGNATURE]).key_id
    judged = found.gate_record.envelope.signature
    if by not in bundle.vouched and (judged is None or by != judged.key_id):
        yield f"{INDEX} is signed by key {by}, which did not sign the gate's decision"


def _manifest(bundle: Bundle, basis: Basis) -> Iterator[str]:
    gate, promoted = basis.gate, basis.promoted
    whole = manifest_digest(promoted.manifest)
    for name, found in (("promotion", promoted.manifest_digest), ("gate", gate.manifest_digest)):
        if found != whole:
            yield f"the {name} names manifest {short(found)}, and it is {short(whole)}"
    signed = gate.manifest_signature
    if signed is None or not verify_manifest(bundle.signer, promoted.manifest, signed):
        yield "the manifest does not bear the platform's signature"
    for name in EVIDENCE:
        found = digest(bundle.files[member(name)])
        if found != promoted.manifest.digests.get(name):
            yield f"{member(name)} is not what the manifest names"


def _summary(bundle: Bundle, basis: Basis, evidence: Mapping[str, Any]) -> Iterator[str]:
    told = json.loads(bundle.files[SUMMARY])
    again = json.loads(canonical(summary(basis, evidence)))
    yield from _apart(told, again, SUMMARY)


def _apart(told: Any, again: Any, where: str) -> Iterator[str]:
    """Where two JSON values differ, by path."""
    if isinstance(told, dict) and isinstance(again, dict):
        for name in sorted(set(told) | set(again)):
            yield from _apart(told.get(name), again.get(name), f"{where}: {name}")
    elif told != again:
        yield f"{where} is {told!r}, and {again!r} by the records"


def _materials(bundle: Bundle, basis: Basis, evidence: Mapping[str, Any]) -> Iterator[str]:
    manifest = basis.promoted.manifest
    again = bill_of_materials(
        evidence["environment"]["packages"],
        manifest.project,
        manifest.version,
        manifest.digests["artifact"],
    )
    if bundle.files[MATERIALS] != canonical(again):
        yield f"{MATERIALS} says something else than {member('environment')}"


def _card(bundle: Bundle) -> Iterator[str]:
    project, found = json.loads(bundle.files[PROJECT]), json.loads(bundle.files[SUMMARY])
    if bundle.files[CARD].decode() != card(project, found):
        yield f"{CARD} says something else than {SUMMARY} and {PROJECT}"
