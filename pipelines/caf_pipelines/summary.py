"""The end of a play in a few numbers, all read from the ledger's state."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from caf_monitoring.triage import FIRST_MODEL
from caf_platform.decision import Action, Verdict
from caf_platform.ledger.state import ProjectState


@dataclass(frozen=True)
class Summary:
    """What happened in a play. Lists name versions or windows."""

    project: str
    play: int
    champion: str | None
    batches: int
    rows_accepted: int
    rows_quarantined: int
    batches_refused: int
    promotions: tuple[str, ...]
    retrainings: tuple[str, ...]
    challengers_refused: tuple[str, ...]
    drift_breaches: tuple[str, ...]
    windows_left_alone: tuple[str, ...]
    suppressed: tuple[str, ...]
    rollbacks: tuple[str, ...]
    seconds_to_restore: tuple[float, ...]
    incidents_open: int
    awaiting_approval: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)

    def rows(self) -> Sequence[tuple[str, str, str]]:
        """Lines of (what, how often, which) for a table."""
        restored = ", ".join(f"{seconds:.2f} s" for seconds in self.seconds_to_restore)
        rollbacks = ", ".join(self.rollbacks)
        return [
            ("rows accepted", f"{self.rows_accepted:,}", f"in {self.batches} batches"),
            ("rows quarantined", f"{self.rows_quarantined:,}", ""),
            ("batches refused", str(self.batches_refused), ""),
            ("promotions", str(len(self.promotions)), ", ".join(self.promotions)),
            ("retrainings", str(len(self.retrainings)), ", ".join(self.retrainings)),
            (
                "challengers refused",
                str(len(self.challengers_refused)),
                ", ".join(self.challengers_refused),
            ),
            ("drift breaches", str(len(self.drift_breaches)), ", ".join(self.drift_breaches)),
            (
                "windows left alone",
                str(len(self.windows_left_alone)),
                ", ".join(self.windows_left_alone),
            ),
            ("actions suppressed", str(len(self.suppressed)), ", ".join(self.suppressed)),
            (
                "rollbacks",
                str(len(self.rollbacks)),
                rollbacks + (f", restored in {restored}" if restored else ""),
            ),
            ("incidents open", str(self.incidents_open), ""),
            (
                "awaiting a person",
                str(len(self.awaiting_approval)),
                ", ".join(self.awaiting_approval),
            ),
            ("champion now", self.champion or "none", ""),
        ]


def summarise(state: ProjectState) -> Summary:
    """Count what a play's state holds."""
    validated = [b.validated for b in state.batches.values() if b.validated]
    return Summary(
        project=state.project,
        play=state.play,
        champion=state.champion,
        batches=len(state.batches),
        rows_accepted=sum(v.accepted for v in validated),
        rows_quarantined=sum(v.quarantined for v in validated),
        batches_refused=sum(b.refused is not None for b in state.batches.values()),
        promotions=tuple(m.version for m in state.moves if m.verb == "promoted"),
        retrainings=tuple(
            trained.manifest.version
            for _, trained in state.trainings
            if trained.cause != FIRST_MODEL
        ),
        challengers_refused=tuple(
            version
            for version, model in state.models.items()
            if model.gate and not model.gate.decision.verdict.good
        ),
        drift_breaches=tuple(
            w.window
            for w in state.windows
            if "data_drift" in w.readings and w.readings["data_drift"].verdict is Verdict.BREACH
        ),
        windows_left_alone=tuple(
            a.window
            for _, a in state.actions
            if a.action in (Action.NOTHING, Action.WATCH) and a.champion
        ),
        suppressed=tuple(
            f"{held.action} for {held.cause} in {decided.window}"
            for _, decided in state.actions
            for held in decided.held_back
        ),
        rollbacks=tuple(
            f"{m.replaces} to {m.version}" for m in state.moves if m.verb == "rolled_back"
        ),
        seconds_to_restore=tuple(state.restore_seconds),
        incidents_open=len(set(state.incidents) - set(state.closed)),
        awaiting_approval=state.awaiting,
    )
