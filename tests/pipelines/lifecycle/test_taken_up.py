"""A play that is taken up again: after an outage, under another policy, or anew."""

from collections import Counter

import pytest
from micro.data import Sensor
from micro_play import World, after, recorded, telling, under

from caf_platform.errors import Unavailable
from caf_platform.ledger.events import ModelTrained


def test_the_alias_follows_the_ledger():
    """A tracking store that lost the alias is put right when the play is taken up."""
    world = after("finished")
    world.tracking.aliases["micro", "champion"] = "2"

    world.opened().reconcile()

    assert world.tracking.alias("micro", "champion") == "1"


def test_a_tracking_store_that_is_down_stops_no_move():
    """The promotion is committed; the alias follows when the store answers again."""
    world = after("approval/v1")
    world.tracking.down = True
    play = world.opened(telling(Sensor(days=range(1, 14))))
    play.run()

    world.tracking.down = False
    world.opened(telling(Sensor(days=range(1, 14)))).reconcile()

    assert play.session.state.champion == "v1"
    assert world.tracking.alias("micro", "champion") == "1"


def test_a_training_without_a_tracking_store_is_no_training():
    """It stops the play; nothing was recorded, and the same command continues later."""
    world = after("decide/0002")
    world.tracking.down = True
    project = telling(Sensor(days=range(1, 14)))
    with pytest.raises(Unavailable):
        world.played(project)
    assert recorded(world, ModelTrained) == []

    world.tracking.down = False
    play = world.played(project)

    assert play.session.state.champion == "v1"


def test_a_changed_policy_is_adopted():
    """A play that goes on under other limits says so, once."""
    world = World()
    world.played(telling(Sensor(days=range(1, 3))))
    project = under(telling(Sensor(days=range(1, 5))), governor={"cooldown_days": 9})

    world.played(project)
    play = world.played(project)

    kinds = Counter(record.type for record in world.ledger.read())
    assert (play.session.state.play, kinds["policy_adopted"]) == (1, 1)
    assert play.session.state.policy_digest == project.policy.digest
    assert play.session.state.batches["day-01"].received.revision == 1


def test_a_changed_policy_starts_anew_where_that_is_asked():
    """A new play beside the old one, which stays in the ledger; models get other names."""
    world = World()
    world.opened(telling(Sensor(days=range(1, 3))))
    former = len(world.ledger.rows)
    project = under(telling(Sensor(days=range(1, 14))), governor={"cooldown_days": 9})

    play = world.played(project, anew=True)

    assert play.session.state.play == 2
    assert play.session.state.champion == "p2-v1"
    assert world.ledger.rows[former - 1].key == "micro/play-1/started"


def test_anew_continues_what_is_not_over():
    """The same policy, contract and sample: a play that was interrupted goes on."""
    world = World()
    world.opened()

    again = world.opened(anew=True)

    assert again.session.state.play == 1


def test_anew_starts_over_what_is_finished():
    """Asking for the same play once more plays it once more."""
    world = World()
    project = telling(Sensor(days=range(1, 3)))
    world.played(project)

    play = world.opened(project, anew=True)

    assert (play.session.state.play, play.session.state.batches) == (2, {})
