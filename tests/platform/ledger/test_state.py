"""State is the ledger folded: batches, labels, windows, incidents and policy of the present."""

from datetime import timedelta

import pytest
from folded_state import TWO_MODELS, after
from lawful_events import (
    START,
    decided,
    incident,
    labels,
    mended,
    monitored,
    received,
    refused,
    replayed,
    scored,
    validated,
)
from memory_ledger import MemoryLedger

from caf_platform.ledger.events import PolicyAdopted, WindowClosed
from caf_platform.ledger.state import ProjectState, read_state
from caf_platform.ledger.streams import DATA, DECISIONS, INCIDENTS


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
