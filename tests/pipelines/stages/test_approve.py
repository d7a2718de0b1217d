"""Stage approve: the policy's word, a person's, or nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from lawful_events import judged
from micro_play import under

from caf_pipelines.stages.approve import POLICY, approve
from caf_platform.decision import Decision, Verdict
from caf_platform.ledger.events import ApprovalAwaited, ApprovalGiven

NOW = datetime(2020, 1, 14, tzinfo=UTC)


def answer(mode, verdict=Verdict.PASS):
    """What follows a gate in a promotion mode."""
    gate = judged("v1").model_copy(update={"decision": Decision(by="release", verdict=verdict)})
    return approve(gate, under(release={"mode": mode}).policy.release, now=NOW)


def test_the_policy_approves_where_it_may():
    """Automatically, as nobody's, for exactly this manifest and for a week."""
    found = answer("auto_on_green")

    assert found == ApprovalGiven(
        version="v1",
        manifest_digest="m",
        approver=POLICY,
        automatic=True,
        expires_at=NOW + timedelta(days=7),
    )


@pytest.mark.parametrize(("mode", "suggested"), [("manual", False), ("suggest", True)])
def test_a_person_is_asked_otherwise(mode, suggested):
    """With or without a suggestion."""
    found = answer(mode)

    assert found == ApprovalAwaited(version="v1", manifest_digest="m", suggested=suggested)


@pytest.mark.parametrize("mode", ["auto_on_green", "suggest", "manual"])
@pytest.mark.parametrize("verdict", [Verdict.REFUSE, Verdict.CANNOT_JUDGE])
def test_nothing_follows_a_gate_that_did_not_pass(mode, verdict):
    """Nobody is even asked."""
    assert answer(mode, verdict) is None
