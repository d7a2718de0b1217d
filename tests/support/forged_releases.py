"""Records that somebody who owns the store, but no key that may, puts into a ledger.

Each would let another model serve, or an old one again, if it were believed.
"""

import random
from pathlib import Path

from micro_play import World, keys_home, whole_story

from caf_platform.adapters.signer import LocalSigner
from caf_platform.ledger.events import Event, GateDecided, Promoted, RolledBack
from caf_platform.ledger.record import Envelope
from caf_platform.ledger.signing import sign_event
from caf_platform.ports.signer import Principal, Role, Signature

FORGERIES = (
    "nobody's signature",
    "another version's signature",
    "the same record's signature in another place",
    "an unknown key's signature",
    "the key of somebody who may not",
    "downgrade by a rollback that nobody signed",
    "downgrade by a promotion that nobody signed",
    "downgrade by the old promotion's signature",
)
_PLATFORM = Principal(name="platform", roles=(Role.PLATFORM,), automatic=True)
_AUDITOR = Principal(name="aud", roles=(Role.AUDITOR,))


def moments() -> list[str]:
    """Keys of the story's records while v2 serves: at each of them somebody may come."""
    keys = [row.key.removeprefix("micro/play-1/") for row in whole_story().rows]
    begins = next(at for at, key in enumerate(keys) if key.startswith("promote/v2"))
    ends = next(at for at, key in enumerate(keys) if key.startswith("roll-back/v1"))
    return keys[begins:ends]


def forge(world: World, how: str, draw: random.Random, elsewhere: Path) -> None:
    """Append one such record, drawn; a stranger's key is made in the folder `elsewhere`."""
    records = list(world.ledger.read())
    gates = [record for record in records if record.type == GateDecided.TYPE]
    model, other = draw.sample([gates[0], gates[-1]], 2)
    signature: Signature | None = None
    event: Event = model.event
    key, actor = f"micro/play-1/forged/{draw.random()}", "platform"
    if how == "another version's signature":
        signature = other.envelope.signature
    elif how == "the same record's signature in another place":
        signature = model.envelope.signature
    elif how in ("an unknown key's signature", "the key of somebody who may not"):
        known = how == "the key of somebody who may not"
        folder = keys_home() / "keys" if known else elsewhere / "keys"
        signer = LocalSigner.open(folder, _AUDITOR if known else _PLATFORM)
        signature, actor = sign_event(signer, model.stream, key, event), signer.principal.name
    elif how.startswith("downgrade"):
        model = next(record for record in records if record.type == Promoted.TYPE)
        event = model.event
        if "rollback" in how:
            event = RolledBack(version="v1", replaces="v2", manifest_digest="m", reason="r")
        if "old promotion" in how:
            signature = model.envelope.signature
    envelope = Envelope(
        actor=actor,
        correlation="c",
        virtual_time=gates[-1].envelope.virtual_time,
        signature=signature,
    )
    world.ledger.append(model.stream, None, event, key=key, envelope=envelope)
