"""Gathers a promotion's bundle from ledger and lake: the same files whenever it is made."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from caf_governance.bundle.basis import basis_of, concerns, learnt_from
from caf_governance.bundle.card import card
from caf_governance.bundle.index import (
    CARD,
    EVIDENCE,
    INDEX,
    KEYS,
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
from caf_platform.digest import canonical, digest
from caf_platform.ledger.events import ModelTrained, Promoted
from caf_platform.ledger.record import Record
from caf_platform.ledger.stored import Stored
from caf_platform.project.model import Declaration
from caf_platform.wiring import Platform


def gathered(
    platform: Platform, project: Declaration, records: Sequence[Record], promotion: Record
) -> dict[str, bytes]:
    """Every file of the bundle of one promotion, by name; `records` are its play's, in order."""
    event = Promoted.model_validate(promotion.payload)
    stored = _resting_on(platform, records, promotion)
    rows = [row.record() for row in stored]
    evidence = {
        name: platform.lake.read(event.manifest.keys[name], expected=event.manifest.digests[name])
        for name in EVIDENCE
    }
    read = {name: json.loads(data) for name, data in evidence.items()}
    said = summary(basis_of(rows), read)
    bill = bill_of_materials(
        read["environment"]["packages"],
        project.name,
        event.version,
        event.manifest.digests["artifact"],
    )
    declared = _declared(project, event.manifest.family)
    files = {
        RECORDS: b"".join(_line(row) for row in stored),
        SUMMARY: canonical(said),
        PROJECT: canonical(declared),
        MATERIALS: canonical(bill),
        CARD: card(json.loads(canonical(declared)), json.loads(canonical(said))).encode(),
        **{member(name): data for name, data in evidence.items()},
        **_keys(platform, rows),
    }
    index = Index(
        project=project.name,
        play=basis_of(rows).start.play,
        version=event.version,
        promoted=promotion.hash,
        members={name: digest(data) for name, data in sorted(files.items())},
    )
    signature = platform.signer.sign(index.statement())
    return files | {
        INDEX: canonical(index.model_dump(mode="json")),
        SIGNATURE: canonical(signature.model_dump(mode="json")),
    }


def promotions(records: Sequence[Record]) -> list[Record]:
    """Every promotion among some records, in order."""
    return [record for record in records if record.type == Promoted.TYPE]


def _resting_on(platform: Platform, records: Sequence[Record], promotion: Record) -> list[Stored]:
    """The champion's stream of the play, the batches that were learnt from, all since the training.

    All means other projects' records as well: a link of the chain cannot be shown without them.
    """
    training = next(
        one
        for one in records
        if one.type == ModelTrained.TYPE and concerns(one, promotion.payload["version"])
    )
    ruling = [one for one in records if one.stream == promotion.stream]
    earlier = {one.seq for one in (*ruling, *learnt_from(records, training).values())}
    return [
        row
        for row in platform.ledger.stored()
        if row.seq <= promotion.seq and (row.seq >= training.seq or row.seq in earlier)
    ]


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
