"""The one door, with real models, signatures and bytes: the micro project before its second move.

v1 is the champion; v2 has been trained, judged and approved, and waits to be promoted.
"""

import ast
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from micro_play import SUPPORT, after, keys_home, micro, under

from caf_pipelines.lifecycle.store import put_json
from caf_platform.adapters.ledger import SqlLedger
from caf_platform.adapters.signer import LocalSigner
from caf_platform.decision import Decision, Verdict
from caf_platform.digest import digest
from caf_platform.door.actor import CAPABILITIES
from caf_platform.door.door import Door
from caf_platform.door.proofs import NAMED
from caf_platform.errors import Conflict, Refused, Tampered, Unavailable
from caf_platform.ledger.events import (
    ApprovalGiven,
    Promoted,
    PromotionRefused,
    RolledBack,
    WindowClosed,
)
from caf_platform.ledger.record import Entry
from caf_platform.ledger.signing import sign_event, signatory
from caf_platform.ledger.state import read_state
from caf_platform.model.manifest import manifest_digest, sign_manifest
from caf_platform.ports.signer import Principal, Role

ROOT = SUPPORT.parents[1]
PACKAGES = [
    ROOT / "platform/caf_platform",
    ROOT / "monitoring/caf_monitoring",
    ROOT / "governance/caf_governance",
    ROOT / "pipelines/caf_pipelines",
]
OBJECTS = [
    "artifact",
    "code",
    "contract",
    "data",
    "environment",
    "evaluation",
    "fallback",
    "golden",
    "policy",
    "rows",
]


class Scene:
    """A door, what it opens onto, and the state that it is asked with."""

    def __init__(self, key):
        self.world = after(key)
        self.play = self.world.opened()
        self.door = self.play.models.door()
        self.state = self.play.session.state

    def records(self):
        """How many records there are."""
        return len(self.world.ledger.rows)

    def refusal(self, verb="promote", version="v2", door=None):
        """The reasons of a refusal; it must be recorded, and change nothing else."""
        before, champion = self.records(), self.state.champion
        with pytest.raises(Refused) as refused:
            getattr(door or self.door, verb)(self.state, version, reason="a test asks for it")
        assert not isinstance(refused.value, Conflict)
        assert self.records() == before + 1
        assert read_state(self.world.ledger, "micro").champion == champion == self.state.champion
        event = self.state.refusals[-1]
        assert isinstance(event, PromotionRefused)
        assert event.version == version
        return {reason.code for reason in event.decision.reasons}


@pytest.fixture
def scene():
    """v1 serves, v2 may be promoted."""
    return Scene("approval/v2")


@pytest.fixture
def promoted():
    """v2 serves, v1 may be put back."""
    return Scene("promote/v2")


def person(name, *roles):
    """The signer of a person, with a key of their own."""
    return LocalSigner.open(keys_home() / "keys", Principal(name=name, roles=roles))


def test_a_promotion(scene):
    """The event is the move: what, instead of what, on which manifest and approval, by whom."""
    record = scene.door.promote(scene.state, "v2", reason="better")

    event = record.event
    assert (event.version, event.replaces, event.reason) == ("v2", "v1", "better")
    assert event.manifest_digest == manifest_digest(event.manifest)
    assert event.approval_key == "micro/play-1/approval/v2"
    assert record.stream == "micro/champion"
    assert signatory(scene.door.signer, record).name == "platform"
    assert read_state(scene.world.ledger, "micro").champion == scene.state.champion == "v2"


def test_a_rollback(promoted):
    """Back to v1; v2 is revoked; the time to restore is measured."""
    record = promoted.door.roll_back(promoted.state, "v1", reason="it harms")

    event = record.event
    assert (event.version, event.replaces) == ("v1", "v2")
    assert event.measured["seconds"] > 0
    assert signatory(promoted.door.signer, record).name == "platform"
    assert promoted.state.champion == "v1"
    assert promoted.state.models["v2"].revoked


def test_a_rollback_is_for_good(promoted):
    """Neither promoted again nor put back, whatever its gate and approvals say."""
    promoted.door.roll_back(promoted.state, "v1", reason="it harms")

    assert "revoked" in promoted.refusal("promote", "v2")
    assert "revoked" in promoted.refusal("roll_back", "v2")


def test_a_rollback_needs_no_fresh_approval(promoted):
    """Not even under another policy: v1 was lawful once, and restoring must not wait."""
    promoted.door.clock.advance_to(promoted.door.clock.now() + timedelta(days=400))
    promoted.state.policy_digest = "another"

    promoted.door.roll_back(promoted.state, "v1", reason="it harms")

    assert promoted.state.champion == "v1"


def test_a_rollback_leads_only_to_a_former_champion(scene):
    """v2 was never promoted; v1 serves already; v7 does not exist."""
    assert scene.refusal("roll_back", "v2") == {"never_promoted"}
    assert scene.refusal("roll_back", "v1") == {"already_champion"}
    assert "unknown_version" in scene.refusal("roll_back", "v7")


def test_an_unknown_version_is_refused(scene):
    """And recorded like any other refusal."""
    assert "unknown_version" in scene.refusal(version="v7")


def test_the_champion_is_not_promoted_again(scene):
    """It would look like a move."""
    assert "already_champion" in scene.refusal(version="v1")


@pytest.mark.parametrize("verb", ["promote", "roll_back"])
@pytest.mark.parametrize("name", OBJECTS)
def test_every_named_object_must_be_there(scene, promoted, verb, name):
    """One that is missing refuses, whichever it is and whichever way the door is used."""
    found, version = (scene, "v2") if verb == "promote" else (promoted, "v1")
    key = found.state.models[version].manifest.keys[name]
    found.world.lake.delete(key)

    assert {"wrong_bytes", "not_asked"} <= found.refusal(verb, version)


@pytest.mark.parametrize("name", OBJECTS)
def test_every_byte_of_every_named_object_counts(scene, name):
    """One bit in the middle of one object refuses; the model is not even opened."""
    key = scene.state.models["v2"].manifest.keys[name]
    data = bytearray(scene.world.lake.objects[key])
    data[len(data) // 2] ^= 1
    scene.world.lake.objects[key] = bytes(data)

    assert {"wrong_bytes", "not_asked"} <= scene.refusal()


def test_the_manifest_names_what_the_tests_spoil(scene):
    """Otherwise an object would go untested."""
    manifest = scene.state.models["v2"].manifest

    assert sorted(manifest.keys) == sorted(manifest.digests) == OBJECTS


@pytest.mark.parametrize("name", OBJECTS)
@pytest.mark.parametrize("part", ["keys", "digests"])
def test_a_manifest_that_does_not_name_everything_twice(scene, part, name):
    """A digest without bytes, or bytes without a digest, prove nothing."""
    model = scene.state.models["v2"]
    left = {k: v for k, v in getattr(model.manifest, part).items() if k != name}
    model.manifest = model.manifest.model_copy(update={part: left})

    assert "wrong_bytes" in scene.refusal()


def resigned(scene, signature, actor=None):
    """The state, as if the gate's record carried another signature."""
    model = scene.state.models["v2"]
    changes = {"signature": signature} | ({"actor": actor} if actor else {})
    envelope = model.gate_record.envelope.model_copy(update=changes)
    model.gate_record = model.gate_record.model_copy(update={"envelope": envelope})


def test_a_manifest_without_signature_is_refused(scene):
    """Nobody vouches for it."""
    resigned(scene, None)

    assert "not_signed" in scene.refusal()


def test_a_signature_over_another_manifest_is_refused(scene):
    """v1's signature says nothing about v2."""
    resigned(scene, scene.state.models["v1"].gate_record.envelope.signature)

    assert "not_signed" in scene.refusal()


def test_a_strangers_signature_is_refused(scene, tmp_path):
    """A good signature with a key that nobody knows here."""
    stranger = LocalSigner.open(tmp_path, Principal(name="platform", roles=(Role.PLATFORM,)))
    record = scene.state.models["v2"].gate_record
    resigned(scene, sign_event(stranger, record.stream, record.key, record.event))

    assert "not_signed" in scene.refusal()


def test_a_signature_by_another_than_the_actor_is_refused(scene):
    """Grace's key cannot speak for the platform."""
    grace = person("grace", Role.APPROVER)
    record = scene.state.models["v2"].gate_record
    resigned(scene, sign_event(grace, record.stream, record.key, record.event))

    assert "not_signed" in scene.refusal()


def test_a_gate_that_another_than_the_platform_signed_is_refused(scene):
    """Grace speaks for herself, and may approve; but judging is the platform's."""
    grace, model = person("grace", Role.APPROVER), scene.state.models["v2"]
    signature = sign_manifest(grace, model.manifest)
    model.gate = model.gate.model_copy(update={"manifest_signature": signature})
    payload = model.gate.model_dump(mode="json")
    record = model.gate_record = model.gate_record.model_copy(update={"payload": payload})
    resigned(scene, sign_event(grace, record.stream, record.key, model.gate), actor="grace")

    assert "not_signed" in scene.refusal()


@pytest.mark.parametrize("signed_by", ["nobody", "a stranger", "grace"])
def test_the_manifest_itself_is_signed_too(scene, tmp_path, signed_by):
    """A gate event that the platform signed around a manifest that it did not sign."""
    model, signer = scene.state.models["v2"], scene.door.signer
    strange = LocalSigner.open(tmp_path, Principal(name="platform", roles=(Role.PLATFORM,)))
    hands = {"a stranger": strange, "grace": person("grace", Role.APPROVER)}
    signature = sign_manifest(hands[signed_by], model.manifest) if signed_by in hands else None
    model.gate = model.gate.model_copy(update={"manifest_signature": signature})
    where, key = model.gate_record.stream, model.gate_record.key
    resigned(scene, sign_event(signer, where, key, model.gate))
    payload = model.gate.model_dump(mode="json")
    model.gate_record = model.gate_record.model_copy(update={"payload": payload})

    assert scene.refusal() == {"not_signed"}


def refuted(scene, verdict=Verdict.REFUSE):
    """v2's gate as the platform would have signed it with another verdict."""
    session, model = scene.play.session, scene.state.models["v2"]
    decision = model.gate.decision.model_copy(update={"verdict": verdict})
    event = model.gate.model_copy(update={"decision": decision})
    signature = session.signature("models", event, "gate", "v2", "again")
    session.record("evaluate", "models", event, "gate", "v2", "again", signature=signature)


def test_a_gate_that_says_otherwise_than_its_evaluation_is_refused(scene):
    """Everything is signed, but the evidence that the verdict rests on gives another one."""
    refuted(scene, Verdict.CANNOT_JUDGE)

    assert "evaluation_differs" in scene.refusal()


@pytest.mark.parametrize(
    "changes", [{"against": None}, {"parts": {}}, {"evidence_key": "evidence/micro/v1"}]
)
def test_a_gate_must_agree_with_its_evaluation_in_everything(scene, changes):
    """Whom it was compared with, by which gates, and where that is kept."""
    model = scene.state.models["v2"]
    model.gate = model.gate.model_copy(update=changes)

    assert "evaluation_differs" in scene.refusal()


@pytest.mark.parametrize("stored", [b"no json", b"[]", b'{"decision": {}}'])
def test_an_evaluation_that_cannot_be_read_agrees_with_nothing(scene, stored):
    """It is refused, and nothing is raised."""
    gate = scene.state.models["v2"].gate
    scene.world.lake.objects["evidence/micro/odd.json"] = stored
    names = {
        "keys": {**gate.manifest.keys, "evaluation": "evidence/micro/odd.json"},
        "digests": {**gate.manifest.digests, "evaluation": digest(stored)},
    }
    model = scene.state.models["v2"]
    model.manifest = gate.manifest.model_copy(update=names)
    model.gate = gate.model_copy(update={"manifest": model.manifest})

    assert "evaluation_differs" in scene.refusal()


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
        "approval_key": "",
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


@pytest.mark.parametrize("promotion", ["none", "unsigned", "of another manifest"])
def test_a_rollback_rests_on_a_signed_promotion_of_the_same_manifest(promoted, promotion):
    """A state that somebody else read does not make a version lawful."""
    model = promoted.state.models["v1"]
    record, where = model.promotion, "micro/champion"
    bare = record.envelope.model_copy(update={"signature": None})
    other = record.event.model_copy(update={"manifest_digest": "e" * 64})
    signed = record.envelope.model_copy(
        update={"signature": sign_event(promoted.door.signer, where, record.key, other)}
    )
    model.promotion = {
        "none": None,
        "unsigned": record.model_copy(update={"envelope": bare}),
        "of another manifest": record.model_copy(
            update={"payload": other.model_dump(mode="json"), "envelope": signed}
        ),
    }[promotion]

    assert promoted.refusal("roll_back", "v1") == {"never_promoted"}


def test_a_rollback_asks_for_the_gate_too(promoted):
    """What never passed is not put back, however it came to serve."""
    model = promoted.state.models["v1"]
    failed = model.gate.decision.model_copy(update={"verdict": Verdict.REFUSE})
    model.gate = model.gate.model_copy(update={"decision": failed})

    assert "gate_not_passed" in promoted.refusal("roll_back", "v1")


@pytest.mark.parametrize("name", NAMED)
def test_a_manifest_that_is_silent_about_what_it_must_name(scene, name):
    """Neither a key nor a digest: nothing is missing in the lake, and yet it is refused."""
    model = scene.state.models["v2"]
    left = {
        part: {k: v for k, v in getattr(model.manifest, part).items() if k != name}
        for part in ("keys", "digests")
    }
    model.manifest = model.manifest.model_copy(update=left)

    assert "wrong_bytes" in scene.refusal()


def test_the_manifest_must_be_the_one_that_the_gate_passed(scene):
    """Everything is in its place, but the gate named another manifest's digest."""
    model = scene.state.models["v2"]
    model.gate = model.gate.model_copy(update={"manifest_digest": "e" * 64})

    assert "gate_not_passed" in scene.refusal()


@pytest.mark.parametrize(("days", "holds"), [(7, True), (8, False)])
def test_an_approval_holds_no_longer_than_the_policy_says(scene, days, holds):
    """Seven days; a person who signed for eight has not approved."""
    until = scene.door.clock.now() + timedelta(days=days)
    approved(scene, person("grace", Role.APPROVER), "grace", expires_at=until)

    if holds:
        assert scene.door.promote(scene.state, "v2", reason="better").event.version == "v2"
    else:
        assert scene.refusal() == {"valid_too_long"}


@pytest.mark.parametrize("rule", ["policy", "contract"])
def test_a_gate_under_other_rules_than_its_manifest_names_is_refused(scene, rule):
    """Trained under the rules in force, judged under laxer ones, which were then put back."""
    model = scene.state.models["v2"]
    model.gate = model.gate.model_copy(update={f"{rule}_digest": "e" * 64})

    assert f"{rule}_changed" in scene.refusal()


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


def test_a_promotion_for_another_reason_is_another_promotion(scene):
    """Whoever comes second with the same key and other words is told so."""
    again = read_state(scene.world.ledger, "micro", scene.door.signer)
    scene.door.promote(scene.state, "v2", reason="better")

    with pytest.raises(Conflict):
        scene.door.promote(again, "v2", reason="another reason")


def test_an_expired_approval_is_none(scene):
    """Seven days after it was given."""
    scene.door.clock.advance_to(scene.door.clock.now() + timedelta(days=7))

    assert scene.refusal() == {"expired"}


def test_an_automatic_approval_counts_only_in_automatic_mode(scene):
    """The policy was changed to ask a person."""
    manual = replace(scene.door, project=under(release={"mode": "manual"}))

    assert scene.refusal(door=manual) == {"automatic_not_allowed", "policy_changed"}


def test_an_approval_that_nobody_signed_is_none(scene):
    """Whoever can write to the ledger cannot approve by that alone."""
    model = scene.state.models["v2"]
    for key, record in model.approval_records.items():
        bare = record.envelope.model_copy(update={"signature": None})
        model.approval_records[key] = record.model_copy(update={"envelope": bare})

    assert "approval_not_signed" in scene.refusal()


def approved(scene, signer, approver, **changes):
    """The state with one approval: as by `approver`, signed by `signer`."""
    model = scene.state.models["v2"]
    automatic, record = model.approvals.popitem()[1], model.approval_records.popitem()[1]
    event = automatic.model_copy(update={"approver": approver, "automatic": False} | changes)
    scene.play.session.platform.ledger.append(
        "micro/models",
        None,
        event,
        key="by-hand",
        envelope=record.envelope.model_copy(
            update={
                "actor": signer.principal.name,
                "signature": sign_event(signer, "micro/models", "by-hand", event),
            }
        ),
    )
    scene.state.catch_up(scene.world.ledger)


def test_a_persons_approval_opens_the_door(scene):
    """Grace approves, the platform moves, and the event names her approval."""
    approved(scene, person("grace", Role.APPROVER), "grace")

    record = scene.door.promote(scene.state, "v2", reason="better")

    assert record.event.approval_key == "by-hand"


@pytest.mark.parametrize(
    ("name", "roles", "approver"),
    [
        ("platform", (Role.PLATFORM,), "grace"),
        ("grace", (Role.APPROVER,), "somebody else"),
    ],
    ids=["no approver", "in another's name"],
)
def test_who_may_not_approve_is_not_heard(scene, name, roles, approver):
    """The role belongs to the key, and so does the name."""
    approved(scene, scene.door.signer if name == "platform" else person(name, *roles), approver)

    assert "approval_not_signed" in scene.refusal()


def test_an_approval_by_an_operator_is_not_believed(scene):
    """Oscar's key holds no role that approves: state is not read with it."""
    with pytest.raises(Tampered, match="'oscar', whose key holds no role of approver or platform"):
        approved(scene, person("oscar", Role.OPERATOR), "oscar")


@pytest.mark.parametrize(
    ("roles", "may_promote", "may_roll_back"),
    [
        ((Role.PUBLISHER,), True, False),
        ((Role.OPERATOR,), False, True),
        ((Role.APPROVER, Role.AUTHOR, Role.AUDITOR), False, False),
    ],
    ids=["publisher", "operator", "others"],
)
def test_who_may_use_the_door(scene, promoted, roles, may_promote, may_roll_back):
    """By the roles of their key; the actor on record is its owner."""
    mover = person(f"mover-{len(roles)}-{roles[0]}", *roles)
    uses = [
        (scene, "promote", "v2", may_promote),
        (promoted, "roll_back", "v1", may_roll_back),
    ]

    for found, verb, version, may in uses:
        door = replace(found.door, signer=mover)
        if may:
            record = getattr(door, verb)(found.state, version, reason="-")
            assert record.envelope.actor == mover.principal.name
        else:
            assert found.refusal(verb, version, door) == {"no_role"}


def test_another_policy_refuses(scene):
    """It was judged by limits that are no longer in force."""
    scene.state.policy_digest = "another"

    assert scene.refusal() == {"policy_changed"}


def test_another_contract_refuses(scene):
    """It was trained on rows that would be judged otherwise today."""
    declaration = micro().declaration
    contract = replace(declaration.contract, min_rows=11)
    project = replace(micro(), declaration=replace(declaration, contract=contract))

    assert scene.refusal(door=replace(scene.door, project=project)) == {"contract_changed"}


def test_a_model_that_was_not_judged_is_refused():
    """Trained, and nothing more."""
    scene = Scene("train/0004")

    assert {"gate_not_passed", "not_signed", "no_approval"} <= scene.refusal()


def unanswered(_manifest):
    """A model that cannot be opened."""
    raise Unavailable("The library is gone.")


def answering(verdict):
    """A smoke test with this outcome."""
    return lambda _manifest: Decision(by="golden rows", verdict=verdict)


@pytest.mark.parametrize(
    "smoke", [unanswered, answering(Verdict.REFUSE), answering(Verdict.CANNOT_JUDGE)]
)
def test_a_model_that_does_not_answer_is_not_served(scene, promoted, smoke):
    """Neither way."""
    before = (scene.state.champion, promoted.state.champion)

    reasons = scene.refusal("promote", "v2", replace(scene.door, smoke=smoke))
    promoted.refusal("roll_back", "v1", replace(promoted.door, smoke=smoke))

    assert ("smoke_failed" in reasons) is (smoke is unanswered)
    assert (scene.state.champion, promoted.state.champion) == before


def third_version(scene):
    """v3: v2 under another name, with a gate and an approval of its own."""
    session, model = scene.play.session, scene.state.models["v2"]
    manifest = model.manifest.model_copy(update={"version": "v3"})
    found = json.loads(scene.world.lake.objects[manifest.keys["evaluation"]])
    found["evidence"]["challenger"] = "v3"
    key, content = put_json(scene.world.lake, "micro", "v3/evaluation", found)
    manifest = manifest.model_copy(
        update={
            "keys": {**manifest.keys, "evaluation": key},
            "digests": {**manifest.digests, "evaluation": content},
        }
    )
    named = {
        "version": "v3",
        "manifest": manifest,
        "manifest_digest": manifest_digest(manifest),
        "manifest_signature": sign_manifest(session.platform.signer, manifest),
        "evidence_key": key,
    }
    trained = model.trained.model_copy(update={"manifest": manifest, "window": "0004b"})
    given = ApprovalGiven(
        version="v3",
        manifest_digest=named["manifest_digest"],
        approver="policy",
        automatic=True,
        expires_at=session.clock.now() + timedelta(days=7),
    )
    session.record("train", "models", trained, "train", "0004b")
    gate = model.gate.model_copy(update=named)
    signature = session.signature("models", gate, "gate", "v3")
    session.record("evaluate", "models", gate, "gate", "v3", signature=signature)
    proof = session.signature("models", given, "approval", "v3")
    session.record("approve", "models", given, "approval", "v3", signature=proof)


def test_a_challenger_that_met_another_champion_is_refused(scene):
    """v2 and v3 both beat v1; once v2 serves, v3 has to beat v2."""
    third_version(scene)
    scene.door.promote(scene.state, "v2", reason="better")

    assert scene.refusal(version="v3") == {"other_champion"}


def test_a_stale_state_conflicts(scene):
    """Somebody moved the champion since this state was read: nothing is written."""
    third_version(scene)
    stale = read_state(scene.world.ledger, "micro")
    scene.door.promote(scene.state, "v2", reason="better")
    before = scene.records()

    with pytest.raises(Conflict):
        scene.door.promote(stale, "v3", reason="better")

    assert scene.records() == before
    assert read_state(scene.world.ledger, "micro").champion == "v2"


def test_asking_twice_moves_once(scene):
    """The same promotion from the same state is the same record."""
    again = read_state(scene.world.ledger, "micro")
    first = scene.door.promote(scene.state, "v2", reason="better")

    second = scene.door.promote(again, "v2", reason="better")

    assert second == first
    assert len(again.moves) == 2


def test_asking_again_after_another_move_is_a_conflict(scene):
    """Whoever looked before both moves is not told that his one still stands."""
    third_version(scene)
    stale = read_state(scene.world.ledger, "micro")
    scene.door.promote(scene.state, "v2", reason="better")
    scene.door.roll_back(scene.state, "v1", reason="worse")

    with pytest.raises(Conflict):
        scene.door.promote(stale, "v2", reason="better")

    assert read_state(scene.world.ledger, "micro").champion == "v1"


@pytest.fixture
def two_doors(scene, tmp_path):
    """Two processes' doors onto one SQL ledger; both have looked before either writes."""
    third_version(scene)
    url = f"sqlite:///{tmp_path}/ledger.db"
    ledgers = [SqlLedger.open(url), SqlLedger.open(url)]
    ledgers[0].append_all(
        [
            Entry(record.stream, None, record.event, record.key, record.envelope)
            for record in scene.world.ledger.read()
        ]
    )
    barrier = Barrier(2, timeout=20)

    def meeting(manifest):
        answer = scene.door.smoke(manifest)
        barrier.wait()
        return answer

    yield [replace(scene.door, ledger=ledger, smoke=meeting) for ledger in ledgers]
    for ledger in ledgers:
        ledger.close()


def test_of_two_promotions_at_once_one_wins(two_doors):
    """The other is told of a conflict, writes nothing, and the champion is the winner's."""
    states = [read_state(door.ledger, "micro") for door in two_doors]
    before = states[0].seq

    def ask(door: Door, state, version):
        try:
            return door.promote(state, version, reason="better").event.version
        except Conflict as conflict:
            return conflict

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(ask, two_doors, states, ["v2", "v3"]))

    won = [answer for answer in answers if isinstance(answer, str)]
    now = read_state(two_doors[0].ledger, "micro")
    assert len(won) == 1
    assert (now.champion, now.seq) == (won[0], before + 1)
    assert two_doors[0].ledger.verify().sound


def modules():
    """Every module of every package."""
    return [path for package in PACKAGES for path in sorted(package.rglob("*.py"))]


def constructed(path: Path):
    """The names that a module calls, however they are reached."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Attribute) and called.attr in {
                "model_construct",
                "parse_obj",
            }:
                called = called.value
            yield getattr(called, "id", getattr(called, "attr", ""))


def test_only_the_door_makes_a_move():
    """No other module of any package constructs the two events that move a champion."""
    makers = {p.name for p in modules() if {"Promoted", "RolledBack"} & set(constructed(p))}

    assert len(modules()) > 100
    assert makers == {"door.py"}


def test_only_the_door_writes_to_the_champions_stream():
    """No other module so much as imports its name to write to it."""
    importers = {
        path.name
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom)
        and node.module == "caf_platform.ledger.streams"
        and "CHAMPION" in {name.name for name in node.names}
    }

    assert importers == {"door.py", "orders.py"}


def test_every_move_of_a_life_went_through_the_door():
    """Signed by its actor, in the champion's stream, for the door's capabilities."""
    scene = Scene("finished")
    moves = [r for r in scene.world.ledger.read() if r.type in ("promoted", "rolled_back")]

    assert len(moves) == 3
    for record in moves:
        assert record.stream == "micro/champion"
        assert signatory(scene.door.signer, record) == scene.door.signer.principal
        assert record.envelope.capabilities == CAPABILITIES


def test_nobody_reads_state_without_proving_it():
    """Every call of `read_state` in a package lends a signer; only a test may do without."""
    calls = [
        node
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "read_state"
    ]

    assert len(calls) >= 3
    for call in calls:
        assert len(call.args) + len(call.keywords) == 3, ast.unparse(call)
