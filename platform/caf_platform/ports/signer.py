"""Port: who acts, and the proof of it."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Protocol

from caf_platform.decision import Frozen
from caf_platform.digest import canonical
from caf_platform.errors import BadInput


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

    def principal_of(self, key_id: str) -> Principal | None:
        """Whose key that is; None for an unknown one."""
        ...


class Identity(Frozen):
    """A principal's key; a retired one signs no more, and what it signed still verifies."""

    principal: Principal
    key_id: str
    retired: bool = False


class Identities(Protocol):
    """The people of one installation: nobody has rights by being named, only by a key."""

    def create(self, principal: Principal) -> Identity:
        """Make a person's key, once and with these roles.

        `Refused` when that person has one, however the name is spelled, and for what only the
        platform itself is; `BadInput` without a name or role.
        """
        ...

    def signer(self, name: str) -> Signer:
        """The signer of the person who is called that; `BadInput` when nobody here is."""
        ...

    def known(self) -> tuple[Identity, ...]:
        """Everybody's keys, the platform's and retired ones among them, by name."""
        ...

    def retire(self, name: str) -> Identity:
        """Let a person's key sign no more, for good; `BadInput` when nobody is called that."""
        ...


def signing_bytes(purpose: str, value: Mapping[str, Any]) -> bytes:
    """What is signed for a JSON object: its purpose, a zero byte, and its canonical JSON.

    The purpose (such as `manifest`, lower-case letters, digits and dashes) keeps a signature
    that was given for one thing from being shown for another. BadInput for any other purpose
    and for a value that JSON cannot hold, NaN and infinities included.
    """
    if not re.fullmatch(r"[a-z][a-z0-9-]*", purpose):
        raise BadInput(
            f"'{purpose}' is no purpose of a signature.", why="Expected such as 'manifest'."
        )
    try:
        return purpose.encode() + b"\0" + canonical(value)
    except ValueError as error:
        raise BadInput(f"This {purpose} cannot be signed.", why=str(error)) from error
