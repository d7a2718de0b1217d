"""What is true now: the ledger folded into the present play of one project.

Nothing else holds state. `catch_up` reads only what is new, so looking is cheap however long
the ledger has grown.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from caf_platform.ledger import events as e
from caf_platform.ledger.batches import BatchState
from caf_platform.ledger.erasures import Erasures
from caf_platform.ledger.privileged import happens_once, proved
from caf_platform.ledger.products import Product
from caf_platform.ledger.record import Record
from caf_platform.ledger.versions import ModelState, Move
from caf_platform.ports.ledger import Ledger
from caf_platform.ports.signer import Signer

__all__ = ["BatchState", "ModelState", "Move", "ProjectState", "read_state"]


@dataclass
class ProjectState:
    """One project's present play. `moment` is how far its calendar has come (virtual time).

    With a `signer`, which lends its knowledge of keys, `catch_up` believes only what is proved.
    `stops` are all uses of the kill switch, `stopped` the one that is in force. `erasures` and
    `products` are those of all plays.
    """

    project: str
    play: int = 0
    started: e.PlayStarted | None = None
    finished: bool = False
    policy_digest: str = ""
    seq: int = 0
    moment: datetime | None = None
    champion_version: int = 0
    champion: str | None = None
    moves: list[Move] = field(default_factory=list)
    batches: dict[str, BatchState] = field(default_factory=dict)
    labels: list[e.LabelsReceived] = field(default_factory=list)
    models: dict[str, ModelState] = field(default_factory=dict)
    windows: list[e.WindowMonitored] = field(default_factory=list)
    actions: list[tuple[datetime, e.ActionDecided]] = field(default_factory=list)
    trainings: list[tuple[datetime, e.ModelTrained]] = field(default_factory=list)
    refusals: list[e.PromotionRefused] = field(default_factory=list)
    restore_seconds: list[float] = field(default_factory=list)
    closed_windows: set[str] = field(default_factory=set)
    incidents: dict[str, e.IncidentOpened] = field(default_factory=dict)
    closed: dict[str, e.IncidentClosed] = field(default_factory=dict)
    stops: list[e.ScoringStopped] = field(default_factory=list)
    stopped: e.ScoringStopped | None = None
    cost_seconds: dict[str, float] = field(default_factory=dict)
    erasures: Erasures = field(default_factory=Erasures)
    products: list[Product] = field(default_factory=list)
    signer: Signer | None = field(default=None, compare=False, repr=False)
    privileged: set[str] = field(default_factory=set, compare=False, repr=False)

    @property
    def former_champions(self) -> tuple[str, ...]:
        """Earlier champions still lawful, nearest first.

        The way leads back from the champion's own promotion: a version that a person skipped
        on the way back to it is none of them.
        """
        replaced = {move.version: move.replaces for move in self.moves if move.verb == "promoted"}
        way: list[str] = []
        version = replaced.get(self.champion) if self.champion else None
        while version is not None and version not in (*way, self.champion):
            way.append(version)
            version = replaced.get(version)
        return tuple(name for name in way if self._lawful(name))

    def _lawful(self, version: str) -> bool:
        model = self.models[version]
        return not (model.revoked or model.retired or self.withdrawn_of(model.learnt))

    @property
    def former_champion(self) -> str | None:
        """The nearest of them: the shadow, and where a rollback leads."""
        return next(iter(self.former_champions), None)

    @property
    def awaiting(self) -> tuple[str, ...]:
        """Versions that passed against the present champion and wait for a person."""
        held = self.models.items()
        return tuple(v for v, m in held if m.awaits and m.gate and m.gate.against == self.champion)

    @property
    def champion_since(self) -> datetime | None:
        """When the present champion took over."""
        return self.moves[-1].when if self.moves else None

    @property
    def last_promotion(self) -> Move | None:
        """The move that made the present champion champion, if it was a promotion."""
        return self.moves[-1] if self.moves and self.moves[-1].verb == "promoted" else None

    def withdrawn_of(self, revisions: Mapping[str, int]) -> tuple[str, ...]:
        """Which of some batches, each in one revision, were withdrawn since."""
        return tuple(
            name for name, revision in revisions.items() if revision in self.batches[name].withdrawn
        )

    def in_force(self, names: Iterable[str]) -> dict[str, int]:
        """The revision in force of each of some batches that has one."""
        known = ((name, self.batches.get(name)) for name in names)
        return {name: b.validated.revision for name, b in known if b and b.validated}

    def catch_up(self, ledger: Ledger) -> "ProjectState":
        """Fold in what has been recorded since the last look.

        `Tampered` for a privileged record that nobody entitled signed.
        """
        records = ledger.read(prefix=f"{self.project}/", after=self.seq)
        for record in records if self.signer is None else proved(records, self.signer):
            self.apply(record)
        return self

    def apply(self, record: Record) -> None:
        """Fold in one record; a privileged one that was copied here raises `Tampered`."""
        if record.seq <= self.seq:
            return
        happens_once(record, self.privileged)
        self.seq = record.seq
        event = record.event
        stage = record.payload.get("measured", {}).get("stage")
        seconds = event.measured.get("seconds")
        if isinstance(stage, str) and isinstance(seconds, int | float):
            self.cost_seconds[stage] = self.cost_seconds.get(stage, 0.0) + seconds
        if record.stream.endswith("/champion"):
            self.champion_version = record.position
        fold = _FOLDS.get(type(event))
        if fold is not None:
            fold(self, event, record)
        when = record.envelope.virtual_time
        self.moment = max(self.moment or when, when)


def read_state(ledger: Ledger, project: str, signer: Signer | None = None) -> ProjectState:
    """The present state of a project, from the whole ledger, as far as it can be proved.

    `signer` lends its knowledge of keys; None believes every record, for those who have no keys
    and do not act.
    """
    return ProjectState(project, signer=signer).catch_up(ledger)


def _started(state: ProjectState, event: e.PlayStarted, record: Record) -> None:
    fresh = ProjectState(state.project, play=event.play, started=event, seq=record.seq)
    fresh.signer, fresh.privileged = state.signer, state.privileged
    fresh.erasures = state.erasures
    fresh.erasures.begin_play()
    fresh.products = state.products
    fresh.champion_version = state.champion_version
    fresh.policy_digest = event.policy_digest
    state.__dict__.update(fresh.__dict__)


def _received(state: ProjectState, event: e.BatchReceived, _record: Record) -> None:
    known = state.batches.get(event.batch)
    if known is None:
        looked = len(state.windows)
        state.batches[event.batch] = BatchState(event, event, looked_before=looked)
    elif event.revision > known.received.revision:
        known.received, known.refused = event, None


def _validated(state: ProjectState, event: e.BatchValidated, _record: Record) -> None:
    batch = state.batches[event.batch]
    batch.validated, batch.refused, batch.replayed = event, None, []


def _refused(state: ProjectState, event: e.BatchRefused, _record: Record) -> None:
    state.batches[event.batch].refused = event


def _replayed(state: ProjectState, event: e.QuarantineReplayed, _record: Record) -> None:
    state.batches[event.batch].replayed.append(event)


def _scored(state: ProjectState, event: e.BatchScored, _record: Record) -> None:
    batch = state.batches[event.batch]
    if batch.scored is None:
        batch.scored, batch.served_keys = event, batch.validated_keys


def _purged(state: ProjectState, event: e.BatchesPurged, _record: Record) -> None:
    state.erasures.add(event)
    for name in event.batches:
        if name in state.batches:
            state.batches[name].purge()


def _released(state: ProjectState, event: e.DataProductReleased, record: Record) -> None:
    envelope = record.envelope
    state.products.append(
        Product(event, state.play, envelope.virtual_time, envelope.actor, record.seq)
    )


def _trained(state: ProjectState, event: e.ModelTrained, record: Record) -> None:
    """Once: a second would wipe out what people said of the version."""
    if event.manifest.version in state.models:
        return
    learnt = state.in_force(event.batches)
    state.models[event.manifest.version] = ModelState(event, event.manifest, learnt)
    state.trainings.append((record.envelope.virtual_time, event))


def _judged(state: ProjectState, event: e.GateDecided, record: Record) -> None:
    model = state.models[event.version]
    model.gate, model.gate_record, model.manifest = event, record, event.manifest
    model.judged_on = state.in_force(event.judged_batches)


def _approved(state: ProjectState, event: e.ApprovalGiven, record: Record) -> None:
    model = state.models[event.version]
    model.approvals[record.key], model.approval_records[record.key] = event, record


def _promoted(state: ProjectState, event: e.Promoted, record: Record) -> None:
    state.models[event.version].promotion = record
    _moved(state, event, record)


def _rolled_back(state: ProjectState, event: e.RolledBack, record: Record) -> None:
    state.models[event.replaces].revoked = True
    seconds = event.measured.get("seconds")
    if isinstance(seconds, int | float):
        state.restore_seconds.append(float(seconds))
    _moved(state, event, record)


def _stopped(state: ProjectState, event: e.ScoringStopped, _record: Record) -> None:
    state.stops.append(event)
    state.stopped = event


def _moved(state: ProjectState, event: e.Promoted | e.RolledBack, record: Record) -> None:
    state.champion = event.version
    state.moves.append(
        Move(
            version=event.version,
            replaces=event.replaces,
            verb=event.TYPE,
            when=record.envelope.virtual_time,
            real_time=record.real_time,
            actor=record.envelope.actor,
            reason=event.reason,
            seq=record.seq,
        )
    )


_FOLDS: dict[type[e.Event], Callable[[ProjectState, Any, Record], None]] = {
    e.PlayStarted: _started,
    e.PlayFinished: lambda state, _event, _record: setattr(state, "finished", True),
    e.PolicyAdopted: lambda state, event, _record: setattr(
        state, "policy_digest", event.policy_digest
    ),
    e.BatchReceived: _received,
    e.BatchValidated: _validated,
    e.BatchRefused: _refused,
    e.QuarantineReplayed: _replayed,
    e.BatchScored: _scored,
    e.BatchWithdrawn: lambda state, event, _record: state.batches[event.batch].withdraw(event),
    e.SubjectErased: lambda state, event, _record: state.erasures.add(event),
    e.BatchesPurged: _purged,
    e.DataProductReleased: _released,
    e.LabelsReceived: lambda state, event, _record: state.labels.append(event),
    e.ModelTrained: _trained,
    e.GateDecided: _judged,
    e.ApprovalGiven: _approved,
    e.ApprovalRevoked: lambda state, event, _record: state.models[event.version].withdrawn.update(
        event.approvals
    ),
    e.Promoted: _promoted,
    e.RolledBack: _rolled_back,
    e.VersionRetired: lambda state, event, _record: setattr(
        state.models[event.version], "retired", True
    ),
    e.ScoringStopped: _stopped,
    e.ScoringResumed: lambda state, _event, _record: setattr(state, "stopped", None),
    e.PromotionRefused: lambda state, event, _record: state.refusals.append(event),
    e.WindowMonitored: lambda state, event, _record: state.windows.append(event),
    e.ActionDecided: lambda state, event, record: state.actions.append(
        (record.envelope.virtual_time, event)
    ),
    e.WindowClosed: lambda state, event, _record: state.closed_windows.add(event.window),
    e.IncidentOpened: lambda state, event, _record: state.incidents.__setitem__(
        event.incident, event
    ),
    e.IncidentClosed: lambda state, event, _record: state.closed.__setitem__(event.incident, event),
}
