"""Every objection on record is found in one common form."""

from dataclasses import dataclass

import pytest
from micro_play import World

from caf_pipelines.scenarios.finding import (
    GOVERNOR,
    TRIAGE,
    Finding,
    actions,
    findings,
)
from caf_platform.decision import Action, Decision, Reason, Verdict
from caf_platform.ledger.events import ActionDecided
from caf_platform.ledger.values import Suppressed


@dataclass(frozen=True)
class Recorded:
    """An event as a record holds it."""

    event: ActionDecided

    @property
    def type(self) -> str:
        """Its kind."""
        return self.event.TYPE


def test_a_play_is_read_for_what_was_said_against_something() -> None:
    """Each finding names who, which verdict, why and about what; every window has its action."""
    play = World().played()
    records = list(play.session.platform.ledger.read(prefix="micro/"))

    found = findings(records)
    done = actions(records)

    assert found
    assert all(one.by and one.code and one.about for one in found)
    assert not [one for one in found if one.verdict in ("ok", "pass")]
    assert list(done) == [window.window for window in play.session.state.windows]


def test_wording_and_numbers_make_no_other_finding() -> None:
    """The same objection about the same thing is the same, however it is put."""
    one = Finding("skew", "breach", "skew_breached", "w1", "3 of 50 rows differ")
    other = Finding("skew", "breach", "skew_breached", "w1", "9 of 50 rows differ")

    assert one.same == other.same


@pytest.mark.parametrize(
    ("by", "said"),
    [("governor", (GOVERNOR, "cooldown")), ("triage", (TRIAGE, "retrain_held_back"))],
)
def test_the_governor_speaks_for_itself_and_triage_for_what_it_held_back(
    by: str, said: tuple[str, str]
) -> None:
    """A retraining that nobody may start, or one that something safer came before."""
    reason = Reason(code="cooldown", text="the last retraining was 7 days ago")
    event = ActionDecided(
        window="w1",
        action=Action.WATCH,
        cause="skill",
        decision=Decision(by=by, verdict=Verdict.REFUSE, reasons=(reason,)),
        suppressed=(Suppressed(action=Action.RETRAIN, cause="skill", reason="too soon"),),
        champion="v1",
        target=None,
    )

    (found,) = findings([Recorded(event)])

    assert (found.by, found.code) == said


def test_who_had_nothing_to_judge_has_said_nothing() -> None:
    """A window without a model is no objection of anybody."""
    play = World().opened()
    play.take(next(iter(play.windows())))

    found = findings(play.session.platform.ledger.read(prefix="micro/"))

    assert not [one for one in found if one.code == "not_asked"]
