"""Folding is the same whenever one looks: often or once, any lawful sequence, each record once."""

from collections import Counter
from datetime import timedelta

from folded_state import TWO_MODELS, after, told
from hypothesis import given
from hypothesis import strategies as st
from lawful_events import START, incident, labels, lawful, promoted, received, record, started
from memory_ledger import MemoryLedger

from caf_platform.ledger.events import (
    EVENT_TYPES,
    ApprovalAwaited,
    MirrorReconciled,
    PlayFinished,
    PlayStarted,
)
from caf_platform.ledger.state import ProjectState, read_state
from caf_platform.ledger.streams import CHAMPION, DATA, DECISIONS, INCIDENTS, MODELS


def test_the_moment_never_goes_back():
    """A record with an earlier virtual time leaves the calendar where it is."""
    ledger = told((DATA, received("a")))
    record(ledger, (DATA, received("b")), hours=0)

    assert read_state(ledger, "micro").moment == START + timedelta(hours=1)


def test_a_finished_play_is_finished():
    """Until another one starts."""
    finished = (DECISIONS, PlayFinished(play=1))

    assert after(finished).finished
    assert not after(finished, (DECISIONS, started(2))).finished


def test_a_new_play_starts_over():
    """Nothing of the former one holds; only the champion's stream goes on counting."""
    found = after(
        (DATA, received("a")),
        *TWO_MODELS,
        (CHAMPION, promoted("v1", None)),
        (INCIDENTS, incident("i")),
        (DECISIONS, started(2, "policy-2")),
    )

    expected = ProjectState("micro", play=2, started=started(2, "policy-2"), seq=11)
    expected.champion_version, expected.policy_digest = 1, "policy-2"
    expected.moment = START + timedelta(hours=10)
    assert found == expected


def test_other_projects_are_not_looked_at():
    """Not even one whose name begins alike."""
    ledger = told((DATA, received("a")))
    record(ledger, (DECISIONS, started(7)), project="micro2")

    assert read_state(ledger, "micro").play == 1
    assert read_state(ledger, "micro2").play == 7


def test_a_record_that_was_folded_is_not_folded_again():
    """Applying twice changes nothing."""
    ledger = told((DATA, labels("l1")))
    state = read_state(ledger, "micro")

    for one in ledger.read():
        state.apply(one)

    assert state == read_state(ledger, "micro")


def test_events_without_consequence_only_count():
    """A mirror put right, an approval asked for."""
    mirror = MirrorReconciled(mirror="alias", found=None, now="v1")
    asked = ApprovalAwaited(version="v1", manifest_digest="m", suggested=False)

    found = after((MODELS, mirror), (MODELS, asked))

    assert found.seq == 3
    assert (found.models, found.moves) == ({}, [])


steps = st.lists(st.tuples(st.integers(0, 10_000), st.booleans()), max_size=40)


@given(steps)
def test_looking_often_shows_the_same_as_looking_once(steps):
    """Over any lawful sequence: folding what is new equals folding everything."""
    ledger, live, guide = MemoryLedger(), ProjectState("micro"), ProjectState("micro")
    for hours, (choice, look) in enumerate(steps):
        possible = lawful(guide)
        record(ledger, possible[choice % len(possible)], hours=hours)
        record(ledger, (DECISIONS, started(hours + 1)), project="micro-2")
        guide.catch_up(ledger)
        if look:
            live.catch_up(ledger)

    assert live.catch_up(ledger) == read_state(ledger, "micro") == guide


def test_the_sequences_hold_every_kind_of_event():
    """Whoever adds an event has to say what may follow on what."""
    ledger, state, seen = MemoryLedger(), ProjectState("micro"), Counter()
    for hours in range(100):
        possible = [m for m in lawful(state) if not (seen and isinstance(m[1], PlayStarted))]
        rarest = min(reversed(possible), key=lambda move: seen[move[1].TYPE])
        seen[record(ledger, rarest, hours=hours).type] += 1
        state.catch_up(ledger)

    assert set(seen) == set(EVENT_TYPES)
