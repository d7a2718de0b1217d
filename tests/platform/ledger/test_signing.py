"""Signed events: the signature holds for exactly this event in exactly this place."""

from pathlib import Path

import pytest
from ledger_samples import MOMENT

from caf_platform.adapters.signer import LocalSigner
from caf_platform.ledger.events import Event, MirrorReconciled
from caf_platform.ledger.record import Envelope, Record
from caf_platform.ledger.signing import sign_event, signatory
from caf_platform.ports.signer import Principal, Role

EVENT = MirrorReconciled(mirror="m", found="v1", now="v2", measured={"seconds": 1.0})


@pytest.fixture
def ada(tmp_path: Path) -> LocalSigner:
    """Ada's key."""
    return LocalSigner.open(tmp_path, Principal(name="ada", roles=(Role.APPROVER,)))


def recorded(signer: LocalSigner | None, event: Event = EVENT, **changes: object) -> Record:
    """The event as Ada recorded it, with a signature for stream `s` and key `k`."""
    signature = sign_event(signer, "s", "k", EVENT) if signer else None
    envelope = Envelope(actor="ada", correlation="c", virtual_time=MOMENT, signature=signature)
    values = {
        "seq": 1,
        "stream": "s",
        "position": 1,
        "key": "k",
        "type": event.TYPE,
        "schema_version": 1,
        "payload": event.model_dump(mode="json"),
        "envelope": envelope,
        "real_time": MOMENT,
        "previous": "",
    }
    return Record.model_validate(values | changes)


def test_who_signed_is_known_by_their_key(ada: LocalSigner) -> None:
    """The principal with the roles of the key; what was measured takes no part."""
    later = EVENT.model_copy(update={"measured": {"seconds": 9.0}})

    assert signatory(ada, recorded(ada)) == ada.principal
    assert signatory(ada, recorded(ada, later)) == ada.principal


@pytest.mark.parametrize(
    "changes",
    [
        {"stream": "t"},
        {"key": "l"},
        {"type": "promoted"},
        {"payload": {"mirror": "m", "found": "v1", "now": "v3"}},
    ],
    ids=["stream", "key", "type", "payload"],
)
def test_a_signature_holds_nowhere_else(ada: LocalSigner, changes: dict[str, object]) -> None:
    """Moved to another stream, key or type, or over another statement, it is none."""
    assert signatory(ada, recorded(ada, **changes)) is None


def test_an_unsigned_record_has_no_signatory(ada: LocalSigner) -> None:
    """Whoever its envelope names as actor."""
    assert signatory(ada, recorded(None)) is None


def test_a_key_does_not_speak_for_another_actor(ada: LocalSigner, tmp_path: Path) -> None:
    """Eve signs a record that says *ada* did it."""
    eve = LocalSigner.open(tmp_path, Principal(name="eve", roles=(Role.APPROVER,)))

    assert signatory(ada, recorded(eve)) is None


def test_an_unknown_key_is_nobody_s(ada: LocalSigner, tmp_path: Path) -> None:
    """A key that this installation never saw."""
    stranger = LocalSigner.open(tmp_path / "other", Principal(name="ada"))

    assert signatory(ada, recorded(stranger)) is None
