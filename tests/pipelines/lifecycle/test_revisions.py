"""A batch that comes again: it teaches from then on, and what was served stays what it was."""

from dataclasses import replace

import pytest
from micro.data import ROWS, Sensor, batch, batch_name, csv, delivery, ends
from micro_play import World, after, telling

from caf_platform.ledger.events import BatchScored
from caf_platform.project.source import Delivery, DeliveryKind

SERVED, TAUGHT = 14, 3


def revised(day):
    """The day's file with one number put right."""
    rows = batch(day)
    rows.loc[0, "noise"] = "0.001"
    return rows


def again(day, *, on, raw=None):
    """The day's batch once more, at the end of a later day."""
    told = replace(delivery(day, revised(day)), arrives_at=ends(on))
    return replace(told, read=lambda: raw) if raw is not None else told


def scorings(world, name):
    """How often a batch was scored."""
    events = [r.event for r in world.ledger.read() if r.type == BatchScored.TYPE]
    return sum(event.batch == name for event in events)


@pytest.fixture
def world():
    """The micro story at its end, in a world of one's own."""
    return after("finished")


def test_a_revision_is_used_and_what_was_served_stays(world):
    """Training reads the new rows; the log, and the rows that it was made of, are the old ones."""
    play = world.opened()
    name, frames = batch_name(SERVED), play.session.frames
    served = frames.scored(name)

    play.data.take(again(SERVED, on=39))

    assert frames.scored(name) == served
    assert frames.rows([name])["noise"][0] == 0.001
    assert frames.served([name])["noise"][0] == float(batch(SERVED)["noise"][0])
    assert scorings(world, name) == 1


def test_labels_join_by_the_predictions_that_were_served(world):
    """Also after a revision."""
    play = world.opened()
    name, frames = batch_name(SERVED), play.session.frames
    log = frames.predictions([name], "v1")[["prediction_id"]].assign(label="1", revision="9")
    play.data.take(again(SERVED, on=39))

    play.data.take(Delivery(DeliveryKind.LABELS, "late", ends(40), lambda: csv(log)))

    found = play.session.state.labels[-1]
    assert (found.joined, found.unusable) == (ROWS, 0)


@pytest.mark.parametrize("raw", [None, b"junk"], ids=["good", "refused"])
def test_a_revision_of_what_nobody_served_is_not_served(raw):
    """The champion learnt from that batch: its answers there would look better than they are."""
    source = Sensor(days=range(1, 26), more=[again(TAUGHT, on=21, raw=raw)])
    world = World()

    play = world.played(telling(source))

    name = batch_name(TAUGHT)
    windows = {w.name: play.deciding.watching.batches(w) for w in play.all_windows()}
    assert name in play.session.state.models["v1"].trained.batches
    assert scorings(world, name) == 0
    assert [window for window, names in windows.items() if name in names] == ["0001"]


def test_a_window_holds_as_many_new_batches_as_ever():
    """The revision that comes among them is not one of them."""
    source = Sensor(days=range(1, 26), more=[again(TAUGHT, on=21)])

    play = World().played(telling(source))

    windows = {w.name: play.deciding.watching.batches(w) for w in play.all_windows()}
    assert windows["0004"] == [batch_name(day) for day in range(19, 25)]


def test_a_refused_revision_erases_nothing(world):
    """The rows stay in use, and the incident says so."""
    play = world.opened()
    name, usable = batch_name(SERVED), play.session.frames.usable()

    play.data.take(again(SERVED, on=39, raw=b"junk"))

    assert play.session.frames.usable() == usable
    assert len(play.session.frames.rows([name])) == ROWS
    incident = play.session.state.incidents[f"refused-{name}-r2"]
    assert "; revision 1 stays in force." in incident.cause


def test_a_refused_revision_is_told_of_once(world):
    """The play may be taken up again."""
    play = world.opened()
    play.data.take(again(SERVED, on=39, raw=b"junk"))
    records = len(world.ledger.rows)

    world.opened().data.take(again(SERVED, on=39, raw=b"junk"))

    assert len(world.ledger.rows) == records
