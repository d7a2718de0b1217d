"""The one door: what moves the champion and what does not.

v1 is the champion; v2 has been trained, judged and approved, and waits to be promoted.
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from door_scene import Scene
from micro_play import micro

from caf_platform.decision import Decision, Verdict
from caf_platform.digest import digest_of
from caf_platform.errors import Unavailable
from caf_platform.ledger.signing import signatory
from caf_platform.ledger.state import read_state
from caf_platform.model.manifest import manifest_digest


def test_a_promotion(scene):
    """The event is the move: what, instead of what, on which manifest and approval, by whom."""
    record = scene.door.promote(scene.state, "v2", reason="better")

    event = record.event
    assert (event.version, event.replaces, event.reason) == ("v2", "v1", "better")
    assert event.manifest_digest == manifest_digest(event.manifest)
    [key] = event.approvals
    given = scene.state.models["v2"].approval_records["micro/play-1/approval/v2"]
    assert (key, event.approval_digests) == (given.key, (digest_of(given.payload),))
    assert record.stream == "micro/champion"
    assert signatory(scene.door.signer, record).name == "platform"
    assert read_state(scene.world.ledger, "micro").champion == scene.state.champion == "v2"


def test_the_door_asks_the_golden_rows(scene):
    """Of the very model that its manifest names: its answers match, another one's do not."""
    first, second = (scene.state.models[name].manifest for name in ("v1", "v2"))
    keys = second.keys | {"golden": first.keys["golden"]}
    digests = second.digests | {"golden": first.digests["golden"]}
    mixed = second.model_copy(update={"keys": keys, "digests": digests})

    assert scene.door.smoke(second).verdict is Verdict.PASS
    assert scene.door.smoke(mixed).verdict is Verdict.REFUSE


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
