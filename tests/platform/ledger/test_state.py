"""State is the ledger folded: the same whenever one looks, and nothing but the present play."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lawful_events import (
    START,
    approved,
    decided,
    incident,
    judged,
    labels,
    lawful,
    manifest,
    mended,
    monitored,
    promoted,
    received,
    record,
    refused,
    replayed,
    rolled_back,
    scored,
    started,
    trained,
    validated,
)
from memory_ledger import MemoryLedger

from caf_platform.decision import Decision, Verdict
from caf_platform.ledger.events import (
    EVENT_TYPES,
    ApprovalAwaited,
    MirrorReconciled,
    PlayFinished,
    PlayStarted,
    PolicyAdopted,
    PromotionRefused,
    WindowClosed,
)
from caf_platform.ledger.state import ProjectState, read_state
from caf_platform.ledger.streams import CHAMPION, DATA, DECISIONS, INCIDENTS, MODELS

REFUSAL = PromotionRefused(
    version="v2", verb="promote", decision=Decision(by="door", verdict=Verdict.REFUSE)
)


def told(*moves):
    """A ledger with these moves of a first play, an hour apart."""
    ledger = MemoryLedger()
    for hours, move in enumerate([(DECISIONS, started(1)), *moves]):
        record(ledger, move, hours=hours)
    return ledger


def after(*moves):
    """The state that they fold to."""
    return read_state(told(*moves), "micro")


TWO_MODELS = (
    *((MODELS, event) for v in ("v1", "v2") for event in (trained(v), judged(v), approved(v))),
)


def test_nothing_recorded_is_no_play():
    """A project that nobody has started."""
    found = read_state(MemoryLedger(), "micro")

    assert found == ProjectState("micro")
    assert (found.play, found.champion, found.moment, found.champion_since) == (0, None, None, None)


def test_a_batch_goes_its_way():
    """Received, validated, replayed, scored: all of one revision."""
    found = after(
        (DATA, received("a")),
        (DATA, validated("a")),
        (DATA, replayed("a")),
        (DATA, scored("a", "v1")),
    ).batches["a"]

    assert found.validated_keys == (("validated/a-1", "d"), ("validated/a-again", "a"))
    assert [by.version for by in found.scored.by] == ["v1"]
    assert found.refused is None


def test_a_refused_batch_has_no_rows():
    """Nothing of it may be used."""
    found = after((DATA, received("a")), (DATA, refused("a"))).batches["a"]

    assert found.refused.revision == 1
    assert found.validated_keys == ()


SERVED = (
    (DATA, received("a")),
    (DATA, validated("a")),
    (DATA, replayed("a")),
    (DATA, scored("a", "v1")),
    (DATA, received("a", 2)),
)


def test_a_revision_is_judged_anew_and_keeps_its_first_arrival():
    """Until then the former one is in force."""
    found = after(*SERVED).batches["a"]

    assert (found.received.revision, found.first.revision) == (2, 1)
    assert (found.validated.revision, found.judged) == (1, False)


def test_an_accepted_revision_is_in_force():
    """Its rows are used from now on; what was replayed belonged to the former one."""
    found = after(*SERVED, (DATA, validated("a", 2))).batches["a"]

    assert found.validated_keys == (("validated/a-2", "d"),)
    assert found.judged


def test_a_refused_revision_leaves_the_former_one_in_force():
    """Junk under an old name erases nothing."""
    found = after(*SERVED, (DATA, refused("a", 2))).batches["a"]

    assert found.validated_keys == (("validated/a-1", "d"), ("validated/a-again", "a"))
    assert (found.refused.revision, found.judged) == (2, True)


def test_a_revision_after_a_refused_one_is_in_force():
    """The refusal is over."""
    found = after(
        *SERVED, (DATA, refused("a", 2)), (DATA, received("a", 3)), (DATA, validated("a", 3))
    ).batches["a"]

    assert (found.refused, found.validated.revision) == (None, 3)


def test_what_was_served_stays_served():
    """On the rows of then, by the version of then, whatever is recorded later."""
    found = after(*SERVED, (DATA, validated("a", 2)), (DATA, scored("a", "v2", 2))).batches["a"]

    assert [by.version for by in found.scored.by] == ["v1"]
    assert found.served_keys == (("validated/a-1", "d"), ("validated/a-again", "a"))


@pytest.mark.parametrize("revision", [1, 2])
def test_an_older_revision_changes_nothing(revision):
    """It came late, or again."""
    found = after(
        (DATA, received("a", 2)), (DATA, validated("a", 2)), (DATA, received("a", revision))
    )

    assert found.batches["a"].validated.revision == 2


def test_labels_are_kept_in_their_order():
    """The book is made of them."""
    found = after((DATA, labels("l1")), (DATA, labels("l2")))

    assert [event.name for event in found.labels] == ["l1", "l2"]


def test_a_model_goes_its_way():
    """Trained, judged (its manifest grows), approved twice, promoted."""
    found = after(
        (MODELS, trained("v1")),
        (MODELS, judged("v1")),
        (MODELS, approved("v1", "grace")),
        (MODELS, approved("v1", "alan")),
        (CHAMPION, promoted("v1", None)),
    )

    model = found.models["v1"]
    assert model.manifest == manifest("v1", evaluation="e")
    assert model.gate_record.event == model.gate
    assert [a.approver for a in model.approvals.values()] == ["grace", "alan"]
    assert model.approvals.keys() == model.approval_records.keys()
    assert (model.promoted, model.revoked, found.champion) == (True, False, "v1")
    assert [when - START for when, _ in found.trainings] == [timedelta(hours=1)]


def test_moves_make_the_champion():
    """Promoted, promoted, put back: the mistaken one is revoked, and no shadow is left."""
    found = after(
        *TWO_MODELS,
        (CHAMPION, promoted("v1", None)),
        (CHAMPION, promoted("v2", "v1")),
        (CHAMPION, rolled_back("v1", "v2")),
    )

    assert [(m.verb, m.version, m.replaces) for m in found.moves] == [
        ("promoted", "v1", None),
        ("promoted", "v2", "v1"),
        ("rolled_back", "v1", "v2"),
    ]
    assert (found.champion, found.former_champion, found.last_promotion) == ("v1", None, None)
    assert found.models["v2"].revoked
    assert found.restore_seconds == [2.0]
    assert found.champion_version == 3
    assert found.champion_since == START + timedelta(hours=9)


def test_the_former_champion_is_the_newest_lawful_one():
    """The shadow, and where a rollback leads."""
    found = after(*TWO_MODELS, (CHAMPION, promoted("v1", None)), (CHAMPION, promoted("v2", "v1")))

    assert found.former_champion == "v1"
    assert found.last_promotion.version == "v2"


THREE = (
    *TWO_MODELS,
    *((MODELS, event) for event in (trained("v3"), judged("v3"), approved("v3"))),
    (CHAMPION, promoted("v1", None)),
    (CHAMPION, promoted("v2", "v1")),
    (CHAMPION, promoted("v3", "v2")),
)


def test_a_version_that_a_person_skipped_is_no_former_champion():
    """From v3 straight back to v1: v2 is not where the next rollback leads."""
    found = after(*THREE, (CHAMPION, rolled_back("v1", "v3")))

    assert found.former_champions == ()


def test_former_champions_lead_back_from_the_champions_own_promotion():
    """Nearest first; a revoked one is passed over."""
    assert after(*THREE).former_champions == ("v2", "v1")
    assert after(*THREE, (CHAMPION, rolled_back("v2", "v3"))).former_champions == ("v1",)


def test_a_refused_promotion_moves_nobody():
    """It is kept for people to see."""
    found = after((DECISIONS, REFUSAL))

    assert (found.champion, found.champion_version) == (None, 0)
    assert found.refusals == [REFUSAL]


def test_a_window_goes_its_way():
    """Looked at, decided, closed."""
    found = after(
        (DECISIONS, monitored("0001", None)),
        (DECISIONS, decided("0001", None)),
        (DECISIONS, WindowClosed(window="0001")),
    )

    assert [w.window for w in found.windows] == ["0001"]
    assert [(w - START, a.window) for w, a in found.actions] == [(timedelta(hours=2), "0001")]
    assert found.closed_windows == {"0001"}


def test_incidents_open_and_close():
    """Both stay known."""
    found = after((INCIDENTS, incident("a")), (INCIDENTS, incident("b")), (INCIDENTS, mended("a")))

    assert set(found.incidents) == {"a", "b"}
    assert set(found.closed) == {"a"}


def test_the_policy_in_force_is_the_last_adopted_one():
    """From there on; the play's own stays on record."""
    found = after((DECISIONS, PolicyAdopted(policy_digest="policy-9", former="policy-1")))

    assert (found.policy_digest, found.started.policy_digest) == ("policy-9", "policy-1")


def test_seconds_are_summed_by_stage():
    """Two trainings of half a second."""
    assert after(*TWO_MODELS).cost_seconds == {"train": 1.0}


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
