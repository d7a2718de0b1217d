"""Batches judged ahead of their turn: the same play with and without, whatever becomes of it."""

import pickle

import pytest
from micro.data import BAD_ROWS, BROKEN, TWICE, Sensor, batch_name
from micro_play import World, essences, micro, telling
from plain_validator import PlainValidator

from caf_pipelines.lifecycle.ahead import LOOKAHEAD, WORTH_BATCHES, Ahead, worth_it
from caf_pipelines.lifecycle.judging import Terms
from caf_pipelines.lifecycle.worker import answer
from caf_platform.errors import Unavailable
from caf_platform.project.source import DeliveryKind


class Near:
    """A worker in this process: what it says went through a pickle, as through a pipe."""

    def __init__(self, *, dies_at=None, says_nothing=False):
        project = micro()
        self.terms = Terms.of(project.declaration, project.policy)
        self.dies_at, self.says_nothing = dies_at, says_nothing
        self.told = []
        self.judged, self.stopped = [], 0

    def judge(self, raw, arrived_at, known=(), *, report=False):
        """As the real one; or nothing, or no more."""
        self.judged.append(arrived_at)
        self.told.append(known)
        if self.dies_at is not None and len(self.judged) >= self.dies_at:
            raise EOFError
        if self.says_nothing:
            return None
        found = answer(raw, self.terms, PlainValidator(), arrived_at, known, report=report)
        return pickle.loads(pickle.dumps(found))  # noqa: S301 - its own words

    def stop(self):
        """Counted."""
        self.stopped += 1


def played(worker, project=None):
    """The whole micro play with a worker, or without; the world and the play."""
    world = World()
    play = world.opened(project)
    play.data.ahead = Ahead(worker)
    play.run()
    play.data.ahead.stop()
    return world, play


@pytest.fixture(scope="module")
def alone():
    """The play in which every batch is judged at its turn."""
    return played(None)[0]


def spent_elsewhere(world):
    """The batches that were judged ahead, by their records."""
    return {
        record.payload["batch"]
        for record in world.ledger.read()
        if "worker_cpu_seconds" in record.payload.get("measured", {})
    }


@pytest.mark.parametrize(
    "worker",
    [Near, lambda: Near(dies_at=1), lambda: Near(dies_at=5), lambda: Near(says_nothing=True)],
    ids=["works", "dead at once", "dies in between", "raises"],
)
def test_the_play_is_the_same_whatever_becomes_of_the_worker(alone, worker):
    """Records, and every byte of data, evidence and predictions in the lake."""
    world, _ = played(worker())

    assert essences(world.ledger.read()) == essences(alone.ledger.read())
    kinds = ("raw/", "validated/", "quarantine/", "predictions/", "labels/", "evidence/micro/con")
    assert {k for k in world.lake.objects if k.startswith(kinds)} == {
        k for k in alone.lake.objects if k.startswith(kinds)
    }


def test_everything_is_judged_ahead_also_what_repeats_rows_that_came_before():
    """Good, bad and refused ones; of yesterday's rows the worker is told, and judges once more."""
    worker = Near()
    world, play = played(worker)

    elsewhere = spent_elsewhere(world)
    assert {batch_name(1), batch_name(BAD_ROWS), batch_name(TWICE)} <= elsewhere
    assert elsewhere == set(play.session.state.batches)
    assert play.session.state.batches[batch_name(BROKEN)].judged
    (known,) = filter(None, worker.told)
    assert known <= set(play.session.frames.owners())


def test_the_first_batch_is_judged_ahead_although_it_was_kept_before():
    """So that this process need not load what judges, which the worker has loaded meanwhile."""
    world = World()
    play = world.opened()
    play.begin()
    play.data.ahead = Ahead(Near())
    play.run()

    assert batch_name(1) in spent_elsewhere(world)


def test_an_answer_that_took_other_rows_for_known_does_not_hold(alone):
    """A worker that does not listen is not believed: the batch is judged here."""

    class Deaf(Near):
        def judge(self, raw, arrived_at, _known=(), *, report=False):
            return super().judge(raw, arrived_at, report=report)

    world, _ = played(Deaf())

    assert essences(world.ledger.read()) == essences(alone.ledger.read())
    assert batch_name(TWICE) not in spent_elsewhere(world)


def test_a_batch_is_judged_again_with_its_report_where_the_worker_is():
    """The report asks for the newest batch; without the worker it is judged here, and the same."""
    world = World()
    play = world.opened()
    play.run()
    here = play.data.judged_again(batch_name(1))
    play.data.ahead = Ahead(worker := Near())
    there = play.data.judged_again(batch_name(TWICE))

    assert play.data.judged_again(batch_name(1)).report == here.report != {}
    assert len(worker.judged) == 3, "one of them twice: of its rows some had come before"
    assert there.duplicates


def test_a_worker_that_dies_is_not_asked_again():
    """What it had answered holds; the rest is judged here, and nobody waits for it."""
    worker = Near(dies_at=5)
    world, _ = played(worker)

    assert spent_elsewhere(world) <= {batch_name(day) for day in range(1, 5)}
    assert worker.stopped == 1


def test_only_the_next_deliveries_are_read_ahead():
    """Memory holds some days, never a year."""
    read = []
    deliveries = [
        type(one)(
            one.kind, one.name, one.arrives_at, lambda name=one.name: read.append(name) or b""
        )
        for one in Sensor().deliveries(None)
        if one.kind is DeliveryKind.BATCH
    ]
    ahead = Ahead(Near(says_nothing=True))

    coming = ahead.of(deliveries, lambda _delivery: False)
    first = next(coming)
    ahead.stop()

    assert first.name == batch_name(1)
    assert read == [batch_name(day) for day in range(1, LOOKAHEAD + 2)]
    assert first.read() == b""
    assert len(read) == LOOKAHEAD + 1


def test_what_cannot_be_read_is_left_to_its_own_step(alone):
    """A source that is down for a moment is read again at the batch's turn."""
    failed = []

    def down():
        if not failed:
            failed.append(1)
            raise Unavailable("the source did not answer")
        return sound.read()

    sound = Sensor().deliveries(None)[2]
    flaky = type(sound)(sound.kind, sound.name, sound.arrives_at, down, sound.feeds)

    world, _ = played(Near(), telling(Sensor(instead={sound.name: flaky})))

    assert failed
    assert essences(world.ledger.read()) == essences(alone.ledger.read())
    assert sound.name not in spent_elsewhere(world)


def test_known_batches_are_not_judged_again():
    """A play that goes on where it was begins with what is new."""
    worker = Near()
    ahead = Ahead(worker)

    names = [one.name for one in ahead.of(Sensor().deliveries(None), lambda _delivery: True)]
    ahead.stop()

    assert names == [one.name for one in Sensor().deliveries(None)]
    assert worker.judged == []


def test_a_small_project_has_no_worker():
    """Starting one costs as much as judging a hundred batches."""
    assert not worth_it(WORTH_BATCHES - 1)
    play = World().opened()
    with play.looking_ahead():
        assert list(play.data.ahead.of([], play.data.knows)) == []
        assert play.data.ahead.idle
