"""Everything that the ledger holds about a play stands on its page."""

import pytest
from drawn_page import lived_play, page_of, records_of

from caf_pipelines.history import happenings
from caf_pipelines.summary import summarise
from caf_platform.capabilities import Capability
from caf_platform.decision import Decision, Reason, Verdict
from caf_platform.digest import short
from caf_platform.ledger import events as e
from caf_platform.ledger.state import read_state


@pytest.fixture(scope="module")
def state():
    """What is true at the end of the story."""
    return read_state(lived_play().session.platform.ledger, "micro")


def _plain(text: str) -> str:
    return " ".join(text.split())


def test_every_decision_stands_on_the_page(page):
    """Each sentence that `caf history` tells, with the number of its record."""
    told = list(happenings(records_of(lived_play())))

    missing = [one.sentence for one in told if _plain(one.sentence) not in page.text]

    assert len(told) > 20
    assert missing == []


def test_every_window_has_a_card_with_its_action(page, state):
    """One opening line per window: who served, why, and what came of it."""
    summaries = [one.text for one in page.all("summary")]

    for when, action in state.actions:
        line = next(_plain(text) for text in summaries if _plain(text).startswith(action.window))
        assert f"{when:%Y-%m-%d}" in line
        assert action.action.value.replace("_", " ") in line
        assert action.cause.replace("_", " ") in line


def test_every_reading_shows_number_limit_and_because(page, state):
    """What each monitor found, in the words of its reason and of the policy."""
    reasons = [
        reason
        for window in state.windows
        for reading in window.readings.values()
        for reason in reading.reasons
    ]

    assert len(reasons) > 30
    for reason in reasons:
        assert _plain(reason.text) in page.text
        assert _plain(reason.because) in page.text


def test_every_version_shows_training_gate_approval_and_digests(page, state):
    """Its run, the digest of its artifact and of its manifest, each gate's reason, the approver."""
    for version, model in state.models.items():
        assert f"Training of {version}" in page.text
        assert f"The release gate of {version}" in page.text
        assert f"Approval of {version}" in page.text
        assert model.manifest.run_id in page.text
        assert short(model.manifest.digests["artifact"]) in page.text
        assert short(model.gate.manifest_digest) in page.text
        for part in model.gate.parts.values():
            assert all(_plain(reason.text) in page.text for reason in part.reasons)
    assert "the policy itself, not a person" in page.text


def test_what_was_held_back_is_told_with_its_reason(page, state):
    """An action that also applied and was not taken is as visible as one that was."""
    held = [one for _, action in state.actions for one in action.suppressed]

    assert held
    assert all(_plain(one.reason) in page.text for one in held)


def test_incidents_and_refused_rows_are_listed(page, state):
    """Names, causes, rules and counts."""
    assert state.incidents
    for name, opened in state.incidents.items():
        assert name in page.text
        assert _plain(opened.cause) in page.text
    assert "heat:maximum \u00d7 1" in page.text
    assert "noise:missing_column" in page.text


def test_the_opening_counts_what_the_summary_counts(page, state):
    """In words and in figures."""
    summary = summarise(state)

    opening = page.text[: page.text.index("The play as a picture")]

    assert f"{summary.batches} batches arrived" in opening
    assert f"{summary.rows_quarantined} were set aside" in opening
    assert f"{len(summary.promotions)} promotions" in opening
    assert f"{summary.champion} serves now" in opening
    assert "rolled back (v2 to v1)" in opening
    assert f"{summary.seconds_to_restore[0]:.2f} s" in opening


def test_every_capability_is_shown_with_a_status_that_was_computed(page):
    """All 49 by their names, what is missing in them, and that nothing was typed in."""
    assert [one.label for one in Capability if one.label not in page.text] == []
    assert "none is typed in" in page.text
    assert "Generative AI , empty" in page.text.replace(", empty", " , empty").replace("  ", " ")
    assert "nothing yet" in page.text


def test_a_refusal_at_the_door_is_told(lived):
    """What the door said no to, and why."""
    reason = Reason(code="approval_expired", text="the approval of v2 expired on 2020-01-28")
    event = e.PromotionRefused(
        version="v2",
        verb="promote",
        decision=Decision(by="door", verdict=Verdict.REFUSE, reasons=(reason,)),
    )
    lived.session.record("promote", "champion", event, "refused-by-hand")

    page = page_of(lived)

    assert "The door refused to promote v2" in page.text
    assert reason.text in page.text


def test_an_unfinished_window_is_shown_as_it_stands(lived):
    """A process that died between looking and closing leaves a card nevertheless."""
    records = records_of(lived)
    last = max(at for at, one in enumerate(records) if one.type == e.ActionDecided.TYPE)

    page = page_of(lived, records[:last])

    assert any(_plain(one.text).startswith("0006") for one in page.all("summary"))


def test_damage_costs_a_picture_and_never_the_page(lived):
    """A model, a served file and the newest raw file were changed: each is named, nothing else."""
    objects = lived.session.platform.lake.objects
    for start in ("models/micro/v1/", "predictions/micro/day-20/", "raw/micro/day-38/"):
        key = next(key for key in objects if key.startswith(start))
        objects[key] += b"x"

    page = page_of(lived)

    assert page.mistakes == []
    assert "What would have been cannot be measured" in page.text
    assert "It cannot be judged again" in page.text
    assert "NOT verified" in page.text
    assert "The release gate of v2" in page.text


def test_what_each_judged_version_rests_on_is_drawn(page, state):
    """A picture for each, with every column's number beside it."""
    for version in state.models:
        assert f"What {version} rests on" in page.text

    assert "heat" in page.text
