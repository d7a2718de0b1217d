"""Deliveries that come again, changed, late, or with rows that are known already."""

from dataclasses import replace

import pytest
from micro.data import ROWS, Sensor, batch, csv, delivery, label_delivery, labels
from micro_play import World, after, essences, recorded, telling

from caf_pipelines.lifecycle.replaying import replay_batch
from caf_platform.decision import Verdict
from caf_platform.ledger.events import BatchReceived, LabelsReceived


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


@pytest.mark.parametrize("before", [b"", b"\n", b"\r\n"], ids=["plain", "blank", "blank, CRLF"])
def test_labels_by_prediction_reach_their_rows(before):
    """A blank first line does not hide what the file speaks of."""
    play = after("finished").opened()
    log = play.session.frames.predictions(["day-14"], "v1")[["prediction_id"]]
    file = before + csv(log.assign(label="1", revision="7"))

    play.data.take(replace(label_delivery(14, late=25), name="late", read=lambda: file))

    found = play.session.state.labels[-1]
    assert (found.joined, found.unusable) == (ROWS, 0)


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
