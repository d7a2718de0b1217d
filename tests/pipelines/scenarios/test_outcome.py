"""A game day is right only when exactly the right part objects, and nothing else changes."""

import pytest

from caf_pipelines.scenarios.finding import INCIDENT, Finding
from caf_pipelines.scenarios.outcome import Ended, Outcome, judge
from caf_pipelines.scenarios.scenario import NOBODY, Expected, expect

DRIFT = Finding("data_drift", "breach", "data_drift_breached", "2013-05")
SKEW = Finding("skew", "breach", "skew_breached", "2013-05")
FRESH = Finding("freshness", "breach", "stale_feed", "2013-05")
CONTROL = Ended(findings=(DRIFT,), actions={"2013-05": "watch"}, champion="v2", state="a1")
EXPECTED = expect("skew", "skew_breached", action="data_incident")


def ended(
    *findings: Finding, action: str | None = "data_incident", champion: str | None = "v2"
) -> Ended:
    """A play that ended so, after what the control also said."""
    actions = {} if action is None else {"2013-05": action}
    return Ended(findings=(DRIFT, *findings), actions=actions, champion=champion)


def judged(found: Ended, expected: Expected = EXPECTED) -> Outcome:
    """The outcome against the control."""
    return judge(expected, CONTROL, found)


def test_the_right_objection_alone_is_right() -> None:
    """What the control says too is no news."""
    outcome = judged(ended(SKEW))

    assert outcome.right
    assert outcome.objectors == ("skew",)
    assert outcome.new == (SKEW,)


def test_an_incident_is_what_an_objection_leads_to() -> None:
    """It is shown, and is no objection of its own."""
    opened = Finding(INCIDENT, "opened", "data-2013-05", "data-2013-05")
    expected = expect("skew", "skew_breached", action="data_incident", opens=("data-2013-05",))

    outcome = judged(ended(SKEW, opened), expected)

    assert outcome.right
    assert opened in outcome.new
    assert outcome.objectors == ("skew",)


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (
            ended(SKEW, Finding(INCIDENT, "opened", "data-2013-05", "data-2013-05")),
            "incidents opened should be nothing, and are data-2013-05",
        ),
        (ended(), "skew should object"),
        (ended(Finding("skew", "breach", "other", "2013-05")), "objected with other"),
        (ended(SKEW, FRESH), "freshness objected too"),
        (ended(SKEW, action="watch"), "should end in data_incident"),
        (ended(SKEW, action=None), "ended in None"),
        (ended(SKEW, champion="v3"), "champion should be v2"),
        (ended(SKEW, champion=None), "champion should be v2"),
    ],
)
def test_anything_else_is_wrong_and_said(found: Ended, told: str) -> None:
    """Silence, another reason, another objector, action or champion: each is a mistake."""
    outcome = judged(found)

    assert not outcome.right
    assert any(told in mistake for mistake in outcome.mistakes)


def test_whoever_should_object_too_must() -> None:
    """A second objector is declared with its reason, and missed when it is silent."""
    expected = expect(
        "skew", "skew_breached", also={"freshness": "it is late"}, action="data_incident"
    )

    assert judged(ended(SKEW, FRESH), expected).right
    assert not judged(ended(SKEW), expected).right


def test_every_window_counts_and_not_the_last_alone() -> None:
    """April, in which nothing is expected, ends otherwise: a mistake, unless it is declared."""
    found = Ended((DRIFT, SKEW), {"2013-04": "retrain", "2013-05": "data_incident"}, "v2")
    allowed = expect(
        "skew", "skew_breached", action="data_incident", windows={"2013-04": "retrain"}
    )

    assert judged(found).mistakes == ("window 2013-04 should end in None, and ended in retrain",)
    assert judged(found, allowed).right


def test_an_incident_that_should_be_and_is_not_is_missed() -> None:
    """Opened without the fault, or expected with it."""
    opened = Finding(INCIDENT, "opened", "data-2013-05", "data-2013-05")
    control = Ended((DRIFT, opened), CONTROL.actions, CONTROL.champion)
    found = Ended((DRIFT, SKEW), CONTROL.actions, CONTROL.champion)
    spared = expect("skew", "skew_breached", spares=("data-2013-05",))

    assert not judged(ended(SKEW), expect("skew", "skew_breached", opens=("x",))).right
    assert not judge(expect("skew", "skew_breached"), control, found).right
    assert judge(spared, control, found).right


def test_one_of_two_may_meet_the_fault_first() -> None:
    """Then it is the one who must object, with the same codes."""
    expected = expect("skew", "stale_feed", or_else="freshness", action="data_incident")

    assert judged(ended(FRESH), expected).right
    assert not judged(ended(), expected).right
    assert not judged(ended(FRESH, SKEW), expected).right


def test_whoever_falls_silent_is_missed() -> None:
    """A fault that hides what is said without it is no harmless fault, unless it is declared."""
    found = Ended(findings=(SKEW,), actions={"2013-05": "data_incident"}, champion="v2")
    allowed = expect("skew", "skew_breached", silent=("data_drift",), action="data_incident")

    assert not judged(found).right
    assert judged(found, allowed).right


def test_by_default_action_and_champion_are_those_without_the_fault() -> None:
    """An expectation that names neither wants both unchanged."""
    expected = expect("skew", "skew_breached")

    assert judged(ended(SKEW, action="watch"), expected).right
    assert not judged(ended(SKEW), expected).right


def test_the_same_state_is_asked_for_where_it_is_declared() -> None:
    """After an outage the play must have come to the same, to the last record."""
    expected = expect("skew", "skew_breached", same_state=True)
    same, other = (
        Ended((DRIFT, SKEW), CONTROL.actions, CONTROL.champion, state=state)
        for state in ("a1", "b2")
    )

    assert judged(same, expected).right
    assert judged(other, expected).mistakes == (
        "it should have come to the same state as without the fault, and came to another",
    )
    assert judged(other, expect("skew", "skew_breached")).right


def test_nobody_may_be_expected_to_object() -> None:
    """Then any objection is one too many."""
    calm = expect(NOBODY, action="watch")

    assert judged(ended(action="watch"), calm).right
    assert not judged(ended(SKEW, action="watch"), calm).right
