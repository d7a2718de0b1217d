"""A whole life of the micro project: what happens, in which order, and what never happens."""

import pytest
from micro.data import BROKEN, DAYS, ROWS, Sensor, batch, batch_name
from micro_play import World, after, telling, whole_story

from caf_pipelines.summary import summarise
from caf_platform.decision import Action
from caf_platform.ledger.state import read_state
from caf_platform.project.model import Period


@pytest.fixture(scope="module")
def state():
    """The end of the undisturbed story."""
    return read_state(whole_story(), "micro")


def test_the_story(state):
    """A first model, bad data, wear, a better model, a mended machine, and the way back."""
    moves = [(move.verb, move.version, move.replaces) for move in state.moves]
    decided = [(event.window, event.action, event.cause) for _, event in state.actions]

    assert moves == [
        ("promoted", "v1", None),
        ("promoted", "v2", "v1"),
        ("rolled_back", "v1", "v2"),
    ]
    assert decided == [
        ("0001", Action.NOTHING, "too_little_data"),
        ("0002", Action.RETRAIN, "first_model"),
        ("0003", Action.DATA_INCIDENT, "contract_violation"),
        ("0004", Action.RETRAIN, "calibration"),
        ("0005", Action.ROLL_BACK, "former_champion"),
        ("0006", Action.NOTHING, "healthy"),
    ]
    assert set(state.incidents) == {"refused-day-15", "data-0003", "rolled-back-v2"}
    assert state.finished


def test_every_row_is_accounted_for(state):
    """Rows in = accepted + quarantined + duplicates, for each batch and over the whole play."""
    came = {batch_name(day): len(batch(day)) for day in range(1, DAYS + 1)}
    judged = {name: b.validated for name, b in state.batches.items() if b.validated}

    for name, event in judged.items():
        assert event.rows == came[name] == event.accepted + event.quarantined + event.duplicates
    assert set(came) - set(judged) == {batch_name(BROKEN)}
    assert sum(event.accepted for event in judged.values()) == (DAYS - 1) * ROWS - 3
    assert sum(event.quarantined for event in judged.values()) == 3
    assert sum(event.duplicates for event in judged.values()) == 2


def test_no_row_is_accepted_twice(state):
    """A row that came again with the next batch is a duplicate there."""
    play = whole_story().world.opened()

    rows = play.session.frames.rows(play.session.frames.usable())

    assert not rows["_row_id"].duplicated().any()
    assert len(rows) == sum(b.validated.accepted for b in state.batches.values() if b.validated)


def test_the_summary_counts_what_happened(state):
    """The few numbers at the end of a play."""
    found = summarise(state)

    assert (found.champion, found.batches, found.batches_refused) == ("v1", DAYS, 1)
    assert (found.promotions, found.rollbacks) == (("v1", "v2"), ("v2 to v1",))
    assert (found.retrainings, found.challengers_refused) == (("v2",), ())
    assert found.windows_left_alone == ("0006",)
    assert found.suppressed == ("retrain for calibration in 0005",)
    assert found.incidents_open == 3


def test_a_play_is_run_again_for_nothing():
    """Fresh objects, the same data: not one record more, not one alert more."""
    world = after("finished")
    records, alerts = len(world.ledger.rows), len(world.alerts.sent)

    world.played()

    assert len(world.ledger.rows) == records
    assert len(world.alerts.sent) == alerts


def test_the_ledger_is_sound():
    """The chain of the whole story verifies."""
    assert whole_story().verify().sound


def test_a_window_that_is_not_over_is_not_decided(state):
    """The last two days were taken in, and wait for the rest of their window."""
    assert state.batches["day-38"].scored is not None
    assert "0007" not in state.closed_windows


def test_the_shadow_scores_unseen_until_it_is_revoked(state):
    """Both champions score from the second promotion on; v2 never again after its rollback."""
    roles = {
        name: [(by.role, by.version) for by in b.scored.by]
        for name, b in state.batches.items()
        if b.scored
    }

    assert roles["day-13"] == [("champion", "v1")]
    assert roles["day-25"] == [("champion", "v2"), ("shadow", "v1")]
    assert roles["day-31"] == [("champion", "v1")]
    assert "day-12" not in roles  # nobody served yet


def test_a_table_level_failure_refuses_the_batch(state):
    """Nothing of it is used, an incident is opened once, and somebody is alerted."""
    alerts = [alert.key for alert in whole_story().world.alerts.sent]

    assert state.batches["day-15"].validated is None
    assert state.batches["day-15"].scored is None
    assert [r.code for r in state.batches["day-15"].refused.decision.reasons] == [
        "noise:missing_column"
    ]
    assert state.incidents["refused-day-15"].severity == "high"
    assert alerts.count("refused-day-15") == 1
    assert not any("day-15" in trained.batches for _, trained in state.trainings)


@pytest.mark.parametrize(
    ("period", "names"),
    [
        (Period.WEEK, ["2020-W01", "2020-W02", "2020-W03"]),
        (Period.MONTH, ["2020-01"]),
    ],
)
def test_other_calendars(period, names):
    """Weeks and months of the same days; the first week is a short one."""
    play = World().played(telling(Sensor(days=range(1, 32)), decide=period))

    decided = [event.window for _, event in play.session.state.actions]
    assert decided[: len(names)] == names


def test_a_project_without_event_times():
    """Rows are as old as their batch: a first model is trained, judged on later rows, promoted."""
    play = World().played(telling(Sensor(days=range(1, 14)), event_time=None))

    assert play.session.state.champion == "v1"
    assert play.session.state.batches["day-01"].validated.last_event is None
