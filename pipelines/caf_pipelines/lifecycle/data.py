"""From a delivery to rows that may be used: ingest and validate; labels go to `labelling`."""

from contextlib import suppress
from dataclasses import dataclass, field

import pandas as pd

from caf_pipelines.history import broken
from caf_pipelines.lifecycle.ahead import Ahead
from caf_pipelines.lifecycle.judging import Judged, Terms, judge
from caf_pipelines.lifecycle.labelling import collect
from caf_pipelines.lifecycle.models import Models
from caf_pipelines.lifecycle.scoring import Scoring
from caf_pipelines.lifecycle.session import Session
from caf_pipelines.lifecycle.store import put, put_json
from caf_pipelines.stages.ingest import ingest, stale_feeds
from caf_pipelines.stages.validate import Validated
from caf_platform.digest import digest
from caf_platform.errors import CafError
from caf_platform.ledger.batches import BatchState
from caf_platform.ledger.events import (
    BatchReceived,
    BatchRefused,
    BatchValidated,
)
from caf_platform.ledger.streams import DATA
from caf_platform.ledger.values import Measured
from caf_platform.ports.lake import Zone
from caf_platform.project.source import Delivery, DeliveryKind

MEND = "Next: mend the file and deliver it again under its name; its raw bytes are kept."
"""What a person does about a batch that was refused."""


def stale_incident(feed: str, batch: str) -> str:
    """The name of the incident that a stale feed opens."""
    return f"stale-{feed}-{batch}"


@dataclass
class Data:
    """Takes deliveries in and scores them."""

    session: Session
    models: Models
    ahead: Ahead = field(default_factory=Ahead)
    scoring: Scoring = field(init=False)

    def __post_init__(self) -> None:
        self.scoring = Scoring(self.session, self.models)

    def knows(self, delivery: Delivery) -> bool:
        """Whether a delivery has been taken in; a batch that was not all good, as it is now.

        Its file may have been mended since, also after its window was closed. All others are
        known by their names: reading a year of files again would find nothing.
        """
        state = self.session.state
        if delivery.kind is DeliveryKind.LABELS:
            return any(delivery.name == event.name for event in state.labels)
        batch = state.batches.get(delivery.name)
        if batch is None or not batch.judged:
            return False
        if batch.validated and not batch.validated.quarantined:
            return True
        return self.session.done("ingest", delivery.name, digest(delivery.read()))

    def take(self, delivery: Delivery) -> None:
        """Everything that happens to one delivery, each step once."""
        self.session.clock.advance_to(delivery.arrives_at)
        self.session.timeline.progress(f"{delivery.kind} {delivery.name}")
        if delivery.kind is DeliveryKind.LABELS:
            collect(self.session, delivery)
            return
        self._ingest(delivery)
        self._check_freshness(delivery.name)
        self._validate(delivery.name)
        self._check_refusal(delivery.name)
        self.scoring.score(delivery.name)

    def receive_first(self, delivery: Delivery) -> None:
        """Keep the very first batch of a play as it came, before anything else is ready.

        Whatever goes wrong is left to the step that takes it in: that one is retried, and tells.
        """
        if self.session.state.batches or delivery.kind is not DeliveryKind.BATCH:
            return
        with suppress(CafError):
            self.session.clock.advance_to(delivery.arrives_at)
            self._ingest(delivery)

    def _ingest(self, delivery: Delivery) -> None:
        known = self.session.state.batches.get(delivery.name)
        fresh = not self.session.state.batches
        with self.session.measuring("ingest") as measured:
            raw = delivery.read()
            news = ingest(raw, former=self._as_it_is(known))
            if news.known and known and known.received.revision in known.purged:
                return  # it was kept as long as it may be, and does not come back
            once = ("ingest", delivery.name, news.digest)
            name = self.session.project.name
            # also for a batch that is known: what a lake has lost comes back with its file
            key, _ = put(self.session.lake, Zone.RAW, name, delivery.name, raw, "csv")
            if news.known or self.session.done(*once):
                return
        event = BatchReceived(
            batch=delivery.name,
            revision=news.revision,
            raw_digest=news.digest,
            raw_key=key,
            size=news.size,
            arrived_at=delivery.arrives_at,
            feeds=dict(delivery.feeds),
            measured=measured,
        )
        self.session.record("ingest", DATA, event, *once)
        if fresh:
            text = f"the first batch: {news.size:,} bytes, kept as they came"
            self.session.tell(delivery.name, "ingest", "ok", text)
        if news.revision > 1:
            text = f"changed since it first came: this is revision {news.revision}"
            self.session.tell(delivery.name, "ingest", "watch", text)

    def _as_it_is(self, known: BatchState | None) -> BatchReceived | None:
        """A batch's newest revision, with the digest that its file has since rows were erased."""
        if known is None:
            return None
        now = self.session.state.erasures.content(known.received.raw_digest)
        return known.received.model_copy(update={"raw_digest": now})

    def _check_freshness(self, name: str) -> None:
        first = self.session.state.batches[name].first
        for stale in stale_feeds(first.feeds, first.arrived_at, self.session.policy.validation):
            self.session.open_incident(
                "ingest",
                stale_incident(stale.feed, name),
                severity="high",
                title=f"feed '{stale.feed}' is stale",
                cause=f"{stale.age_hours:.1f} h old, limit {stale.limit_hours:g}: {stale.because}",
            )

    def _validate(self, name: str) -> None:
        batch = self.session.state.batches[name]
        if batch.judged:
            return
        lake = self.session.lake
        with self.session.measuring("validate") as measured:
            raw = lake.read(batch.received.raw_key, expected=batch.received.raw_digest)
            found = self._judged(name, raw, measured)
            judged = found.validated
            event = (
                self._accepted(name, judged, found.parquet)
                if judged.decision.verdict.good
                else self._refused(name, judged)
            )
        event = event.model_copy(update={"measured": measured})
        self.session.record("validate", DATA, event, "validate", name, batch.received.revision)
        self._tell(name, judged)

    def _judged(self, name: str, raw: bytes, measured: Measured) -> Judged:
        """What was judged ahead of time, if that still holds; judged now otherwise."""
        at = self.session.state.batches[name].received.arrived_at
        answer = self.ahead.judged(raw, at, self.session.frames.elsewhere(name))
        if answer is None:
            return self._judged_here(name, raw)
        measured["worker_cpu_seconds"] = round(answer.cpu_seconds, 6)
        measured["worker_peak_bytes"] = answer.peak_bytes
        return answer.judged

    def judged_again(self, name: str) -> Validated:
        """A batch judged once more from its raw bytes, with the engine's report; not recorded."""
        received = self.session.state.batches[name].received
        raw = self.session.lake.read(received.raw_key, expected=received.raw_digest)
        earlier = self.session.frames.elsewhere(name)
        answer = self.ahead.judged_again(raw, received.arrived_at, earlier)
        return (answer.judged if answer else self._judged_here(name, raw)).validated

    def _judged_here(self, name: str, raw: bytes) -> Judged:
        return judge(
            raw,
            Terms.of(self.session.declaration, self.session.policy),
            self.session.platform.validator,
            earlier=self.session.frames.elsewhere(name),
            arrived_at=self.session.state.batches[name].received.arrived_at,
        )

    def _accepted(self, name: str, judged: Validated, parquet: bytes) -> BatchValidated:
        lake, project = self.session.lake, self.session.project.name
        received = self.session.state.batches[name].received
        key, content = put(lake, Zone.VALIDATED, project, name, parquet, "parquet")
        self.session.frames.keep(key, content, judged.accepted)
        column = self.session.declaration.clock.event_time
        times = (
            judged.accepted[column].dropna() if column else pd.Series(dtype="datetime64[ns, UTC]")
        )
        return BatchValidated(
            batch=name,
            revision=received.revision,
            rows=judged.rows,
            accepted=len(judged.accepted),
            quarantined=len(judged.quarantined),
            duplicates=judged.duplicates,
            reasons=judged.reasons,
            validated_key=key,
            validated_digest=content,
            quarantine_key=self._quarantine(name, judged),
            contract_digest=self.session.contract_digest,
            decision=judged.decision,
            first_event=times.min().to_pydatetime() if len(times) else None,
            last_event=times.max().to_pydatetime() if len(times) else None,
            report_key=self._report(name, judged) if len(judged.quarantined) else None,
        )

    def _refused(self, name: str, judged: Validated) -> BatchRefused:
        received = self.session.state.batches[name].received
        return BatchRefused(
            batch=name,
            revision=received.revision,
            raw_digest=received.raw_digest,
            contract_digest=self.session.contract_digest,
            decision=judged.decision,
            report_key=self._report(name, judged),
        )

    def _report(self, name: str, judged: Validated) -> str | None:
        """Keep the engine's own report; there is none of a file that could not be read."""
        if not judged.report:
            return None
        lake, project = self.session.lake, self.session.project.name
        return put_json(lake, project, f"contract/{name}", judged.report)[0]

    def _quarantine(self, name: str, judged: Validated) -> str | None:
        if judged.quarantined.empty:
            return None
        lake, project = self.session.lake, self.session.project.name
        data = judged.quarantined.to_csv(index=False).encode()
        return put(lake, Zone.QUARANTINE, project, name, data, "csv")[0]

    def _tell(self, name: str, judged: Validated) -> None:
        if not judged.decision.verdict.good:
            self.session.tell(
                name, "validate", judged.decision.verdict.value, broken(judged.decision)
            )
        elif len(judged.quarantined):
            found = ", ".join(f"{code} x{count}" for code, count in judged.reasons.items())
            text = f"{len(judged.quarantined)} of {judged.rows} rows set aside: {found}"
            self.session.tell(name, "validate", "quarantined", text)

    def _check_refusal(self, name: str) -> None:
        batch = self.session.state.batches[name]
        refused, former = batch.refused, batch.validated
        if refused is not None:
            again = f"-r{refused.revision}" if refused.revision > 1 else ""
            kept = f"; revision {former.revision} stays in force" if former else ""
            self.session.open_incident(
                "validate",
                f"refused-{name}{again}",
                severity="high",
                title=f"batch {name} was refused",
                cause=f"{broken(refused.decision)}{kept}. {MEND}",
            )
