"""What a forger does to an evidence bundle: edits, with more and more put right behind them."""

import json
from collections.abc import Callable

from caf_governance.bundle.basis import basis_of
from caf_governance.bundle.card import card
from caf_governance.bundle.contents import read_evidence, read_records
from caf_governance.bundle.index import CARD, INDEX, PROJECT, RECORDS, SIGNATURE, SUMMARY, Index
from caf_governance.bundle.summary import summary
from caf_pipelines.bundles.folder import verified
from caf_platform.digest import canonical, digest
from caf_platform.ledger.events import EVENT_TYPES
from caf_platform.ledger.signing import sign_event
from caf_platform.ledger.stored import Stored
from caf_platform.ports.signer import Signer

Files = dict[str, bytes]
Edit = Callable[[Files], Files]


def wrong(files: Files) -> dict[str, str]:
    """What is wrong with a bundle, by check."""
    return {one.name: "; ".join(one.wrong) for one in verified(files)[0] if not one.good}


def sealed(files: Files, signer: Signer | None = None) -> Files:
    """The index put right for the files as they are; signed again when there is a signer."""
    index = Index.model_validate_json(files[INDEX])
    members = {n: digest(d) for n, d in sorted(files.items()) if n not in (INDEX, SIGNATURE)}
    index = index.model_copy(update={"members": members})
    made = files | {INDEX: canonical(index.model_dump(mode="json"))}
    if signer is not None:
        signature = signer.sign(index.statement())
        made[SIGNATURE] = canonical(signature.model_dump(mode="json"))
    return made


def edited(name: str, change: Callable[[dict], object]) -> Edit:
    """One JSON file with a change in it, in canonical form."""

    def edit(files: Files) -> Files:
        value = json.loads(files[name])
        change(value)
        return files | {name: canonical(value)}

    return edit


def rows(files: Files) -> list[dict]:
    """The stored records."""
    return [json.loads(line) for line in files[RECORDS].splitlines()]


def with_rows(files: Files, changed: list[dict]) -> Files:
    """The bundle with other records."""
    return files | {RECORDS: b"".join(json.dumps(row).encode() + b"\n" for row in changed)}


def resigned(files: Files, signer: Signer, kind: str, change: Callable[[dict], object]) -> Files:
    """The last record of a kind changed, signed and chained anew, and all told to fit.

    By whoever holds the platform's key; what a person signed he cannot sign.
    """
    found, former, made = [Stored(**row) for row in rows(files)], None, []
    aim = max(place for place, row in enumerate(found) if row.type == kind)
    for place, row in enumerate(found):
        payload, envelope = json.loads(row.payload), json.loads(row.envelope)
        if place == aim:
            change(payload)
            event = EVENT_TYPES[row.type].model_validate(payload)
            payload = event.model_dump(mode="json")
            if envelope["signature"]:
                signature = sign_event(signer, row.stream, row.key, event)
                envelope["signature"] = signature.model_dump(mode="json")
        linked = former is not None and row.seq == former.seq + 1
        changed = row._replace(
            payload=canonical(payload).decode(),
            envelope=canonical(envelope).decode(),
            previous=former.hash if former is not None and linked else row.previous,
        )
        former = changed._replace(hash=changed.computed_hash())
        made.append(former._asdict())
    return retold(with_rows(files, made), signer)


def retold(files: Files, signer: Signer) -> Files:
    """Summary, card and index put right for the records as they are, and sealed."""
    records = read_records(files[RECORDS])
    told = canonical(summary(basis_of(records), read_evidence(files)))
    text = card(json.loads(files[PROJECT]), json.loads(told))
    index = json.loads(files[INDEX]) | {"promoted": records[-1].hash}
    made = files | {SUMMARY: told, CARD: text.encode(), INDEX: canonical(index)}
    return sealed(made, signer)
