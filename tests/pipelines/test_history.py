"""The ledger, told: one short sentence per decision, and no event forgotten."""

from datetime import UTC, datetime
from typing import Any

import pytest

from caf_pipelines.history import LONGEST, Happening, happenings, headline
from caf_platform.decision import Action, Decision, Reason, Verdict
from caf_platform.ledger import events as e
from caf_platform.ledger.record import Envelope, Record

NOW = datetime(2020, 1, 14, tzinfo=UTC)
SILENT = {
    "batch_scored",
    "labels_received",
    "window_closed",
    "mirror_reconciled",
}
"""Events that are no decision: nobody weighed anything."""

MANIFEST = e.Manifest(project="p", version="v2", family="logistic", run_id="r", digests={})


def decision(verdict: Verdict, *texts: str) -> Decision:
    """A decision whose reasons have the codes `code0`, `code1` and so on."""
    reasons = tuple(Reason(code=f"code{at}", text=text) for at, text in enumerate(texts))
    return Decision(by="judge", verdict=verdict, reasons=reasons, numbers={"n": 1})


GOOD, BAD = decision(Verdict.PASS, "fine"), decision(Verdict.REFUSE, "worse", "later", "more")


def told(*events: e.Event) -> list[Happening]:
    """What is told of some events, recorded one after the other."""
    envelope = Envelope(actor="ada", correlation="c", virtual_time=NOW)
    records = [
        Record(
            seq=at + 1,
            stream="p/x",
            position=at + 1,
            key=str(at),
            type=event.TYPE,
            schema_version=1,
            payload=event.model_dump(mode="json"),
            envelope=envelope,
            real_time=NOW,
            previous="",
        )
        for at, event in enumerate(events)
    ]
    return list(happenings(records))


def gate(parts: dict[str, Decision], against: str | None = "v1") -> e.GateDecided:
    """A gate's answer about v2."""
    bad = [part for part in parts.values() if not part.verdict.good]
    return e.GateDecided(
        version="v2",
        against=against,
        decision=bad[0] if bad else GOOD,
        parts=parts,
        manifest=MANIFEST,
        manifest_digest="d",
        evidence_key="k",
    )


def one(event: e.Event) -> tuple[str, str, str, str]:
    """Subject, what, verdict and sentence of an event that is told once."""
    (found,) = told(event)
    return found.subject, found.what, found.verdict, found.sentence


VALIDATED: dict[str, Any] = {
    "batch": "b1",
    "revision": 1,
    "rows": 10,
    "accepted": 8,
    "quarantined": 2,
    "duplicates": 0,
    "reasons": {"wind:maximum": 2},
    "validated_key": "k",
    "validated_digest": "d",
    "quarantine_key": "q",
    "contract_digest": "c",
    "decision": GOOD,
}
RECEIVED: dict[str, Any] = {
    "batch": "b1",
    "revision": 2,
    "raw_digest": "d",
    "raw_key": "k",
    "size": 1,
    "arrived_at": NOW,
}

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
            approval_key="k",
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


def breach() -> Decision:
    """A monitor's breach."""
    return decision(Verdict.BREACH, "too much")


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
