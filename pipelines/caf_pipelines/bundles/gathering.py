"""Gathers a promotion's bundle from ledger and lake: the same files whenever it is made."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from caf_governance.bundle.card import card
from caf_governance.bundle.index import (
    CARD,
    EVIDENCE,
    INDEX,
    KEYS,
    MISSING,
    PROJECT,
    RECORDS,
    SIGNATURE,
    SUMMARY,
    Index,
    member,
)
from caf_governance.bundle.summary import summary
from caf_platform.digest import canonical, digest
from caf_platform.ledger.events import BatchValidated, ModelTrained, PlayStarted, Promoted
from caf_platform.ledger.record import Record
from caf_platform.ledger.stored import Stored
from caf_platform.project.model import Declaration
from caf_platform.wiring import Platform


def gathered(
    platform: Platform, project: Declaration, records: Sequence[Record], promotion: Record
) -> dict[str, bytes]:
    """Every file of the bundle of one promotion, by name; `records` are its play's, in order."""
    event = Promoted.model_validate(promotion.payload)
    rows = _resting_on(records, promotion, event.version)
    stored = {row.seq: row for row in platform.ledger.stored() if row.seq in {r.seq for r in rows}}
    evidence = {
        name: platform.lake.read(event.manifest.keys[name], expected=event.manifest.digests[name])
        for name in EVIDENCE
    }
    said = summary(rows, {name: json.loads(data) for name, data in evidence.items()})
    declared = _declared(project, event.manifest.family)
    files = {
        RECORDS: b"".join(_line(stored[row.seq]) for row in rows),
        SUMMARY: canonical(said),
        PROJECT: canonical(declared),
        CARD: card(json.loads(canonical(declared)), json.loads(canonical(said))).encode(),
        **{member(name): data for name, data in evidence.items()},
        **_keys(platform, rows),
    }
    play = next(PlayStarted.model_validate(r.payload).play for r in records if _starts(r))
    index = Index(
        project=project.name,
        play=play,
        version=event.version,
        promoted=promotion.hash,
        members={name: digest(data) for name, data in sorted(files.items())},
        missing=MISSING,
    )
    signature = platform.signer.sign(index.statement())
    return files | {
        INDEX: canonical(index.model_dump(mode="json")),
        SIGNATURE: canonical(signature.model_dump(mode="json")),
    }


def promotions(records: Sequence[Record]) -> list[Record]:
    """Every promotion among some records, in order."""
    return [record for record in records if record.type == Promoted.TYPE]


def _starts(record: Record) -> bool:
    return record.type == PlayStarted.TYPE


def _resting_on(records: Sequence[Record], promotion: Record, version: str) -> list[Record]:
    """The play's start, the batches that were learnt from, and all from training to promotion."""
    trained = next(
        one
        for one in records
        if one.type == ModelTrained.TYPE and one.payload["manifest"]["version"] == version
    )
    learnt = set(trained.payload["batches"])
    newest: dict[str, Record] = {}
    for one in records:
        earlier = one.seq < trained.seq and one.type == BatchValidated.TYPE
        if earlier and one.payload["batch"] in learnt:
            newest[one.payload["batch"]] = one
    before = [one for one in records if _starts(one)] + list(newest.values())
    between = [one for one in records if trained.seq <= one.seq <= promotion.seq]
    return sorted([*before, *between], key=lambda one: one.seq)


def _keys(platform: Platform, rows: Sequence[Record]) -> dict[str, bytes]:
    """The public files of the platform's key and of everybody's who signed one of the records."""
    signed = [row.envelope.signature for row in rows]
    ids = {one.key_id for one in signed if one} | {platform.signer.sign(b"").key_id}
    return {
        f"{KEYS}/{name}": data
        for name, data in sorted(platform.public_keys().items())
        if name.partition(".")[0] in ids
    }


def _line(row: Stored) -> bytes:
    return json.dumps(row._asdict(), ensure_ascii=False).encode() + b"\n"


def _declared(project: Declaration, family: str) -> dict[str, Any]:
    """What the project says of itself, for the card."""
    owners = project.owners
    use: Mapping[str, Any] = {
        "intended": project.use.intended,
        "out_of_scope": list(project.use.out_of_scope),
        "limits": list(project.use.limits),
    }
    return {
        "name": project.name,
        "title": project.title,
        "task": project.task.value,
        "family": family,
        "target": f"{project.target.name}: {project.target.meaning}",
        "licence": project.licence,
        "protected": list(project.protected),
        "owners": {
            "business": owners.business,
            "model": owners.model,
            "data": owners.data,
            "steward": owners.steward,
        },
        "use": use,
    }
