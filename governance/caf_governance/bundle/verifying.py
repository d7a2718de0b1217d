"""Verifying a bundle from its files alone: digests, signatures, chain, and every decision again.

What is proved: nothing in the bundle was changed since the platform's key signed it; each record is
what was hashed, linked to the next where they are neighbours, and signed by somebody who may; the
gate's decision follows from the evidence and the policy, the approvals from the policy's rules; and
the summary and card from all that. What is not: that the ledger holds the same records
(`caf audit verify` does that), and that the model file is there (the door did that).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from pydantic import ValidationError

from caf_governance.bundle.card import card
from caf_governance.bundle.contents import Bundle, Check, read_evidence, read_records
from caf_governance.bundle.index import (
    CARD,
    EVIDENCE,
    INDEX,
    PROJECT,
    RECORDS,
    SIGNATURE,
    SUMMARY,
    Index,
    member,
)
from caf_governance.bundle.summary import summary
from caf_platform.capabilities import Capability
from caf_platform.decision import Decision
from caf_platform.digest import canonical, digest, short
from caf_platform.door.approval import judge_approval
from caf_platform.door.proofs import is_genuine
from caf_platform.errors import CafError
from caf_platform.ledger.events import ApprovalGiven, GateDecided, ModelTrained, Promoted
from caf_platform.ledger.privileged import fault
from caf_platform.ledger.record import Record
from caf_platform.ledger.stored import Stored
from caf_platform.model.manifest import manifest_digest, verify_manifest
from caf_platform.plugins import Kind, register
from caf_platform.ports.signer import Role, Signature
from caf_platform.project.policy import Policy

RESTING_ON: Final = (ModelTrained, GateDecided, ApprovalGiven, Promoted)
"""What no promotion is without."""

SHOWN: Final = 5
"""As many differences of one check are told."""


@register(
    Kind.CONTROL, "evidence bundle", Capability.RISK_MANAGEMENT, Capability.SECURITY_ASSURANCE
)
def verify(bundle: Bundle) -> tuple[Check, ...]:
    """Every check in order; those that rest on what is wrong already are left out."""
    found = [_checked("signature", _signature(bundle)), _checked("members", _members(bundle))]
    records = _checked("records", _records(bundle))
    found.append(records)
    if not all(one.good for one in found):
        return tuple(found)
    every = read_records(bundle.files[RECORDS])
    found.append(_checked("manifest", _manifest(bundle, every)))
    if not found[-1].good:
        return tuple(found)
    evidence = read_evidence(bundle.files)
    return (
        *found,
        _checked("gates", _gates(every, evidence)),
        _checked("approvals", _approvals(bundle, every, evidence)),
        _checked("summary", _summary(bundle, every, evidence)),
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
    rows = [Stored(**json.loads(line)) for line in bundle.files[RECORDS].splitlines()]
    for row in rows:
        if why := row.fault() or row.unreadable():
            yield f"record {row.seq}: {why}"
            return
    yield from _links(rows)
    for row in rows:
        record = row.record()
        if why := fault(bundle.signer, record):
            yield f"record {record.seq}: {why}"
    yield from _whole(rows, _index(bundle).promoted)


def _links(rows: Sequence[Stored]) -> Iterator[str]:
    for former, row in pairwise(rows):
        if row.seq <= former.seq:
            yield f"record {row.seq} stands after record {former.seq}"
        elif row.seq == former.seq + 1 and row.previous != former.hash:
            yield f"record {row.seq} does not follow record {former.seq}"


def _whole(rows: Sequence[Stored], promoted: str) -> Iterator[str]:
    """Whether everything from the training to the promotion is there, and ends with it."""
    kinds = [row.type for row in rows]
    lost = [kind.TYPE for kind in RESTING_ON if kind.TYPE not in kinds]
    if lost:
        yield from (f"there is no record of type {kind}" for kind in lost)
        return
    if kinds[-1] != Promoted.TYPE or rows[-1].hash != promoted:
        yield "the last record is not the promotion that the index names"
    for former, row in pairwise(rows[kinds.index(ModelTrained.TYPE) :]):
        if row.seq != former.seq + 1:
            yield f"between training and promotion record {former.seq + 1} is missing"


def _manifest(bundle: Bundle, records: Sequence[Record]) -> Iterator[str]:
    gate, promoted, index = _gate(records), _promoted(records), _index(bundle)
    whole = manifest_digest(promoted.manifest)
    for name, found in (("promotion", promoted.manifest_digest), ("gate", gate.manifest_digest)):
        if found != whole:
            yield f"the {name} names manifest {short(found)}, and it is {short(whole)}"
    signed = gate.manifest_signature
    if signed is None or not verify_manifest(bundle.signer, promoted.manifest, signed):
        yield "the manifest does not bear the platform's signature"
    if (promoted.version, promoted.manifest.project) != (index.version, index.project):
        yield "the index is of another version or project than the promotion"
    for name in EVIDENCE:
        found = digest(bundle.files[member(name)])
        if found != promoted.manifest.digests.get(name):
            yield f"{member(name)} is not what the manifest names"


def _gates(records: Sequence[Record], evidence: Mapping[str, Any]) -> Iterator[str]:
    """The gate's decision again, from evidence and policy; each part and the whole."""
    from caf_governance.gates.evidence import ReleaseEvidence
    from caf_governance.gates.release import judge

    gate, policy = _gate(records), Policy.model_validate_json(json.dumps(evidence["policy"]))
    seen = ReleaseEvidence.model_validate(evidence["evaluation"]["evidence"])
    if (seen.challenger, seen.champion) != (gate.version, gate.against):
        yield "the evaluation is of other contenders than the gate's record"
    decision, parts = judge(seen, policy.release, policy.training)
    for name in sorted(set(parts) ^ set(gate.parts)):
        yield f"gate '{name}' was {'not asked then' if name in parts else 'asked, and is not here'}"
    for name in sorted(set(parts) & set(gate.parts)):
        yield from _differences(f"gate '{name}'", gate.parts[name], parts[name])
    yield from _differences("the release decision", gate.decision, decision)
    if not decision.verdict.good:
        yield f"by its evidence it should not have been promoted: {decision.summary}"


def _differences(what: str, recorded: Decision, again: Decision) -> Iterator[str]:
    """What a decision says otherwise than it did; wording is left aside."""
    if recorded.verdict is not again.verdict:
        yield f"{what} was {recorded.verdict}, and is {again.verdict} by its evidence"
    said = [(reason.code, reason.found, reason.limit) for reason in recorded.reasons]
    if said != [(reason.code, reason.found, reason.limit) for reason in again.reasons]:
        yield f"{what} gave other reasons than its evidence does"
    for name in sorted(set(recorded.numbers) | set(again.numbers)):
        if recorded.numbers.get(name) != again.numbers.get(name):
            yield (
                f"{what}: {name} was {recorded.numbers.get(name)}, "
                f"and is {again.numbers.get(name)} by its evidence"
            )


def _approvals(
    bundle: Bundle, records: Sequence[Record], evidence: Mapping[str, Any]
) -> Iterator[str]:
    """Whether those that the promotion rests on held at that moment, by that policy's rules."""
    from caf_platform.digest import digest_of

    promotion, promoted = records[-1], _promoted(records)
    policy = Policy.model_validate_json(json.dumps(evidence["policy"])).release
    given = {one.key: one for one in records if one.type == ApprovalGiven.TYPE}
    resting: list[ApprovalGiven] = []
    for key, said in zip(promoted.approvals, promoted.approval_digests, strict=True):
        record = given.get(key)
        if record is None:
            yield f"approval '{key}' is not among the records"
            continue
        approval = ApprovalGiven.model_validate(record.payload)
        if digest_of(record.payload) != said:
            yield f"approval '{key}' says something else than when it was used"
        if not is_genuine(bundle.signer, approval, record):
            yield f"approval '{key}' is not signed by who gave it"
        resting.append(approval)
    decision = judge_approval(
        manifest_digest(promoted.manifest),
        resting,
        now=promotion.envelope.virtual_time,
        mode=policy.mode.value,
        author=promoted.manifest.author,
        publisher=promotion.envelope.actor,
        valid_days=policy.approval_valid_days.value,
        quorum=policy.quorum.value if policy.quorum else 1,
    )
    if not decision.verdict.good:
        yield from (f"{reason.code}: {reason.text}" for reason in decision.reasons)


def _summary(
    bundle: Bundle, records: Sequence[Record], evidence: Mapping[str, Any]
) -> Iterator[str]:
    told = json.loads(bundle.files[SUMMARY])
    again = json.loads(canonical(summary(records, evidence)))
    yield from _apart(told, again, SUMMARY)


def _apart(told: Any, again: Any, where: str) -> Iterator[str]:
    """Where two JSON values differ, by path."""
    if isinstance(told, dict) and isinstance(again, dict):
        for name in sorted(set(told) | set(again)):
            yield from _apart(told.get(name), again.get(name), f"{where}: {name}")
    elif told != again:
        yield f"{where} is {told!r}, and {again!r} by the records"


def _card(bundle: Bundle) -> Iterator[str]:
    project, found = json.loads(bundle.files[PROJECT]), json.loads(bundle.files[SUMMARY])
    if bundle.files[CARD].decode() != card(project, found):
        yield f"{CARD} says something else than {SUMMARY} and {PROJECT}"


def _gate(records: Sequence[Record]) -> GateDecided:
    found = [one for one in records if one.type == GateDecided.TYPE]
    return GateDecided.model_validate(found[-1].payload)


def _promoted(records: Sequence[Record]) -> Promoted:
    return Promoted.model_validate(records[-1].payload)
