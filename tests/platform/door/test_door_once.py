"""The door moves once: twice the same, two at once, and looking too long ago."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from door_scene import third_version

from caf_platform.adapters.ledger import SqlLedger
from caf_platform.door.door import Door
from caf_platform.errors import Conflict
from caf_platform.ledger.record import Entry
from caf_platform.ledger.state import read_state


def test_a_promotion_for_another_reason_is_another_promotion(scene):
    """Whoever comes second with the same key and other words is told so."""
    again = read_state(scene.world.ledger, "micro", scene.door.signer)
    scene.door.promote(scene.state, "v2", reason="better")

    with pytest.raises(Conflict):
        scene.door.promote(again, "v2", reason="another reason")


def test_a_challenger_that_met_another_champion_is_refused(scene):
    """v2 and v3 both beat v1; once v2 serves, v3 has to beat v2."""
    third_version(scene)
    scene.door.promote(scene.state, "v2", reason="better")

    assert scene.refusal(version="v3") == {"other_champion"}


def test_a_stale_state_conflicts(scene):
    """Somebody moved the champion since this state was read: nothing is written."""
    third_version(scene)
    stale = read_state(scene.world.ledger, "micro")
    scene.door.promote(scene.state, "v2", reason="better")
    before = scene.records()

    with pytest.raises(Conflict):
        scene.door.promote(stale, "v3", reason="better")

    assert scene.records() == before
    assert read_state(scene.world.ledger, "micro").champion == "v2"


def test_asking_twice_moves_once(scene):
    """The same promotion from the same state is the same record."""
    again = read_state(scene.world.ledger, "micro")
    first = scene.door.promote(scene.state, "v2", reason="better")

    second = scene.door.promote(again, "v2", reason="better")

    assert second == first
    assert len(again.moves) == 2


def test_asking_again_after_another_move_is_a_conflict(scene):
    """Whoever looked before both moves is not told that his one still stands."""
    third_version(scene)
    stale = read_state(scene.world.ledger, "micro")
    scene.door.promote(scene.state, "v2", reason="better")
    scene.door.roll_back(scene.state, "v1", reason="worse")

    with pytest.raises(Conflict):
        scene.door.promote(stale, "v2", reason="better")

    assert read_state(scene.world.ledger, "micro").champion == "v1"


@pytest.fixture
def two_doors(scene, tmp_path):
    """Two processes' doors onto one SQL ledger; both have looked before either writes."""
    third_version(scene)
    url = f"sqlite:///{tmp_path}/ledger.db"
    ledgers = [SqlLedger.open(url), SqlLedger.open(url)]
    ledgers[0].append_all(
        [
            Entry(record.stream, None, record.event, record.key, record.envelope)
            for record in scene.world.ledger.read()
        ]
    )
    barrier = Barrier(2, timeout=20)

    def meeting(manifest):
        answer = scene.door.smoke(manifest)
        barrier.wait()
        return answer

    yield [replace(scene.door, ledger=ledger, smoke=meeting) for ledger in ledgers]
    for ledger in ledgers:
        ledger.close()


def test_of_two_promotions_at_once_one_wins(two_doors):
    """The other is told of a conflict, writes nothing, and the champion is the winner's."""
    states = [read_state(door.ledger, "micro") for door in two_doors]
    before = states[0].seq

    def ask(door: Door, state, version):
        try:
            return door.promote(state, version, reason="better").event.version
        except Conflict as conflict:
            return conflict

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(ask, two_doors, states, ["v2", "v3"]))

    won = [answer for answer in answers if isinstance(answer, str)]
    now = read_state(two_doors[0].ledger, "micro")
    assert len(won) == 1
    assert (now.champion, now.seq) == (won[0], before + 1)
    assert two_doors[0].ledger.verify().sound
