"""Killed between two stores: what one of them has and the other does not know of is put right.

Bytes in the lake without their record, a run that never ends, a version that nobody recorded, a
refusal without its incident: the next process ends where an undisturbed one does.
"""

import pytest
from fatal_parts import FatalLake, with_fatal_tracking, with_new_tracking
from memory_lake import MemoryLake
from micro_play import FatalLedger, Killed, after, essences, whole_story

from caf_platform.ledger.events import PromotionRefused
from caf_platform.ledger.fingerprint import fingerprint


def state_hash(world):
    """The state hash of a world's play."""
    return fingerprint("micro", world.ledger.read()).digest


def dies(world):
    """Whether a play in this world is killed before it comes to its end."""
    try:
        world.played()
    except Killed:
        return True
    return False


def revived(world, *, fatal=10_000):
    """The same world for the next process, which may be killed at a record."""
    world.ledger = FatalLedger(world.ledger.rows, fatal=fatal)
    lake = MemoryLake()
    lake.objects = dict(world.lake.objects)
    world.lake = lake
    return world


def killed_at_write(number, fatal):
    """A world with some records of the story, where the next process died at a lake write.

    None when it wrote less than that for the next record.
    """
    world = whole_story().after[number].copy()
    world.ledger = FatalLedger(world.ledger.rows, fatal=number + 1)
    world.lake = FatalLake(world.lake.objects, fatal=fatal)
    assert dies(world)
    return world if len(world.ledger.rows) == number else None


WRITING = {
    *("batch_received", "batch_validated", "batch_refused", "batch_scored", "labels_received"),
    *("model_trained", "gate_decided", "window_monitored"),
}
"""Kinds of records before which something is written to the lake."""


def writing_records():
    """Numbers of records before the first one of each kind that has bytes in the lake."""
    first = {}
    for number, row in enumerate(whole_story().rows):
        first.setdefault(row.type, number)
    assert set(first) >= WRITING
    return sorted(first[kind] for kind in WRITING)


def test_bytes_without_a_record_are_written_again_as_the_same_object():
    """At every lake write before each kind of record: the next one is the story's own."""
    expected, trials = essences(whole_story().read()), 0

    for number in writing_records():
        fatal = 1
        while (world := killed_at_write(number, fatal)) is not None:
            assert dies(revived(world, fatal=number + 1))
            assert essences(world.ledger.read()) == expected[: number + 1]
            assert world.lake.objects == whole_story().after[number + 1].lake.objects
            fatal += 1
            trials += 1

    assert trials > 15


@pytest.mark.parametrize("when", ["middle", "end"])
@pytest.mark.parametrize("key", ["decide/0002", "decide/0004"])
def test_a_training_that_was_killed_is_done_again(key, when):
    """Of the first and of a later model, in the middle of its run or before its record."""
    world = with_fatal_tracking(after(key), when)
    assert dies(world)

    play = with_new_tracking(world).played()

    trained = [event.manifest.run_id for _, event in play.session.state.trainings]
    versions = {held.run_id for held in world.tracking.versions["micro"]}
    assert state_hash(world) == state_hash(whole_story().world)
    assert {run.status for run in world.tracking.runs} <= {"FINISHED", "KILLED"}
    assert versions - world.tracking.abandoned == set(trained)
    assert len(world.tracking.abandoned) == (when == "end")


@pytest.mark.parametrize(
    ("key", "spoiled", "incident"),
    [
        ("approval/v2", "v2", "promotion-refused-v2"),
        ("decide/0005", "v1", "rollback-refused-v2-v1"),
    ],
)
def test_a_refusal_of_the_door_is_recorded_once(key, spoiled, incident):
    """Killed after it, before the incident: the next process meets the same refusal."""

    def world():
        found = after(key)
        model = found.opened().session.state.models[spoiled]
        found.lake.delete(model.manifest.keys["golden"])
        return found

    undisturbed, start = world(), len(after(key).ledger.rows)
    undisturbed.played()
    for number in (start + 1, start + 2):
        killed = world()
        killed.ledger = FatalLedger(killed.ledger.rows, fatal=number)
        assert dies(killed)
        play = revived(killed).played()

        assert state_hash(killed) == state_hash(undisturbed)
        assert incident in play.session.state.incidents
        assert refusals(killed) == refusals(undisturbed) > 0


def refusals(world):
    """How often the door said no, on record."""
    return sum(record.type == PromotionRefused.TYPE for record in world.ledger.read())


def test_a_second_process_after_the_end_adds_nothing():
    """Not one record, not one object, not one run."""
    world = after("finished")
    before = len(world.ledger.rows), len(world.lake.objects), len(world.tracking.runs)

    world.played()

    assert (len(world.ledger.rows), len(world.lake.objects), len(world.tracking.runs)) == before
