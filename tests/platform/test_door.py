"""The one door, with real models, signatures and bytes: the micro project before its second move.

v1 is the champion; v2 has been trained, judged and approved, and waits to be promoted.
"""

import ast
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from micro_play import SUPPORT, after, keys_home, micro, under

from caf_platform.adapters.ledger import SqlLedger
from caf_platform.adapters.signer import LocalSigner
from caf_platform.decision import Decision, Verdict
from caf_platform.door import CAPABILITIES, Door
from caf_platform.errors import Conflict, Refused, Unavailable
from caf_platform.ledger.events import ApprovalGiven, PromotionRefused
from caf_platform.ledger.signing import sign_event, signatory
from caf_platform.ledger.state import read_state
from caf_platform.model.manifest import manifest_digest, sign_manifest
from caf_platform.ports.ledger import Entry
from caf_platform.ports.signer import Principal, Role

ROOT = SUPPORT.parents[1]
PACKAGES = [
    ROOT / "platform/caf_platform",
    ROOT / "monitoring/caf_monitoring",
    ROOT / "governance/caf_governance",
    ROOT / "pipelines/caf_pipelines",
]
OBJECTS = ["artifact", "code", "contract", "data", "environment", "evaluation", "golden", "policy"]


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
    resigned(scene, sign_manifest(stranger, scene.state.models["v2"].manifest))

    assert "not_signed" in scene.refusal()


def test_a_signature_by_another_than_the_actor_is_refused(scene):
    """Grace's key cannot speak for the platform."""
    grace = person("grace", Role.APPROVER)
    resigned(scene, sign_manifest(grace, scene.state.models["v2"].manifest))

    assert "not_signed" in scene.refusal()


def test_an_expired_approval_is_none(scene):
    """Seven days after it was given."""
    scene.door.clock.advance_to(scene.door.clock.now() + timedelta(days=7))

    assert scene.refusal() == {"expired"}


def test_an_automatic_approval_counts_only_in_automatic_mode(scene):
    """The policy was changed to ask a person."""
    manual = replace(scene.door, project=under(release={"mode": "manual"}))

    assert scene.refusal(door=manual) == {"automatic_not_allowed"}


def test_an_approval_that_nobody_signed_is_none(scene):
    """Whoever can write to the ledger cannot approve by that alone."""
    model = scene.state.models["v2"]
    for key, record in model.approval_records.items():
        bare = record.envelope.model_copy(update={"signature": None})
        model.approval_records[key] = record.model_copy(update={"envelope": bare})

    assert "approval_not_signed" in scene.refusal()


def approved(scene, signer, approver):
    """The state with one approval: as by `approver`, signed by `signer`."""
    model = scene.state.models["v2"]
    automatic, record = model.approvals.popitem()[1], model.approval_records.popitem()[1]
    event = automatic.model_copy(update={"approver": approver, "automatic": False})
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
        ("oscar", (Role.OPERATOR,), "oscar"),
        ("grace", (Role.APPROVER,), "somebody else"),
    ],
    ids=["no approver", "in another's name"],
)
def test_who_may_not_approve_is_not_heard(scene, name, roles, approver):
    """The role belongs to the key, and so does the name."""
    approved(scene, person(name, *roles), approver)

    assert "approval_not_signed" in scene.refusal()


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
    scene.refusal("promote", "v2", replace(scene.door, smoke=smoke))
    promoted.refusal("roll_back", "v1", replace(promoted.door, smoke=smoke))


def third_version(scene):
    """v3: v2 under another name, with a gate and an approval of its own."""
    session, model = scene.play.session, scene.state.models["v2"]
    manifest = model.manifest.model_copy(update={"version": "v3"})
    digest = manifest_digest(manifest)
    signature = sign_manifest(session.platform.signer, manifest)
    named = {"version": "v3", "manifest": manifest, "manifest_digest": digest}
    trained = model.trained.model_copy(update={"manifest": manifest, "window": "0004b"})
    given = ApprovalGiven(
        version="v3",
        manifest_digest=digest,
        approver="policy",
        automatic=True,
        expires_at=session.clock.now() + timedelta(days=7),
    )
    session.record("train", "models", trained, "train", "0004b")
    gate = model.gate.model_copy(update=named)
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

    assert importers == {"door.py"}


def test_every_move_of_a_life_went_through_the_door():
    """Signed by its actor, in the champion's stream, for the door's capabilities."""
    scene = Scene("finished")
    moves = [r for r in scene.world.ledger.read() if r.type in ("promoted", "rolled_back")]

    assert len(moves) == 3
    for record in moves:
        assert record.stream == "micro/champion"
        assert signatory(scene.door.signer, record) == scene.door.signer.principal
        assert record.envelope.capabilities == CAPABILITIES
