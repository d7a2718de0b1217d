"""Data that cannot be used in a play: an incident, nothing learnt from it, and the play goes on."""

from dataclasses import replace

import pytest
from micro.data import ROWS, Sensor, batch, delivery, label_delivery, labels
from micro_play import World, after, telling

from caf_platform.decision import Action


def actions(play):
    """What was decided, window by window."""
    return {event.window: event.action for _, event in play.session.state.actions}


def test_too_many_bad_rows_refuse_the_batch():
    """A quarter of the rows is above the policy's fifth."""
    rows = batch(2)
    rows.loc[:9, "heat"] = "99"

    play = World().played(telling(Sensor(days=range(1, 4), instead={"day-02": delivery(2, rows)})))

    found = play.session.state.batches["day-02"].refused.decision
    assert [(r.code, r.found, r.limit) for r in found.reasons] == [("quarantine_share", 0.25, 0.2)]


def test_bad_data_in_the_window_is_not_learnt_from():
    """The first model is due, but a batch was refused: the training waits and is on record."""
    broken = batch(9).drop(columns="noise")
    source = Sensor(days=range(1, 14), instead={"day-09": delivery(9, broken)})

    play = World().played(telling(source))

    decided = play.session.state.actions[1][1]
    assert (decided.window, decided.action) == ("0002", Action.DATA_INCIDENT)
    assert play.session.state.trainings == []


def test_a_training_is_suppressed_by_a_data_incident():
    """Wear calls for another model in the window of a broken batch: on record, and not done."""
    broken = batch(20).drop(columns="noise")
    source = Sensor(instead={"day-20": delivery(20, broken)}, days=range(1, 26))

    play = after("closed/0003").played(telling(source))

    decided = play.session.state.actions[3][1]
    assert (decided.window, decided.action) == ("0004", Action.DATA_INCIDENT)
    assert (Action.RETRAIN, "calibration") in {(s.action, s.cause) for s in decided.suppressed}
    assert len(play.session.state.trainings) == 1


def test_a_stale_feed_opens_an_incident():
    """Content older than twelve hours: an incident, an alert, and the window's action."""
    world = World()
    source = Sensor(days=range(1, 8), instead={"day-03": delivery(3, late=1)})

    play = world.played(telling(source))

    assert "28.0 h old" in play.session.state.incidents["stale-sensor-day-03"].cause
    assert world.alerts.sent[0].key == "stale-sensor-day-03"
    assert actions(play) == {"0001": Action.DATA_INCIDENT}


def test_an_unusable_label_file_opens_an_incident():
    """Once, however often it is looked at; the batches after it go their way."""
    world = World()
    nonsense = labels(2).rename(columns={"label": "answer"})
    source = Sensor(days=range(1, 5), instead={"labels-02": label_delivery(2, nonsense)})

    world.played(telling(source))
    play = world.played(telling(source))

    assert [name[:16] for name in play.session.state.incidents] == ["labels-labels-02"]
    assert play.session.state.batches["day-04"].validated is not None


@pytest.mark.parametrize(("bad", "opened"), [(20, 0), (21, 1), (40, 1)])
def test_a_mostly_unusable_label_file_opens_an_incident(bad, opened):
    """More than half of its forty rows; the others are used all the same."""
    nonsense = labels(2)
    nonsense.loc[: bad - 1, "label"] = "perhaps"
    source = Sensor(days=range(1, 5), instead={"labels-02": label_delivery(2, nonsense)})

    play = World().played(telling(source))

    found = [name for name in play.session.state.incidents if name.startswith("labels-labels-02")]
    assert len(found) == opened
    assert len(play.session.frames.labelled(["day-02"])) == 40 - bad


def test_a_batch_without_a_new_row_is_no_accident():
    """Where the contract allows it, it is accepted with no rows, served nobody, and no harm."""
    again = delivery(8, batch(7))
    project = telling(
        Sensor(days=range(1, 20), instead={"day-08": again, "day-14": delivery(14, batch(13))})
    )
    contract = replace(project.declaration.contract, min_rows=0)
    project = replace(project, declaration=replace(project.declaration, contract=contract))

    play = World().played(project)

    empty = play.session.state.batches["day-14"]
    assert (empty.validated.accepted, empty.validated.duplicates, empty.scored) == (0, ROWS, None)
    assert play.session.state.champion == "v1"
    assert actions(play)["0003"] is Action.DATA_INCIDENT


def test_rows_that_nothing_can_be_learnt_from_open_an_incident():
    """Every label is the same: no model, an incident, and the play goes on."""
    calm = {
        f"labels-{day:02d}": label_delivery(day, labels(day).assign(label="0"))
        for day in range(1, 13)
    }

    play = World().played(telling(Sensor(days=range(1, 14), instead=calm)))

    assert "has no row" in play.session.state.incidents["training-0002"].cause
    assert (play.session.state.trainings, play.session.state.champion) == ([], None)
    assert "0002" in play.session.state.closed_windows
