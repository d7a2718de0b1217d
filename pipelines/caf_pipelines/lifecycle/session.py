"""One project's play: its ports, its state, and the only place that records an event."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from caf_pipelines.lifecycle.frames import Frames
from caf_pipelines.lifecycle.metering import MeteredLake, Traffic, measuring
from caf_pipelines.orchestration import Conductor, Direct
from caf_pipelines.stage import declaration
from caf_pipelines.timeline import Line, Timeline
from caf_platform.ledger.events import Event, IncidentOpened
from caf_platform.ledger.privileged import MAY_SIGN
from caf_platform.ledger.record import Envelope, Record
from caf_platform.ledger.signing import sign_event
from caf_platform.ledger.state import ProjectState
from caf_platform.ledger.streams import INCIDENTS, key, stream
from caf_platform.ledger.values import Measured
from caf_platform.ports.alerts import Alert
from caf_platform.ports.clock import VirtualClock
from caf_platform.ports.lake import Lake
from caf_platform.ports.signer import Signature
from caf_platform.project.classified import Classes
from caf_platform.project.model import Declaration, Project
from caf_platform.project.policy import Policy
from caf_platform.project.source import Source
from caf_platform.wiring import Platform


@dataclass
class Session:
    """What every step needs."""

    platform: Platform
    project: Project
    source: Source
    state: ProjectState
    clock: VirtualClock
    timeline: Timeline
    conductor: Conductor = field(default_factory=Direct)
    traffic: Traffic = field(default_factory=Traffic)
    frames: Frames = field(init=False)

    def __post_init__(self) -> None:
        self.frames = Frames(self.lake, self.state, self.project.declaration.clock.timezone)

    @property
    def declaration(self) -> Declaration:
        """The project as declared."""
        return self.project.declaration

    @property
    def policy(self) -> Policy:
        """The project's thresholds."""
        return self.project.policy

    @property
    def lake(self) -> Lake:
        """The lake; what goes through here is counted."""
        return MeteredLake(self.platform.lake, self.traffic)

    @cached_property
    def contract_digest(self) -> str:
        """The contract's digest, taken once: every batch names it."""
        return self.declaration.contract.digest

    @cached_property
    def classes(self) -> Classes:
        """How closely each stored column is held; every file of rows says so."""
        return Classes.of(self.declaration)

    def key(self, *parts: object) -> str:
        """The idempotency key of a step of this play."""
        return key(self.project.name, self.state.play, *parts)

    def found(self, *parts: object) -> Record | None:
        """The record of the step with this key; the state holds it too from then on.

        Another machine that plays the same ledger may have written it since this one last read.
        """
        record = self.platform.ledger.find(self.key(*parts))
        if record is not None and record.seq > self.state.seq:
            self.state.catch_up(self.platform.ledger)
        return record

    def done(self, *parts: object) -> bool:
        """Whether the step with this key has been recorded."""
        return self.found(*parts) is not None

    def record(self, stage: str, part: str, event: Event, *parts: object) -> Record:
        """Append one event of a stage and fold it into the state; a known key is a no-op.

        Privileged ones are signed by the platform.
        """
        where, once = stream(self.project.name, part), self.key(*parts)
        signer, asked = self.platform.signer, event.TYPE in MAY_SIGN
        signature = sign_event(signer, where, once, event) if asked else None
        envelope = self.envelope(stage, signature)
        record = self.platform.ledger.append(where, None, event, key=once, envelope=envelope)
        self.state.catch_up(self.platform.ledger)
        return record

    def envelope(self, stage: str, signature: Signature | None = None) -> Envelope:
        """Who, when and for which capabilities: from the signer, the clock and the stage."""
        return Envelope(
            actor=self.platform.signer.principal.name,
            correlation=f"{self.project.name}/play-{self.state.play}/{self.clock.now():%Y-%m-%d}",
            virtual_time=self.clock.now(),
            capabilities=declaration(stage).capabilities,
            signature=signature,
        )

    @contextmanager
    def measuring(self, stage: str) -> Iterator[Measured]:
        """What a stage takes of machine and lake, to be recorded as `measured`."""
        with measuring(stage, self.traffic) as measured:
            yield measured

    def tell(self, subject: str, stage: str, verdict: str, text: str) -> None:
        """One line of the timeline."""
        self.timeline.tell(Line(self.clock.now(), subject, stage, verdict, text))

    def open_incident(
        self,
        stage: str,
        incident: str,
        *,
        severity: str,
        title: str,
        cause: str,
        evidence: dict[str, Any] | None = None,
    ) -> None:
        """Open an incident once; the same one again changes nothing and alerts nobody.

        The alert goes first: a process that dies in between alerts twice rather than never.
        """
        if incident in self.state.incidents:
            return
        self.platform.alerts.send(
            Alert(
                key=incident, severity=severity, title=title, text=cause, project=self.project.name
            )
        )
        event = IncidentOpened(
            incident=incident, severity=severity, title=title, cause=cause, evidence=evidence or {}
        )
        self.record(stage, INCIDENTS, event, "incident", incident)
        self.tell(incident, stage, "incident", f"{title}: {cause}")


def day(moment: datetime) -> str:
    """`2013-05-01`, as keys and names use it."""
    return f"{moment:%Y-%m-%d}"
