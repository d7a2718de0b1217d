"""The door believes a gate that the platform signed and that agrees with its evaluation."""

import pytest
from door_scene import person, resigned

from caf_platform.decision import Verdict
from caf_platform.digest import digest
from caf_platform.ledger.signing import sign_event
from caf_platform.model.manifest import sign_manifest
from caf_platform.ports.signer import Role


def test_a_gate_that_another_than_the_platform_signed_is_refused(scene):
    """Grace speaks for herself, and may approve; but judging is the platform's."""
    grace, model = person("grace", Role.APPROVER), scene.state.models["v2"]
    signature = sign_manifest(grace, model.manifest)
    model.gate = model.gate.model_copy(update={"manifest_signature": signature})
    payload = model.gate.model_dump(mode="json")
    record = model.gate_record = model.gate_record.model_copy(update={"payload": payload})
    resigned(scene, sign_event(grace, record.stream, record.key, model.gate), actor="grace")

    assert "not_signed" in scene.refusal()


def refuted(scene, verdict=Verdict.REFUSE):
    """v2's gate as the platform would have signed it with another verdict."""
    session, model = scene.play.session, scene.state.models["v2"]
    decision = model.gate.decision.model_copy(update={"verdict": verdict})
    event = model.gate.model_copy(update={"decision": decision})
    session.record("evaluate", "models", event, "gate", "v2", "again")


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


@pytest.mark.parametrize("rule", ["policy", "contract"])
def test_a_gate_under_other_rules_than_its_manifest_names_is_refused(scene, rule):
    """Trained under the rules in force, judged under laxer ones, which were then put back."""
    model = scene.state.models["v2"]
    model.gate = model.gate.model_copy(update={f"{rule}_digest": "e" * 64})

    assert f"{rule}_changed" in scene.refusal()
