"""Signed events: who did it, proven by their key over exactly what the record says.

The signature covers stream, key, type and everything that the event states (not `measured`), so
it cannot be moved to another record, and a record that was changed carries no signature.
"""

from collections.abc import Mapping
from typing import Any, Final

from caf_platform.errors import BadInput
from caf_platform.ledger.events import Event
from caf_platform.ledger.record import Record
from caf_platform.ports.signer import Principal, Signature, Signer, signing_bytes

PURPOSE: Final = "event"
"""What the signature is for: one given for a manifest never passes for an event's."""


def sign_event(signer: Signer, stream: str, key: str, event: Event) -> Signature:
    """The signer's signature over one event in its place."""
    return signer.sign(_statement(stream, key, event.TYPE, event.model_dump(mode="json")))


def signatory(signer: Signer, record: Record) -> Principal | None:
    """Who signed exactly this record; None for nobody, an unknown key, or another's than its actor.

    `signer` only lends its knowledge of keys.
    """
    signature = record.envelope.signature
    if signature is None:
        return None
    try:
        statement = _statement(record.stream, record.key, record.type, record.payload)
    except BadInput:  # it says what nobody could have signed
        return None
    if not signer.verify(statement, signature):
        return None
    owner = signer.principal_of(signature.key_id)
    return owner if owner is not None and owner.name == record.envelope.actor else None


def _statement(stream: str, key: str, kind: str, payload: Mapping[str, Any]) -> bytes:
    said = {name: value for name, value in payload.items() if name != "measured"}
    return signing_bytes(PURPOSE, {"stream": stream, "key": key, "type": kind, "event": said})
