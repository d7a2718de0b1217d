"""Rows set aside, judged again: the file is read back, and what passes now joins its batch."""

from caf_pipelines.lifecycle.session import Session
from caf_pipelines.lifecycle.store import put
from caf_pipelines.stages.replay import Replayed, replay
from caf_platform.digest import digest, short
from caf_platform.errors import BadInput, Tampered, did_you_mean
from caf_platform.ledger.events import QuarantineReplayed
from caf_platform.ledger.state import BatchState
from caf_platform.ledger.streams import DATA
from caf_platform.ports.lake import Zone
from caf_platform.project.classified import to_parquet

Outcome = tuple[QuarantineReplayed, bool]
"""What was recorded, and whether it was just now."""


def replay_batch(session: Session, name: str) -> Outcome:
    """Judge a batch's rows again under the present contract, once per revision and contract.

    `BadInput` for an unknown batch or one with nothing set aside; `Tampered` for a quarantine
    file whose bytes are not those that were stored; `Refused` as the stage says.
    """
    batch = _known(session, name)
    contract = session.declaration.contract
    in_force = batch.validated or batch.received
    parts = ("replay", name, in_force.revision, contract.digest)
    former = session.found(*parts)
    if former is not None:
        return QuarantineReplayed.model_validate(former.payload), False
    at = session.declaration.clock.event_time
    with session.measuring("replay") as measured:
        found = replay(
            _file(session, name, batch),
            project=session.project.name,
            contract=contract,
            validator=session.platform.validator,
            accepted=session.frames.owners(),
            not_after={at: session.clock.now()} if at else {},
        )
        event = _stored(session, name, in_force.revision, found)
    event = event.model_copy(update={"measured": measured})
    session.record("replay", DATA, event, *parts)
    return event, True


def _known(session: Session, name: str) -> BatchState:
    batches = session.state.batches
    if name not in batches:
        raise BadInput(
            f"No batch '{name}' of {session.project.name}.",
            why=did_you_mean(name, batches),
            next_step="See those with rows set aside: caf quarantine list",
        )
    return batches[name]


def _file(session: Session, name: str, batch: BatchState) -> bytes:
    """The newest quarantine file; its name holds the digest of its bytes."""
    first = batch.validated.quarantine_key if batch.validated else None
    key = batch.replayed[-1].quarantine_key if batch.replayed else first
    if key is None:
        why = "It was refused whole: mend it and deliver it again." if batch.refused else ""
        raise BadInput(f"No row of batch '{name}' is set aside.", why=why)
    data = session.lake.read(key)
    now, _ = session.state.erasures.stands(key, None)
    if short(digest(data)) not in (now or ""):
        raise Tampered(
            f"Object '{key}' is not what was set aside.",
            why=f"Its SHA-256 is {short(digest(data))}….",
            next_step="Ask the source to deliver the batch again.",
        )
    return data


def _stored(session: Session, name: str, revision: int, found: Replayed) -> QuarantineReplayed:
    lake, project = session.lake, session.project.name
    validated: tuple[str, str] | tuple[None, None] = (None, None)
    quarantine: str | None = None
    if len(found.accepted):
        rows = to_parquet(found.accepted, session.classes)
        validated = put(lake, Zone.VALIDATED, project, name, rows, "parquet")
    if len(found.quarantined):
        left = found.quarantined.to_csv(index=False).encode()
        quarantine = put(lake, Zone.QUARANTINE, project, name, left, "csv")[0]
    return QuarantineReplayed(
        batch=name,
        revision=revision,
        accepted=len(found.accepted),
        still_quarantined=len(found.quarantined),
        validated_key=validated[0],
        validated_digest=validated[1],
        quarantine_key=quarantine,
        contract_digest=session.declaration.contract.digest,
    )
