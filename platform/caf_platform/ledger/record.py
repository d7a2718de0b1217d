"""An event with its envelope, as it stands in the chain."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from caf_platform.capabilities import Capability
from caf_platform.decision import Frozen
from caf_platform.digest import digest_of
from caf_platform.errors import Unavailable
from caf_platform.ledger.events import EVENT_TYPES, Event
from caf_platform.ports.signer import Signature

GENESIS = "0" * 64


class Envelope(Frozen):
    """Who, in which train of thought, when (virtually), and for which capabilities."""

    actor: str
    correlation: str
    virtual_time: datetime
    capabilities: tuple[Capability, ...] = ()
    signature: Signature | None = None


@dataclass(frozen=True)
class Entry:
    """One event about to be appended: its stream, the version it expects (None: any), its key."""

    stream: str
    expected: int | None
    event: Event
    key: str
    envelope: Envelope


class Record(Frozen):
    """One link of the chain. `hash` covers every other field, so no field can be edited alone."""

    seq: int
    stream: str
    position: int
    key: str
    type: str
    schema_version: int
    payload: dict[str, Any]
    envelope: Envelope
    real_time: datetime
    previous: str
    hash: str = ""

    @property
    def event(self) -> Event:
        """The typed event; an unknown type raises KeyError, a newer version `Unavailable`."""
        kind = EVENT_TYPES[self.type]
        if self.schema_version > kind.VERSION:
            raise Unavailable(
                f"Record {self.seq} is a '{self.type}' of version {self.schema_version}.",
                why=f"This platform reads up to version {kind.VERSION}, and guesses nothing.",
                next_step="Use the platform that wrote it, or a newer one.",
            )
        return kind.model_validate(self.payload)

    def computed_hash(self) -> str:
        """SHA-256 over the canonical form of every field but `hash`."""
        return digest_of(self.model_dump(mode="json", exclude={"hash"}))
