"""What a play does when the door says no, when rules change in between, and when a mirror lies."""

import pytest
from micro_play import Witness, World, after, micro, under, whole_story

from caf_platform.decision import Verdict
from caf_platform.ledger.events import GateDecided, MirrorReconciled
from caf_platform.ledger.privileged import proved
from caf_platform.ledger.state import ProjectState


def spoiled(world, version, name="golden"):
    """The world with one object of a version gone."""
    model = world.opened().session.state.models[version]
    world.lake.delete(model.manifest.keys[name])


def repairs(world):
    """What was recorded of the tracking store's alias."""
    events = [record.event for record in world.ledger.read()]
    return [(e.found, e.now) for e in events if isinstance(e, MirrorReconciled)]


def test_an_automatic_rollback_that_is_refused_is_an_incident():
    """v1 is spoiled, nobody else is left: v2 stays, and a person is told at once."""
    world = after("decide/0005")
    spoiled(world, "v1")

    state = world.played().session.state

    incident = state.incidents["rollback-refused-v2-v1"]
    assert (state.champion, incident.severity) == ("v2", "high")
    assert "wrong_bytes" in {reason.code for reason in state.refusals[-1].decision.reasons}
    assert "missing" in incident.cause
    assert "no other former champion is left" in incident.cause
    assert "rollback-refused-v2-v1" in {alert.key for alert in world.alerts.sent}


def test_the_next_lawful_former_champion_is_tried():
    """The target is refused, v1 is lawful: v1 serves, and both things are told of."""
    world = after("decide/0005")
    play = world.opened()
    state = play.session.state
    nearer = state.models["v1"].manifest.model_copy(update={"version": "v1b", "keys": {}})
    state.models["v1b"] = type(state.models["v1"])(state.models["v1"].trained, nearer)

    play.deciding._back("v2", "v1b", reason="a test asks for it")

    incident = state.incidents["rollback-refused-v2-v1b"]
    assert state.champion == "v1"
    assert "the next former champion is tried" in incident.cause
    assert "rolled-back-v2" in state.incidents


def test_an_automatic_promotion_that_is_refused_is_an_incident():
    """The gate passed and the policy approved, and yet the door stays shut: look into it."""
    world = after("approval/v2")
    spoiled(world, "v2")

    state = world.played().session.state

    assert state.incidents["promotion-refused-v2"].severity == "high"
    assert not state.models["v2"].promoted


@pytest.fixture(scope="module")
def strict():
    """A project whose second challenger does not improve enough, and its story."""
    project, ledger = under(release={"min_improvement": 5.0}), Witness()
    ledger.world = World(ledger=ledger)
    ledger.world.played(project)
    return project, ledger


def test_the_gate_records_under_which_rules_it_judged():
    """Policy and contract, as the manifest names them."""
    gates = [r.event for r in whole_story().read() if r.type == GateDecided.TYPE]

    for gate in gates:
        assert gate.policy_digest == gate.manifest.digests["policy"] == micro().policy.digest
        assert gate.contract_digest == gate.manifest.digests["contract"]
    assert len(gates) == 2


def test_a_challenger_is_not_judged_under_a_laxer_policy_than_its_own(strict):
    """Killed after training, resumed under another policy, judged, and the first put back."""
    project, ledger = strict
    trained = next(n for n, row in enumerate(ledger.rows, 1) if '"version":"v2"' in row.payload)
    world = ledger.after[trained].copy()

    lax = world.opened()
    lax.deciding.release._judged("v2")
    play = world.opened(project)
    play.deciding.release._approved("v2")
    play.deciding.release._promoted("v2", "a test asks for it")

    gate = play.session.state.models["v2"].gate
    assert gate.decision.verdict is Verdict.CANNOT_JUDGE
    assert [reason.code for reason in gate.parts["own_rules"].reasons] == ["policy_changed"]
    assert play.session.state.champion == "v1"
    assert not play.session.state.models["v2"].approvals


def test_every_repair_of_the_alias_is_recorded():
    """Twice spoiled after the same move: twice put right, twice on record; else nothing is."""
    world = after("finished")
    before = repairs(world)
    for _ in range(2):
        world.tracking.set_alias("micro", "champion", "2")
        world.played()
        world.played()

    assert repairs(world)[len(before) :] == [("2", "v1"), ("2", "v1")]
    assert world.tracking.alias("micro", "champion") == "1"


def test_a_new_play_without_champion_has_no_alias():
    """The last play's version is not shown as this one's champion."""
    world = after("finished")
    play = world.opened(under(release={"min_improvement": 0.123}), anew=True)
    for _ in range(2):
        play.reconcile()

    assert (play.session.state.play, play.session.state.champion) == (2, None)
    assert world.tracking.alias("micro", "champion") is None
    assert repairs(world)[-1] == ("1", None)
    assert len([one for one in repairs(world) if one == ("1", None)]) == 1


def test_what_a_play_records_is_proved_in_the_end():
    """Every record of a whole life folds to the same state, believed or proved."""
    records = list(whole_story().read())
    signer = whole_story().world.opened().session.platform.signer
    state = ProjectState("micro")

    for record in proved(records, signer):
        state.apply(record)

    assert state.champion == "v1"
