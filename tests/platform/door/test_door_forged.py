"""Whoever can write to the ledger moves nobody by that: forged records at the door."""

import pytest
from door_scene import person

from caf_platform.decision import Verdict
from caf_platform.errors import Tampered
from caf_platform.ledger.events import (
    Promoted,
    RolledBack,
    WindowClosed,
)
from caf_platform.ledger.signing import sign_event
from caf_platform.ledger.state import read_state
from caf_platform.ports.signer import Role


@pytest.mark.parametrize("signature", ["the old one", "none"])
def test_a_forged_gate_is_not_believed(scene, signature):
    """A second decision, chained but not signed as it stands: state is not even read with it."""
    model, ledger = scene.state.models["v2"], scene.world.ledger
    envelope = model.gate_record.envelope
    if signature == "none":
        envelope = envelope.model_copy(update={"signature": None})
    forged = model.gate.model_copy(update={"against": None})
    record = ledger.append("micro/models", None, forged, key="again", envelope=envelope)

    with pytest.raises(Tampered, match=rf"Record {record.seq} .*stream 'micro/models'.*gate_dec"):
        scene.state.catch_up(ledger)
    with pytest.raises(Tampered):
        scene.world.opened()


def forged_move(scene, kind, signer=None, **changes):
    """A move, chained by somebody who can write to the database."""
    model, ledger = scene.state.models["v1"], scene.world.ledger
    said = {
        "version": "v1",
        "replaces": scene.state.champion,
        "manifest": model.manifest,
        "manifest_digest": model.gate.manifest_digest,
        "approvals": (),
        "approval_digests": (),
        "reason": "forged",
    }
    event = kind(**{k: v for k, v in (said | changes).items() if k in kind.model_fields})
    where, key = "micro/champion", "micro/forged"
    name = signer.principal.name if signer else "platform"
    signature = sign_event(signer, where, key, event) if signer else None
    envelope = model.gate_record.envelope.model_copy(update={"actor": name, "signature": signature})
    return ledger.append(where, None, event, key=key, envelope=envelope)


@pytest.mark.parametrize("kind", [Promoted, RolledBack])
@pytest.mark.parametrize("role", [None, Role.APPROVER])
def test_a_forged_move_moves_nobody(promoted, kind, role):
    """Neither unsigned nor signed by somebody who may not; the door stays shut from then on."""
    record = forged_move(promoted, kind, person("grace", role) if role else None)

    with pytest.raises(Tampered, match=f"Record {record.seq} "):
        read_state(promoted.world.ledger, "micro", promoted.door.signer)
    with pytest.raises(Tampered, match=f"Record {record.seq} "):
        promoted.door.roll_back(promoted.state, "v1", reason="harm")
    with pytest.raises(Tampered, match=f"Record {record.seq} "):
        promoted.door.promote(promoted.state, "v1", reason="better")


def test_a_genuine_move_put_in_a_second_time_is_not_believed(promoted):
    """Its signature holds wherever it stands; that it happened twice is what is wrong."""
    again = next(r for r in promoted.world.ledger.read() if r.type == "promoted")
    copied = again.model_copy(update={"seq": promoted.state.seq + 1})

    with pytest.raises(Tampered, match="a second time"):
        promoted.state.apply(copied)


@pytest.mark.parametrize(
    "promotion",
    ["none", "unsigned", "of another manifest", "on no approval", "on one that said otherwise"],
)
def test_a_rollback_rests_on_a_signed_promotion_of_the_same_manifest(promoted, promotion):
    """A state that somebody else read does not make a version lawful."""
    model = promoted.state.models["v1"]
    record, where = model.promotion, "micro/champion"
    bare = record.envelope.model_copy(update={"signature": None})

    def signed(**changes):
        other = record.event.model_copy(update=changes)
        signature = sign_event(promoted.door.signer, where, record.key, other)
        envelope = record.envelope.model_copy(update={"signature": signature})
        said = {"payload": other.model_dump(mode="json"), "envelope": envelope}
        return record.model_copy(update=said)

    model.promotion = {
        "none": None,
        "unsigned": record.model_copy(update={"envelope": bare}),
        "of another manifest": signed(manifest_digest="e" * 64),
        "on no approval": signed(approvals=(), approval_digests=()),
        "on one that said otherwise": signed(approval_digests=("e" * 64,)),
    }[promotion]

    assert promoted.refusal("roll_back", "v1") == {"never_promoted"}


def test_a_rollback_asks_for_the_gate_too(promoted):
    """What never passed is not put back, however it came to serve."""
    model = promoted.state.models["v1"]
    failed = model.gate.decision.model_copy(update={"verdict": Verdict.REFUSE})
    model.gate = model.gate.model_copy(update={"decision": failed})

    assert "gate_not_passed" in promoted.refusal("roll_back", "v1")


def squatted(scene, stream, event):
    """A record under the key that the promotion of v2 will have."""
    envelope = scene.state.models["v1"].gate_record.envelope
    scene.world.ledger.append(
        stream, None, event, key="micro/play-1/promote/v2/1", envelope=envelope
    )


@pytest.mark.parametrize("place", ["elsewhere/champion", "micro/decisions"])
def test_another_record_under_the_promotions_key_is_no_promotion(scene, place):
    """The ledger answers with what it has; the door does not take that for its own."""
    squatted(scene, place, WindowClosed(window="0004"))

    with pytest.raises(Tampered, match=f"in stream '{place}'"):
        scene.door.promote(scene.state, "v2", reason="better")
