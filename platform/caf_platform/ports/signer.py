"""Port: who acts, and the proof of it."""

from enum import StrEnum
from typing import Protocol

from caf_platform.decision import Frozen


class Role(StrEnum):
    """What a principal may do; separation of duties is judged on these."""

    PLATFORM = "platform"
    AUTHOR = "author"
    APPROVER = "approver"
    PUBLISHER = "publisher"
    OPERATOR = "operator"
    AUDITOR = "auditor"


class Principal(Frozen):
    """A person or the platform itself. `name` is what the ledger records as the actor."""

    name: str
    roles: tuple[Role, ...] = ()
    automatic: bool = False


class Signature(Frozen):
    """A signature envelope: which key, which algorithm, the bytes in hex."""

    key_id: str
    algorithm: str
    value: str


class Signer(Protocol):
    """Signs for one principal and verifies for anybody whose key it knows."""

    @property
    def principal(self) -> Principal:
        """For whom this signer signs; the actor comes from the key, never from an argument."""
        ...

    def sign(self, message: bytes) -> Signature:
        """A signature over exactly these bytes."""
        ...

    def verify(self, message: bytes, signature: Signature) -> bool:
        """Whether the signature is by a known key over exactly these bytes; never raises."""
        ...
