"""The ledger, told: what stands in a line, what is left out, and what is cut."""

import pytest
from told_history import BAD, GOOD, NOW, RECEIVED, VALIDATED, breach, decision, gate, told

from caf_pipelines.history import LONGEST, headline
from caf_platform.decision import Action, Decision, Verdict
from caf_platform.ledger import events as e


def test_a_window_is_told_by_its_breaches_alone() -> None:
    """Two of three monitors breach: two lines, each with that monitor's numbers."""
    fine = decision(Verdict.OK, "calm")
    readings = {"drift": breach(), "skew": fine, "skill": breach()}

    found = told(e.WindowMonitored(window="w", champion="v1", readings=readings))

    assert [one.sentence for one in found] == ["drift: too much", "skill: too much"]
    assert found[0].detail["decision"]["numbers"] == {"n": 1}


def test_what_was_not_done_is_told_too() -> None:
    """The action first, then each one that was suppressed, and why."""
    suppressed = e.Suppressed(action=Action.RETRAIN, cause="drift", reason="cooling down")
    event = e.ActionDecided(
        window="w",
        action=Action.WATCH,
        cause="drift",
        decision=decision(Verdict.OK, "a little"),
        suppressed=(suppressed,),
    )

    found = told(event)

    assert [(one.verdict, one.sentence) for one in found] == [
        ("watch", "drift: a little"),
        ("suppressed", "retrain for 'drift' not done: cooling down"),
    ]


def test_batches_without_news_are_not_told() -> None:
    """A first revision and a clean batch are no decisions."""
    first = e.BatchReceived(**{**RECEIVED, "revision": 1})
    clean = e.BatchValidated(**{**VALIDATED, "quarantined": 0})

    assert told(first, clean) == []


@pytest.mark.parametrize(
    ("parts", "against", "sentence"),
    [
        ({"beats_baselines": GOOD}, None, "as first model: fine"),
        ({"enough_evidence": GOOD, "better_than_champion": GOOD}, "v1", "against v1: fine"),
        ({"a": BAD, "b": GOOD}, "v1", "against v1: worse"),
        ({"a": BAD, "b": BAD, "c": BAD, "d": BAD}, "v1", "against v1: worse; worse (and 2 more)"),
        ({"a": decision(Verdict.CANNOT_JUDGE)}, "v1", "against v1: cannot_judge"),
        ({}, "v1", "against v1: fine"),
    ],
)
def test_a_gate_s_headline(parts: dict[str, Decision], against: str | None, sentence: str) -> None:
    """What was gained, or the first thing against each failing part; never all of it."""
    assert headline(gate(parts, against)) == sentence


def test_a_long_story_is_cut_and_kept_whole_in_the_detail() -> None:
    """A sentence has a bound; nothing of the record is lost."""
    opened = e.IncidentOpened(incident="i", severity="low", title="t", cause="word " * 100)

    (found,) = told(opened)

    assert len(found.sentence) <= LONGEST
    assert found.sentence.endswith("…")
    assert found.detail["cause"] == "word " * 100


def test_a_play_s_start_has_no_date_of_its_own() -> None:
    """Its calendar has not begun; every other decision has its virtual moment."""
    first, second = told(
        e.PlayStarted(play=1, policy_digest="p", contract_digest="c"), e.PlayFinished(play=1)
    )

    assert (first.when, second.when) == (None, NOW)
