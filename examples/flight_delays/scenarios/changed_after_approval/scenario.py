"""A version is judged once more after a person approved it; what they saw is no longer it."""

import json

from caf_pipelines.lifecycle.play import Play
from caf_pipelines.lifecycle.store import put_json
from caf_pipelines.scenarios.game_day import GameDay
from caf_pipelines.scenarios.people import approves, publishes, wants_a_person
from caf_pipelines.scenarios.scenario import Scenario, expect
from caf_platform.ledger.streams import MODELS
from caf_platform.model.manifest import manifest_digest, sign_manifest

VERSION = "v2"


def judged_again(play: Play) -> None:
    """The same verdict on another evaluation, lawfully signed: a repeated gate, or an insider's."""
    session, gate = play.session, play.models.state(VERSION).gate
    if gate is None:
        raise LookupError(f"{VERSION} was not judged on this game day")
    lake, name = session.platform.lake, session.project.name
    evidence = json.loads(lake.read(gate.evidence_key)) | {"note": "evaluated once more"}
    key, content = put_json(lake, name, f"{VERSION}/evaluation", evidence)
    manifest = gate.manifest.model_copy(
        update={
            "digests": gate.manifest.digests | {"evaluation": content},
            "keys": gate.manifest.keys | {"evaluation": key},
        }
    )
    again = gate.model_copy(
        update={
            "manifest": manifest,
            "manifest_digest": manifest_digest(manifest),
            "manifest_signature": sign_manifest(session.platform.signer, manifest),
            "evidence_key": key,
        }
    )
    session.record("evaluate", MODELS, again, "gate", VERSION, "again")


def act(day: GameDay) -> None:
    """Approved on 1 May; judged once more; moved the same day."""
    wants_a_person(day)
    play = day.play()
    approves(day, "Ines Duarte", VERSION)
    judged_again(play)
    publishes(day, "Ravi Shah", VERSION)


scenario = Scenario(
    begins="2013-04-01",
    ends="2013-05-01",
    act=act,
    expected=expect("door", "other_digests", champion="v1"),
)
