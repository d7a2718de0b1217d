"""A play is killed, and its project is opened and run again by a process that knows nothing.

Whatever it had recorded stands, whatever it had not recorded is done, and nothing is done twice:
the ledger ends up as if nobody had been killed.
"""

import pytest
from micro.data import Sensor, batch, delivery
from micro_play import FatalLedger, Killed, World, after, essences, telling, whole_story

RECORDS = range(1, 174)


def story():
    """What the undisturbed play recorded."""
    return essences(whole_story().read())


def told(world):
    """What has been recorded in a world."""
    return essences(world.ledger.read())


def without_mirrors(records):
    """Records but those of the tracking store's alias."""
    return [record for record in records if record[2] != "mirror_reconciled"]


def killed(world, *, fatal, before=False, project=None):
    """The world after a play in it was killed; False when it came to its end instead."""
    world.ledger = FatalLedger(world.ledger.rows, fatal=fatal, before=before)
    try:
        world.played(project)
    except Killed:
        return True
    return False


def test_the_story_has_as_many_records_as_the_tests_kill_at():
    """Otherwise some would not be tried."""
    assert len(whole_story().rows) == RECORDS.stop - 1


def test_a_process_killed_after_any_record_is_followed_by_one_that_goes_on_right_there():
    """For every record: whoever starts after it records exactly the next one."""
    expected = story()

    for number in RECORDS[:-1]:
        world = whole_story().after[number].copy()
        assert killed(world, fatal=number + 1)
        assert told(world) == expected[: number + 1], whole_story().rows[number - 1].key


@pytest.mark.parametrize("before", [False, True], ids=["after", "before"])
def test_a_play_killed_at_every_record_of_its_decisions(before):
    """From the look at the fourth window to the end of the fifth, no process lives for more.

    Killed before a record, it has done the work (trained, stored, tracked) and lost the word.
    That the tracking store's alias was put right is then on no record: it is right already.
    """
    world = after("labels/labels-23")
    while told(world)[-1][1] != "micro/play-1/closed/0005":
        now = len(world.ledger.rows)
        if before:
            assert killed(world, fatal=now + 1, before=True)
            assert len(world.ledger.rows) == now
        assert killed(world, fatal=now + 1)

    expected = story()[: len(after("closed/0005").ledger.rows)]
    assert without_mirrors(told(world)) == without_mirrors(expected)


@pytest.mark.parametrize("number", [1, 15, 50, 56, 58, 77, 110, 112, 114, 116, 150, 172])
def test_a_play_killed_once_ends_as_if_it_had_not_been(number):
    """Champion, moves, actions, incidents: the ledger is the same to the end, and so are alerts."""
    world = whole_story().after[number].copy()

    play = world.played()

    assert told(world) == story()
    assert play.session.state.champion == "v1"
    assert {alert.key for alert in world.alerts.sent} == set(play.session.state.incidents)


def test_a_rollback_killed_in_the_middle_goes_not_one_step_further():
    """The move is committed, the process dies: v1 stays, is not revoked, and the incident opens."""
    world = after("roll-back/v1")

    play = world.played()

    state = play.session.state
    assert [(m.verb, m.version) for m in state.moves][2:] == [("rolled_back", "v1")]
    assert (state.models["v1"].revoked, state.models["v2"].revoked) == (False, True)
    assert "rolled-back-v2" in state.incidents
    assert world.tracking.alias("micro", "champion") == "1"


def test_a_rollback_killed_before_it_is_done_is_done():
    """It was decided who goes back to whom: the next process does just that."""
    world = after("decide/0005")

    play = world.played()

    assert [(m.version, m.replaces) for m in play.session.state.moves][-1] == ("v1", "v2")


def test_a_promotion_killed_in_the_middle_does_not_score_the_past():
    """The window's batches came before anybody served, and stay unserved."""
    world = after("promote/v1")

    play = world.played(telling(Sensor(days=range(1, 14))))

    assert play.session.state.batches["day-12"].scored is None
    assert play.session.state.batches["day-13"].scored is not None


def test_a_stale_feed_is_told_of_also_by_the_next_process():
    """Killed between the batch and its incident: the incident is opened, and decides."""
    project = telling(Sensor(days=range(1, 8), instead={"day-03": delivery(3, late=1)}))
    undisturbed, world = World(), World()
    undisturbed.played(project)
    received = next(
        at for at, row in enumerate(undisturbed.ledger.rows, 1) if "ingest/day-03" in row.key
    )
    assert killed(world, fatal=received, project=project)

    world.ledger = FatalLedger(world.ledger.rows, fatal=10_000)
    world.played(project)

    assert told(world) == told(undisturbed)


def test_a_revision_is_taken_up_like_a_batch():
    """Killed after any record of days with a changed batch: the same ledger in the end."""
    more = [delivery(2, batch(2).iloc[:30], late=1)]
    project = telling(Sensor(days=range(1, 5), more=more))
    undisturbed = World()
    undisturbed.played(project)

    for number in range(1, len(undisturbed.ledger.rows)):
        world = World()
        assert killed(world, fatal=number, project=project)
        world.ledger = FatalLedger(world.ledger.rows, fatal=10_000)
        world.played(project)
        assert told(world) == told(undisturbed)


def test_a_play_continues_when_data_has_grown():
    """Twenty days today, the rest later: the same records as if all had been there at once."""
    world = World()
    world.played(telling(Sensor(days=range(1, 21))))

    world.played()

    finished = "micro/play-1/finished"
    assert [r for r in told(world) if r[1] != finished] == [r for r in story() if r[1] != finished]
