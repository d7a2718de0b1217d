"""A whole life of the micro project: what happens, in which order, and what never happens."""

from collections import Counter
from dataclasses import replace

import pytest
from micro.data import (
    BROKEN,
    DAYS,
    ROWS,
    Sensor,
    batch,
    batch_name,
    csv,
    delivery,
    label_delivery,
    labels,
)
from micro_play import World, after, essences, keys_home, telling, under, whole_story

from caf_pipelines.lifecycle.replaying import replay_batch
from caf_pipelines.summary import summarise
from caf_platform.adapters.signer import LocalSigner
from caf_platform.decision import Action, Verdict
from caf_platform.door.actor import Actor
from caf_platform.door.orders import approve
from caf_platform.errors import Unavailable
from caf_platform.ledger.events import (
    BatchReceived,
    LabelsReceived,
    ModelTrained,
    PromotionRefused,
)
from caf_platform.ledger.state import read_state
from caf_platform.ports.signer import Principal, Role
from caf_platform.project.model import Period


@pytest.fixture(scope="module")
def state():
    """The end of the undisturbed story."""
    return read_state(whole_story(), "micro")


def recorded(world, kind):
    """The events of one kind, in order."""
    return [record.event for record in world.ledger.read() if record.type == kind.TYPE]


def actions(play):
    """What was decided, window by window."""
    return {event.window: event.action for _, event in play.session.state.actions}


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


def test_the_same_delivery_twice_is_nothing():
    """The same bytes under the same name, a day later."""
    once, twice = World(), World()
    once.played(telling(Sensor(days=range(1, 5))))

    twice.played(telling(Sensor(days=range(1, 5), more=[delivery(2, late=1)])))

    assert essences(twice.ledger.read()) == essences(once.ledger.read())


def test_a_changed_batch_is_a_new_revision():
    """Its rows replace the former ones; both are on record and in the lake."""
    world = World()
    corrected = batch(2).iloc[:30]

    play = world.played(telling(Sensor(days=range(1, 5), more=[delivery(2, corrected, late=1)])))

    received = [e for e in recorded(world, BatchReceived) if e.batch == "day-02"]
    assert [event.revision for event in received] == [1, 2]
    assert [len(world.lake.read(event.raw_key)) for event in received] == [
        len(csv(batch(2))),
        len(csv(corrected)),
    ]
    assert len(play.session.frames.rows(["day-02"])) == 30


def test_rows_that_a_revision_left_out_may_come_elsewhere():
    """Live and after a restart alike: they belong to nobody."""
    corrected, moved = batch(2).iloc[:30], batch(4)
    moved.loc[:1, ["row", "at"]] = batch(2).loc[38:39, ["row", "at"]].to_numpy()
    source = Sensor(
        days=range(1, 5),
        instead={"day-04": delivery(4, moved)},
        more=[delivery(2, corrected, late=1)],
    )

    play = World().played(telling(source))

    assert play.session.state.batches["day-04"].validated.duplicates == 0


def test_a_batch_that_returns_to_its_first_bytes_is_known():
    """No third revision, and nobody is told that there is one."""
    world = World()
    source = Sensor(
        days=range(1, 5), more=[delivery(2, batch(2).iloc[:30], late=1), delivery(2, late=2)]
    )

    play = world.played(telling(source))

    assert play.session.state.batches["day-02"].received.revision == 2
    assert sum("revision" in line.text for line in play.session.timeline.lines) == 1


def test_a_batch_of_known_rows_only_accepts_nothing():
    """All duplicates: too few rows are new, so the contract refuses it, and the play goes on."""
    again = delivery(3, batch(2))

    play = World().played(telling(Sensor(days=range(1, 5), instead={"day-03": again})))

    refused = play.session.state.batches["day-03"].refused
    assert [reason.code for reason in refused.decision.reasons] == ["too_few_rows"]
    assert play.session.state.batches["day-04"].validated.accepted == ROWS


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


def test_labels_that_come_after_their_window_are_taken_in():
    """Data may grow between two runs; the closed window is not decided about again."""
    world = World()
    early = Sensor(days=range(1, 7), instead={"labels-05": label_delivery(5, labels(5).head(0))})
    world.played(telling(early))
    grown = Sensor(days=range(1, 7), more=[label_delivery(6, late=0)])

    play = world.played(telling(grown))

    found = [event.name for event in recorded(world, LabelsReceived)]
    assert found[-1] == "labels-06"
    assert len(play.session.state.actions) == 1


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


@pytest.mark.parametrize("before", [b"", b"\n", b"\r\n"], ids=["plain", "blank", "blank, CRLF"])
def test_labels_by_prediction_reach_their_rows(before):
    """A blank first line does not hide what the file speaks of."""
    play = after("finished").opened()
    log = play.session.frames.predictions(["day-14"], "v1")[["prediction_id"]]
    file = before + csv(log.assign(label="1", revision="7"))

    play.data.take(replace(label_delivery(14, late=25), name="late", read=lambda: file))

    found = play.session.state.labels[-1]
    assert (found.joined, found.unusable) == (ROWS, 0)


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


def test_rows_back_from_quarantine_are_not_taken_for_served_ones():
    """They have no score: monitoring looks at the rows that were served."""
    world = after("score/day-13")
    rows = batch(14)
    rows.loc[0, "heat"] = "11"
    project = telling(Sensor(days=range(1, 20), instead={"day-14": delivery(14, rows)}))
    columns = project.declaration.contract.columns
    wider = tuple(replace(c, maximum=12.0) if c.name == "heat" else c for c in columns)
    contract = replace(project.declaration.contract, columns=wider)
    play = world.opened(project)
    play.data.take(delivery(14, rows))

    later = world.opened(
        replace(project, declaration=replace(project.declaration, contract=contract))
    )
    replay_batch(later.session, "day-14")
    later.run()

    window = later.session.state.windows[-1]
    assert later.session.state.batches["day-14"].replayed[0].accepted == 1
    assert window.readings["calibration"].verdict is not Verdict.CANNOT_JUDGE


def test_a_late_correction_is_no_new_data():
    """Day 2 corrected on day 22 is still day 2: not stale, and no row of the newest gate."""
    source = Sensor(days=range(1, 26), more=[delivery(2, batch(2).iloc[:30], late=20)])

    play = after("closed/0003").played(telling(source))

    assert play.session.state.batches["day-02"].received.revision == 2
    assert not any(name.startswith("stale") for name in play.session.state.incidents)
    assert play.session.state.champion == "v2"


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
