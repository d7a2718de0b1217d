"""Events of every kind with short values, recorded one after the other and told."""

from datetime import UTC, datetime
from typing import Any

from caf_pipelines.history import Happening, happenings
from caf_platform.decision import Decision, Reason, Verdict
from caf_platform.ledger import events as e
from caf_platform.ledger.record import Envelope, Record

NOW = datetime(2020, 1, 14, tzinfo=UTC)
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


def breach() -> Decision:
    """A monitor's breach."""
    return decision(Verdict.BREACH, "too much")
