"""What one promotion rests on, found among the records of a bundle. Pure.

The ledger holds other versions and other projects too: whose training, gate or approval a record is
decides its version, never its place.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from caf_platform.errors import BadInput
from caf_platform.ledger.events import (
    ApprovalGiven,
    ApprovalRevoked,
    BatchValidated,
    BatchWithdrawn,
    GateDecided,
    ModelTrained,
    PlayStarted,
    PolicyAdopted,
    Promoted,
    RolledBack,
    VersionRetired,
)
from caf_platform.ledger.record import Record
from caf_platform.ledger.state import ModelState, ProjectState
from caf_platform.ledger.streams import stream

RULES: Final = frozenset({PlayStarted.TYPE, PolicyAdopted.TYPE})
"""Records that say under which rules everybody is judged, whatever version they are of."""

MOVES: Final = frozenset({Promoted.TYPE, RolledBack.TYPE})


@dataclass(frozen=True)
class Basis:
    """One promotion with the records of its own project, in order, and those of its version.

    `own` begins with the play's start and ends with the promotion. `batches` are the validations
    of what was learnt from, by batch.
    """

    own: tuple[Record, ...]
    promotion: Record
    promoted: Promoted
    training: Record
    trained: ModelTrained
    gate_record: Record
    gate: GateDecided
    batches: dict[str, BatchValidated]

    @property
    def project(self) -> str:
        """Whose promotion it is."""
        return self.promoted.manifest.project

    @property
    def start(self) -> PlayStarted:
        """The beginning of its play."""
        return PlayStarted.model_validate(self.own[0].payload)

    @property
    def champion_stream(self) -> tuple[Record, ...]:
        """Every record that may change who serves, or by which rules, since the play's start."""
        return tuple(one for one in self.own if one.stream == self.promotion.stream)

    @property
    def champion_before(self) -> str | None:
        """Who served when it was promoted."""
        moves = [one for one in self.champion_stream[:-1] if one.type in MOVES]
        return moves[-1].payload["version"] if moves else None

    def withdrawn(self, names: Iterable[str], since: Record) -> tuple[str, ...]:
        """Which of some batches were withdrawn after a record, in the revision in force at it."""
        wanted, later = set(names), [one for one in self.own if one.seq > since.seq]
        renewed = {
            (one.payload["batch"], one.payload["revision"])
            for one in later
            if one.type == BatchValidated.TYPE
        }
        return tuple(
            one.payload["batch"]
            for one in later
            if one.type == BatchWithdrawn.TYPE
            and one.payload["batch"] in wanted
            and (one.payload["batch"], one.payload["revision"]) not in renewed
        )

    def state_before(self) -> ProjectState:
        """What was true of the rules and of its version at the moment before the promotion."""
        state = ProjectState(self.project)
        for one in self.own[:-1]:
            if one.type in RULES or concerns(one, self.promoted.version):
                state.apply(one)
        return state

    def model_before(self) -> ModelState:
        """What was true of its version then."""
        return self.state_before().models[self.promoted.version]


def basis_of(records: Sequence[Record]) -> Basis:
    """What the last record, a promotion, rests on; `BadInput` names what is not there."""
    promotion = records[-1]
    if promotion.type != Promoted.TYPE:
        raise BadInput("the last record is no promotion")
    promoted = Promoted.model_validate(promotion.payload)
    mine = [one for one in records if one.stream.startswith(stream(promoted.manifest.project, ""))]
    if (mine[0].type, mine[0].stream) != (PlayStarted.TYPE, promotion.stream):
        raise BadInput(f"there is no record of type {PlayStarted.TYPE} to begin with")
    training = _of(mine, ModelTrained.TYPE, promoted.version)[0]
    gate = _of(mine, GateDecided.TYPE, promoted.version)[-1]
    _of(mine, ApprovalGiven.TYPE, promoted.version)
    return Basis(
        own=tuple(mine),
        promotion=promotion,
        promoted=promoted,
        training=training,
        trained=ModelTrained.model_validate(training.payload),
        gate_record=gate,
        gate=GateDecided.model_validate(gate.payload),
        batches={
            name: BatchValidated.model_validate(record.payload)
            for name, record in learnt_from(mine, training).items()
        },
    )


def learnt_from(records: Iterable[Record], training: Record) -> dict[str, Record]:
    """The newest validation of each batch that a version learnt from, as it was at its training."""
    wanted = set(training.payload["batches"])
    return {
        one.payload["batch"]: one
        for one in records
        if one.seq < training.seq
        and one.type == BatchValidated.TYPE
        and one.payload["batch"] in wanted
    }


def concerns(record: Record, version: str) -> bool:
    """Whether a record is a step of this version into service or out of it."""
    if record.type == ModelTrained.TYPE:
        return bool(record.payload["manifest"]["version"] == version)
    if record.type == RolledBack.TYPE:
        return bool(record.payload["replaces"] == version)
    kinds = (GateDecided, ApprovalGiven, ApprovalRevoked, VersionRetired, Promoted)
    named = record.type in {kind.TYPE for kind in kinds}
    return named and bool(record.payload["version"] == version)


def _of(records: Sequence[Record], kind: str, version: str) -> list[Record]:
    found = [one for one in records if one.type == kind and concerns(one, version)]
    if not found:
        raise BadInput(f"there is no record of type {kind} of {version}")
    return found
