"""The one door with real models, signatures and bytes: the micro project before a move."""

import json
from datetime import timedelta

import pytest
from micro_play import after, keys_home

from caf_pipelines.lifecycle.store import put_json
from caf_platform.adapters.signer import LocalSigner
from caf_platform.errors import Conflict, Refused
from caf_platform.ledger.events import (
    ApprovalGiven,
    PromotionRefused,
)
from caf_platform.ledger.signing import sign_event
from caf_platform.ledger.state import read_state
from caf_platform.model.manifest import manifest_digest, sign_manifest
from caf_platform.ports.signer import Principal


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


def person(name, *roles):
    """The signer of a person, with a key of their own."""
    return LocalSigner.open(keys_home() / "keys", Principal(name=name, roles=roles))


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
    session.record("evaluate", "models", gate, "gate", "v3")
    session.record("approve", "models", given, "approval", "v3")


def resigned(scene, signature, actor=None):
    """The state, as if the gate's record carried another signature."""
    model = scene.state.models["v2"]
    changes = {"signature": signature} | ({"actor": actor} if actor else {})
    envelope = model.gate_record.envelope.model_copy(update=changes)
    model.gate_record = model.gate_record.model_copy(update={"envelope": envelope})
