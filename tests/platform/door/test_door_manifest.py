"""The door looks at every byte that a manifest names, and at who signed the manifest."""

import pytest
from door_scene import person, resigned

from caf_platform.adapters.signer import LocalSigner
from caf_platform.door.proofs import NAMED
from caf_platform.ledger.signing import sign_event
from caf_platform.model.manifest import sign_manifest
from caf_platform.ports.signer import Principal, Role

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


@pytest.mark.parametrize("verb", ["promote", "roll_back"])
@pytest.mark.parametrize("name", OBJECTS)
def test_every_named_object_must_be_there(scene, promoted, verb, name):
    """One that is missing refuses, whichever it is and whichever way the door is used."""
    found, version = (scene, "v2") if verb == "promote" else (promoted, "v1")
    key = found.state.models[version].manifest.keys[name]
    found.world.lake.delete(key)

    assert found.refusal(verb, version) == {"wrong_bytes"}


@pytest.mark.parametrize("name", OBJECTS)
def test_every_byte_of_every_named_object_counts(scene, name):
    """One bit in the middle of one object refuses; the model is not even opened."""
    key = scene.state.models["v2"].manifest.keys[name]
    data = bytearray(scene.world.lake.objects[key])
    data[len(data) // 2] ^= 1
    scene.world.lake.objects[key] = bytes(data)

    assert scene.refusal() == {"wrong_bytes"}


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
