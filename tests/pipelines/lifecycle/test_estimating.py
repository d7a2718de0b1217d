"""Labels that come late: first an estimate, then what came true, the same after a kill."""

import json

import pytest
from micro.data import Sensor, label_delivery
from micro_play import FatalLedger, Killed, World, telling, whole_story

from caf_platform.decision import Verdict
from caf_platform.ledger.events import WindowMonitored
from caf_platform.measures.estimate import VALUE

LATE = {f"labels-{day:02d}": label_delivery(day, late=8) for day in range(13, 19)}


def late():
    """Thirty days; those of the third window get their labels in the fourth and the fifth."""
    return telling(Sensor(days=range(1, 31), instead=LATE))


@pytest.fixture(scope="module")
def waited():
    """That play to its end."""
    world = World()
    world.played(late())
    return world


def looks(world):
    """Each look by window."""
    events = [r.event for r in world.ledger.read() if r.type == WindowMonitored.TYPE]
    return {event.window: event for event in events}


def said(world):
    """Every record by its key, and what each look read, estimated and compared."""
    return [record.key for record in world.ledger.read()], {
        name: (look.readings, look.estimation) for name, look in looks(world).items()
    }


def shares(look):
    """Labelled of served rows, by compared window."""
    return {one.window: (one.labelled_rows, one.rows) for one in look.estimation.compared}


def test_without_a_model_nothing_is_estimated(waited):
    """The first two windows have no champion."""
    assert looks(waited)["0001"].estimation is None
    assert looks(waited)["0002"].estimation is None


def test_a_window_without_labels_has_an_estimate_and_no_verdict(waited):
    """The skill cannot be judged; the estimate is on record, marked, and named beside it."""
    look = looks(waited)["0003"]

    estimate = look.estimation.estimate
    assert (estimate.method, estimate.champion, estimate.rows) == ("cbpe", "v1", 200)
    assert estimate.numbers["skill"].bounded
    assert estimate.learnt_rows > 100
    assert look.estimation.compared == ()
    skill = look.readings["skill"]
    assert skill.verdict is Verdict.CANNOT_JUDGE
    assert "estimated without labels (est., cbpe 1)" in skill.summary


def test_it_is_compared_when_labels_come_and_again_when_more_do(waited):
    """Four of its five days in the fourth window, the last in the fifth, and no more after that."""
    found = looks(waited)

    assert shares(found["0004"]) == {"0003": (120, 200), "0004": (200, 240)}
    assert shares(found["0005"]) == {"0003": (200, 200), "0004": (240, 240), "0005": (200, 240)}
    first, last = found["0003"].estimation.estimate, found["0005"].estimation.compared[0]
    estimated = {name: one.estimated for name, one in last.numbers.items() if name != VALUE}
    assert estimated == dict(first.numbers)
    assert last.numbers["skill"].realised.value is not None


def test_the_estimate_does_not_look_at_labels(waited):
    """The play whose labels came in time has the very same estimate."""
    in_time = looks(World(ledger=whole_story()))["0003"].estimation

    assert in_time.estimate == looks(waited)["0003"].estimation.estimate
    assert shares(looks(World(ledger=whole_story()))["0003"]) == {"0003": (160, 200)}


def test_the_evidence_holds_what_the_record_says(waited):
    """The monitors saw the estimate that is on record."""
    look = looks(waited)["0003"]

    seen = json.loads(waited.lake.read(look.evidence_key))["evidence"]["estimate"]

    assert seen == look.estimation.estimate.model_dump(mode="json")


@pytest.mark.parametrize(("window", "before"), [("0003", True), ("0004", False), ("0005", True)])
def test_a_killed_look_is_recorded_once_and_the_same(waited, window, before):
    """Killed at the record of a look: the next process ends up with the same ledger."""
    keys, _ = said(waited)
    fatal = keys.index(f"micro/play-1/monitor/{window}") + 1
    world = World()
    world.ledger = FatalLedger([], fatal=fatal, before=before)
    with pytest.raises(Killed):
        world.played(late())

    world.ledger = FatalLedger(world.ledger.rows, fatal=10_000)
    world.played(late())

    assert said(world) == said(waited)


def test_the_window_that_is_not_over_is_estimated_as_of_now():
    """Two days after the last look, one of them with labels; asking records nothing."""
    world = whole_story().after[len(whole_story().rows)].copy()
    play = world.opened()

    *_, last = play.deciding.watching.estimating.windows()

    assert (last.window, last.estimate.champion, last.estimate.rows) == ("open", "v1", 80)
    assert (last.compared.labelled_rows, last.compared.enough) == (40, False)
    assert len(world.ledger.rows) == len(whole_story().rows)


def test_labels_that_came_after_the_last_look_count_for_whoever_asks():
    """The last closed window had 200 of 240 labels when it was looked at, and has all now."""
    play = whole_story().after[len(whole_story().rows)].copy().opened()

    found = {one.window: one.compared for one in play.deciding.watching.estimating.windows()}

    assert list(found) == ["0003", "0004", "0005", "0006", "open"]
    assert (found["0006"].labelled_rows, found["0006"].rows) == (240, 240)


def test_before_anybody_served_there_is_nothing_to_tell():
    """No champion, no estimate, no window that is not over."""
    world = World()
    play = world.played(telling(Sensor(days=range(1, 8))))

    assert play.deciding.watching.estimating.windows() == ()
