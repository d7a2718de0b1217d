"""Each decision of the ledger is one sentence, and no kind of event is forgotten."""

import pytest
from lawful_removals import erased, handed_out, purged
from told_history import BAD, GOOD, MANIFEST, NOW, RECEIVED, VALIDATED, breach, gate, told

from caf_platform.decision import Action
from caf_platform.ledger import events as e

SILENT = {
    "batch_scored",
    "labels_received",
    "window_closed",
    "mirror_reconciled",
}
"""Events that are no decision: nobody weighed anything."""


def one(event: e.Event) -> tuple[str, str, str, str]:
    """Subject, what, verdict and sentence of an event that is told once."""
    (found,) = told(event)
    return found.subject, found.what, found.verdict, found.sentence


EACH = [
    (
        e.PlayStarted(play=2, policy_digest="p", contract_digest="c", sample=0.2),
        ("play 2", "play", "started", "with 20% of the rows"),
    ),
    (e.PlayFinished(play=2), ("play 2", "play", "finished", "the calendar is at its end")),
    (
        e.PolicyAdopted(policy_digest="p", former="q"),
        ("policy", "decide", "adopted", "another policy is in force from here on"),
    ),
    (
        e.BatchReceived(**RECEIVED),
        ("b1", "ingest", "watch", "changed since it first came: this is revision 2"),
    ),
    (
        e.BatchValidated(**VALIDATED),
        ("b1", "validate", "quarantined", "2 of 10 rows set aside: wind:maximum x2"),
    ),
    (
        e.BatchRefused(batch="b1", revision=1, raw_digest="d", contract_digest="c", decision=BAD),
        ("b1", "validate", "refuse", "code0: worse; code1: later; and 1 more"),
    ),
    (
        e.QuarantineReplayed(
            batch="b1",
            revision=1,
            accepted=1,
            still_quarantined=2,
            validated_key=None,
            quarantine_key=None,
            contract_digest="c",
        ),
        ("b1", "replay", "replayed", "1 rows accepted after all, 2 stay set aside"),
    ),
    (
        e.ModelTrained(
            manifest=MANIFEST,
            cause="skill",
            window="w",
            cost_units=1,
            train_from="2020-01-01",
            train_to="2020-01-08",
            rows=1234,
            batches=(),
            features=(),
            metrics={},
        ),
        (
            "v2",
            "train",
            "trained",
            "logistic on 1,234 rows, 2020-01-01 to 2020-01-08, because of skill",
        ),
    ),
    (gate({"better_than_champion": GOOD}), ("v2", "gate", "pass", "against v1: fine")),
    (
        e.ApprovalGiven(
            version="v2", manifest_digest="d", approver="ada", automatic=False, expires_at=NOW
        ),
        ("v2", "approve", "approved", "by ada, until 2020-01-14"),
    ),
    (
        e.ApprovalGiven(
            version="v2", manifest_digest="d", approver="policy", automatic=True, expires_at=NOW
        ),
        (
            "v2",
            "approve",
            "automatic",
            "by the policy itself, not a person, until 2020-01-14",
        ),
    ),
    (
        e.ApprovalRevoked(version="v2", approvals=("a", "b"), reason="doubts"),
        ("v2", "approve", "taken back", "2 taken back: doubts"),
    ),
    (
        e.VersionRetired(version="v2", reason="too old"),
        ("v2", "retire", "retired", "too old"),
    ),
    (
        e.BatchWithdrawn(batch="b", revision=2, validated_digest="d", reason="another airport's"),
        ("b", "withdraw", "withdrawn", "revision 2 counts no more: another airport's"),
    ),
    (
        erased(3),
        ("data", "erase", "erased", "1 rows of one person, 1 objects: asked"),
    ),
    (
        purged("b"),
        ("data", "purge", "purged", "1 batches were kept for 9 days, as long as they may be"),
    ),
    (
        handed_out(7),
        (
            "product 000000000000",
            "export",
            "released",
            "2 rows, 2013-01-01 to 2013-01-02, for the city: a study",
        ),
    ),
    (
        e.ScoringStopped(champion="v2", reason="odd answers"),
        ("v2", "score", "stopped", "odd answers"),
    ),
    (
        e.ScoringResumed(champion=None, reason="mended"),
        ("scoring", "score", "resumed", "mended"),
    ),
    (
        e.ApprovalAwaited(version="v2", manifest_digest="d", suggested=True),
        ("v2", "approve", "awaited", "the gate passed, and a person must approve"),
    ),
    (
        e.Promoted(
            version="v2",
            replaces="v1",
            manifest=MANIFEST,
            manifest_digest="d",
            approvals=(),
            approval_digests=(),
            reason="skill",
        ),
        ("v2", "promote", "promoted", "instead of v1: skill"),
    ),
    (
        e.RolledBack(
            version="v1",
            replaces="v2",
            manifest_digest="d",
            reason="harm",
            measured={"seconds": 0.125},
        ),
        ("v1", "rollback", "rolled back", "instead of v2, restored in 0.12 s: harm"),
    ),
    (
        e.PromotionRefused(version="v2", verb="promote", decision=BAD),
        ("v2", "promote", "refuse", "worse; later"),
    ),
    (
        e.IncidentOpened(incident="i1", severity="high", title="stale", cause="29 h old"),
        ("i1", "incident", "opened", "stale: 29 h old"),
    ),
    (
        e.IncidentClosed(incident="i1", cause="a gap", action="waited", regression_test="t"),
        ("i1", "incident", "closed", "a gap: waited"),
    ),
]


@pytest.mark.parametrize(("event", "expected"), EACH, ids=lambda value: getattr(value, "TYPE", ""))
def test_each_decision_is_one_sentence(event: e.Event, expected: tuple[str, str, str, str]) -> None:
    """Who or what, in which step, with which verdict, and why."""
    assert one(event) == expected


def test_every_event_is_told_or_is_no_decision() -> None:
    """A new type of event must be placed: told here, or listed as nobody's decision."""
    window = e.WindowMonitored(window="w", champion=None, readings={"m": breach()})
    action = e.ActionDecided(window="w", action=Action.WATCH, cause="drift", decision=GOOD)
    shown = {found.event for found in told(*(event for event, _ in EACH), window, action)}

    assert shown | SILENT == set(e.EVENT_TYPES)
    assert shown & SILENT == set()
