"""The ledger, told: every event that a person would call a decision, as one short sentence.

What was done, what was not done, and why; the whole event with its numbers goes along.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from caf_platform.capabilities import Capability
from caf_platform.decision import Decision, Verdict
from caf_platform.digest import short
from caf_platform.ledger import events as e
from caf_platform.ledger.record import Record
from caf_platform.plugins import Kind, register

LONGEST = 160
"""How many characters of a sentence are told; the whole of it is in the record."""

SAID = 2
"""How many failing gates, or reasons of a refusal, a sentence names."""


@dataclass(frozen=True)
class Happening:
    """One decision. `when` is virtual; None for a play's start, which has no date of its own.

    `detail` is the whole event, or the part of it that this is about.
    """

    seq: int
    when: datetime | None
    subject: str
    what: str
    verdict: str
    sentence: str
    actor: str
    event: str
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Told:
    """What a teller says of an event: the same without where and when it stands."""

    subject: str
    what: str
    verdict: str
    sentence: str
    detail: dict[str, Any] | None = None


@register(Kind.CONTROL, "history", Capability.OBSERVABILITY)
def happenings(records: Iterable[Record]) -> Iterator[Happening]:
    """The decisions among some records, in order; a window with three breaches is told thrice."""
    for record in records:
        teller = _TELLERS.get(record.type)
        if teller is None:
            continue
        for told in teller(record.event):
            yield Happening(
                seq=record.seq,
                when=None if record.type == e.PlayStarted.TYPE else record.envelope.virtual_time,
                subject=told.subject,
                what=told.what,
                verdict=told.verdict,
                sentence=_shortened(told.sentence),
                actor=record.envelope.actor,
                event=record.type,
                detail=record.payload if told.detail is None else told.detail,
            )


def headline(gate: e.GateDecided) -> str:
    """A gate's answer in one sentence: what was gained, or the first thing against each part."""
    against = f"against {gate.against}" if gate.against else "as first model"
    failed = [first(part) for part in gate.parts.values() if not part.verdict.good]
    if failed:
        more = f" (and {len(failed) - SAID} more)" if len(failed) > SAID else ""
        return f"{against}: {'; '.join(failed[:SAID])}{more}"
    gained = gate.parts.get("better_than_champion" if gate.against else "beats_baselines")
    return f"{against}: {first(gained or gate.decision)}"


def first(decision: Decision) -> str:
    """The first reason of a decision, or its bare verdict."""
    return decision.reasons[0].text if decision.reasons else decision.verdict.value


def broken(decision: Decision) -> str:
    """The first rules that a refused batch broke, each with its code: `wind:missing_column: …`."""
    told = [f"{reason.code}: {reason.text}" for reason in decision.reasons[:SAID]]
    left = len(decision.reasons) - SAID
    return "; ".join([*told, f"and {left} more"] if left > 0 else told)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"


def _why(decision: Decision) -> str:
    return "; ".join(reason.text for reason in decision.reasons[:SAID]) or decision.verdict.value


def _started(event: e.PlayStarted) -> Iterator[Told]:
    rows = "all rows" if event.sample is None else f"{event.sample * 100:.3g}% of the rows"
    yield Told(f"play {event.play}", "play", "started", f"with {rows}")


def _finished(event: e.PlayFinished) -> Iterator[Told]:
    yield Told(f"play {event.play}", "play", "finished", "the calendar is at its end")


def _adopted(_event: e.PolicyAdopted) -> Iterator[Told]:
    yield Told("policy", "decide", "adopted", "another policy is in force from here on")


def _received(event: e.BatchReceived) -> Iterator[Told]:
    if event.revision > 1:
        text = f"changed since it first came: this is revision {event.revision}"
        yield Told(event.batch, "ingest", "watch", text)


def _validated(event: e.BatchValidated) -> Iterator[Told]:
    if event.quarantined:
        found = ", ".join(f"{code} x{count}" for code, count in event.reasons.items())
        text = f"{event.quarantined} of {event.rows} rows set aside: {found}"
        yield Told(event.batch, "validate", "quarantined", text)


def _refused(event: e.BatchRefused) -> Iterator[Told]:
    yield Told(event.batch, "validate", event.decision.verdict.value, broken(event.decision))


def _replayed(event: e.QuarantineReplayed) -> Iterator[Told]:
    text = f"{event.accepted} rows accepted after all, {event.still_quarantined} stay set aside"
    yield Told(event.batch, "replay", "replayed", text)


def _monitored(event: e.WindowMonitored) -> Iterator[Told]:
    for name, reading in event.readings.items():
        if reading.verdict is Verdict.BREACH:
            detail = {
                "monitor": name,
                "decision": reading.model_dump(mode="json"),
                "champion": event.champion,
                "evidence_key": event.evidence_key,
            }
            yield Told(event.window, "monitor", "breach", f"{name}: {first(reading)}", detail)


def _decided(event: e.ActionDecided) -> Iterator[Told]:
    text = f"{event.cause}: {first(event.decision)}"
    yield Told(event.window, "decide", event.action.value, text)
    for other in event.held_back:
        text = f"{other.action} for '{other.cause}' not done: {other.reason}"
        detail = other.model_dump(mode="json")
        yield Told(event.window, "decide", "suppressed", text, detail)


def _trained(event: e.ModelTrained) -> Iterator[Told]:
    days = f"{event.train_from} to {event.train_to}"
    text = f"{event.manifest.family} on {event.rows:,} rows, {days}, because of {event.cause}"
    yield Told(event.manifest.version, "train", "trained", text)


def _judged(event: e.GateDecided) -> Iterator[Told]:
    yield Told(event.version, "gate", event.decision.verdict.value, headline(event))


def _approved(event: e.ApprovalGiven) -> Iterator[Told]:
    who = "the policy itself, not a person" if event.automatic else event.approver
    text = f"by {who}, until {event.expires_at:%Y-%m-%d}"
    yield Told(event.version, "approve", "automatic" if event.automatic else "approved", text)


def _taken_back(event: e.ApprovalRevoked) -> Iterator[Told]:
    text = f"{len(event.approvals)} taken back: {event.reason}"
    yield Told(event.version, "approve", "taken back", text)


def _retired(event: e.VersionRetired) -> Iterator[Told]:
    yield Told(event.version, "retire", "retired", event.reason)


def _erased(event: e.SubjectErased) -> Iterator[Told]:
    learnt = f"; learnt from: {', '.join(event.models)}" if event.models else ""
    text = f"{len(event.rows)} rows of one person, {len(event.replaced)} objects{learnt}"
    yield Told("data", "erase", "erased", f"{text}: {event.reason}")


def _purged(event: e.BatchesPurged) -> Iterator[Told]:
    text = f"{len(event.batches)} batches were kept for {event.keep_days} days"
    yield Told("data", "purge", "purged", f"{text}, as long as they may be")


def _released(event: e.DataProductReleased) -> Iterator[Told]:
    what = f"{event.rows} {event.kind}, {event.first_day} to {event.last_day}"
    text = f"{what}, for {event.recipient}: {event.purpose}"
    yield Told(f"product {short(event.digest)}", "export", "released", text)


def _withdrawn(event: e.BatchWithdrawn) -> Iterator[Told]:
    text = f"revision {event.revision} counts no more: {event.reason}"
    yield Told(event.batch, "withdraw", "withdrawn", text)


def _stopped(event: e.ScoringStopped) -> Iterator[Told]:
    yield Told(event.champion or "scoring", "score", "stopped", event.reason)


def _resumed(event: e.ScoringResumed) -> Iterator[Told]:
    yield Told(event.champion or "scoring", "score", "resumed", event.reason)


def _awaited(event: e.ApprovalAwaited) -> Iterator[Told]:
    yield Told(event.version, "approve", "awaited", "the gate passed, and a person must approve")


def _promoted(event: e.Promoted) -> Iterator[Told]:
    instead = f"instead of {event.replaces}" if event.replaces else "as the first champion"
    yield Told(event.version, "promote", "promoted", f"{instead}: {event.reason}")


def _rolled_back(event: e.RolledBack) -> Iterator[Told]:
    seconds = event.measured.get("seconds")
    took = f", restored in {seconds:.2f} s" if isinstance(seconds, int | float) else ""
    text = f"instead of {event.replaces}{took}: {event.reason}"
    yield Told(event.version, "rollback", "rolled back", text)


def _door_refused(event: e.PromotionRefused) -> Iterator[Told]:
    yield Told(event.version, event.verb, event.decision.verdict.value, _why(event.decision))


def _opened(event: e.IncidentOpened) -> Iterator[Told]:
    yield Told(event.incident, "incident", "opened", f"{event.title}: {event.cause}")


def _closed(event: e.IncidentClosed) -> Iterator[Told]:
    yield Told(event.incident, "incident", "closed", f"{event.cause}: {event.action}")


_TELLERS: dict[str, Callable[[Any], Iterator[Told]]] = {
    e.PlayStarted.TYPE: _started,
    e.PlayFinished.TYPE: _finished,
    e.PolicyAdopted.TYPE: _adopted,
    e.BatchReceived.TYPE: _received,
    e.BatchValidated.TYPE: _validated,
    e.BatchRefused.TYPE: _refused,
    e.QuarantineReplayed.TYPE: _replayed,
    e.BatchWithdrawn.TYPE: _withdrawn,
    e.SubjectErased.TYPE: _erased,
    e.BatchesPurged.TYPE: _purged,
    e.DataProductReleased.TYPE: _released,
    e.WindowMonitored.TYPE: _monitored,
    e.ActionDecided.TYPE: _decided,
    e.ModelTrained.TYPE: _trained,
    e.GateDecided.TYPE: _judged,
    e.ApprovalGiven.TYPE: _approved,
    e.ApprovalAwaited.TYPE: _awaited,
    e.ApprovalRevoked.TYPE: _taken_back,
    e.Promoted.TYPE: _promoted,
    e.RolledBack.TYPE: _rolled_back,
    e.PromotionRefused.TYPE: _door_refused,
    e.VersionRetired.TYPE: _retired,
    e.ScoringStopped.TYPE: _stopped,
    e.ScoringResumed.TYPE: _resumed,
    e.IncidentOpened.TYPE: _opened,
    e.IncidentClosed.TYPE: _closed,
}
