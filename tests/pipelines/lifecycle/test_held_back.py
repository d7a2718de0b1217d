"""What keeps a new model from service in a play: the governor, the gate, a person, the door."""

from micro.data import Sensor
from micro_play import World, after, keys_home, recorded, telling, under

from caf_pipelines.summary import summarise
from caf_platform.adapters.signer import LocalSigner
from caf_platform.decision import Action, Verdict
from caf_platform.door.actor import Actor
from caf_platform.door.orders import approve
from caf_platform.ledger.events import PromotionRefused
from caf_platform.ports.signer import Principal, Role


def test_the_governor_holds_a_retraining():
    """Within the cooldown the retraining is recorded as suppressed, and the window is watched."""
    project = under(telling(Sensor(days=range(1, 26))), governor={"cooldown_days": 30})

    play = after("closed/0003").played(project)

    decided = play.session.state.actions[3][1]
    assert (decided.window, decided.action) == ("0004", Action.WATCH)
    assert [r.code for r in decided.decision.reasons] == ["cooldown"]
    assert (Action.RETRAIN, "calibration") in {(s.action, s.cause) for s in decided.suppressed}
    assert play.session.state.champion == "v1"


def test_a_person_is_waited_for():
    """In manual mode the gate passes, an approval is asked for, and nothing is promoted."""
    project = under(telling(Sensor(days=range(1, 14))), release={"mode": "manual"})

    play = World().played(project)

    model = play.session.state.models["v1"]
    assert model.gate.decision.verdict is Verdict.PASS
    assert (model.approvals, play.session.state.champion) == ({}, None)
    assert any("caf approve v1" in line.text for line in play.session.timeline.lines)


def test_a_persons_yes_needs_a_persons_hand():
    """Killed while it asks for a yes, which is then given: going on does not publish by that."""
    project = under(telling(Sensor(days=range(1, 14))), release={"mode": "manual"})
    world = World()
    whole = world.played(project)
    (asked,) = (r.seq for r in world.ledger.read() if r.type == "approval_awaited")
    del world.ledger.rows[asked:]
    play = world.opened(project)
    ada = LocalSigner.open(keys_home() / "keys", Principal(name="ada", roles=(Role.APPROVER,)))
    approve(Actor(world.ledger, ada, play.session.clock), play.session.state, "v1", project)

    play.run()

    assert play.session.state.models["v1"].approvals
    assert play.session.state.champion is None is whole.session.state.champion


def test_a_challenger_that_is_not_better_by_enough_is_refused():
    """The champion stays, and the gate's reason is on record."""
    project = under(telling(Sensor(days=range(1, 26))), release={"min_improvement": 5.0})

    play = after("closed/0003").played(project)

    gate = play.session.state.models["v2"].gate
    assert "below_margin" in [reason.code for reason in gate.decision.reasons]
    assert play.session.state.champion == "v1"
    assert summarise(play.session.state).challengers_refused == ("v2",)


def test_a_missing_object_keeps_the_champion():
    """The door finds that the training data's record is gone: refused, recorded, and played on."""
    world = after("approval/v2")
    data = [key for key in world.lake.objects if "/v2/data/" in key]
    world.lake.delete(*data)

    play = world.played()

    refusals = recorded(world, PromotionRefused)
    assert [(r.version, r.verb) for r in refusals] == [("v2", "promote")]
    assert "wrong_bytes" in [reason.code for reason in refusals[0].decision.reasons]
    assert [move.version for move in play.session.state.moves] == ["v1"]
