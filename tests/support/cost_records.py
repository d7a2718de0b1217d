"""Records of steps with numbers that can be added up by hand."""

from datetime import UTC, datetime
from typing import Any

from caf_platform.capabilities import Capability
from caf_platform.decision import Decision, Verdict
from caf_platform.ledger.events import (
    BatchReceived,
    BatchScored,
    Event,
    GateDecided,
    ModelTrained,
    Promoted,
    WindowClosed,
    WindowMonitored,
)
from caf_platform.ledger.record import Envelope, Record
from caf_platform.ledger.values import Manifest, ScoredBy

NOW = datetime(2013, 10, 1, tzinfo=UTC)


def recorded(*events: Event, capabilities: tuple[Capability, ...] = ()) -> list[Record]:
    """Events as they would stand in a ledger, all of the same moment and capabilities."""
    envelope = Envelope(
        actor="platform", correlation="a test", virtual_time=NOW, capabilities=capabilities
    )
    return [
        Record(
            seq=seq,
            stream="micro/data",
            position=seq,
            key=f"micro/{seq}",
            type=event.TYPE,
            schema_version=event.VERSION,
            payload=event.model_dump(mode="json"),
            envelope=envelope,
            real_time=NOW,
            previous="",
        )
        for seq, event in enumerate(events, 1)
    ]


def took(stage: str, seconds: float = 1.0, cpu: float = 1.0, **more: Any) -> dict[str, Any]:
    """What a stage measured."""
    return {"stage": stage, "seconds": seconds, "cpu_seconds": cpu, **more}


def received(**measured: Any) -> BatchReceived:
    """A batch came in."""
    return BatchReceived(
        batch="b", revision=1, raw_digest="d", raw_key="k", size=9, arrived_at=NOW,
        measured=measured,
    )  # fmt: skip


def scored(*versions: str, rows: int = 10, **measured: Any) -> BatchScored:
    """A batch was scored by some versions."""
    by = tuple(
        ScoredBy(
            role="champion", version=version, artifact_digest="a", rows=rows, predictions_key="p",
            predictions_digest="d", features_digest="f",
        )
        for version in versions
    )  # fmt: skip
    return BatchScored(batch="b", revision=1, by=by, measured=measured)


def manifest(version: str) -> Manifest:
    """A version's manifest, as short as it may be."""
    return Manifest(project="micro", version=version, family="logistic", run_id="r", digests={})


def trained(version: str, units: float = 0.5, window: str = "w", **measured: Any) -> ModelTrained:
    """A version was trained on a thousand rows."""
    return ModelTrained(
        manifest=manifest(version), cause="skill", window=window, cost_units=units, train_from="",
        train_to="", rows=1000, batches=(), features=(), metrics={}, measured=measured,
    )  # fmt: skip


def judged(
    version: str,
    improvement: float,
    gain: float | None,
    *,
    against: str | None = "v0",
    width: float = 0.0,
    **measured: Any,
) -> GateDecided:
    """A gate measured a version; `width` is how far the metric's interval goes either way."""
    numbers = {
        "enough_evidence.rows": 200,
        "better_than_champion.improvement": improvement,
        "better_than_champion.improvement_low": improvement - width,
        "better_than_champion.improvement_high": improvement + width,
        "value_holds.value_gain": gain,
    }
    return GateDecided(
        version=version, against=against, parts={}, manifest=manifest(version),
        decision=Decision(by="release", verdict=Verdict.PASS, numbers=numbers),
        manifest_digest="m", evidence_key="e", measured=measured,
    )  # fmt: skip


def promoted(version: str) -> Promoted:
    """A version became the champion."""
    return Promoted(
        version=version, replaces=None, manifest=manifest(version), manifest_digest="m",
        approvals=(), approval_digests=(), reason="r",
    )  # fmt: skip


def monitored(window: str, champion: str | None, **measured: Any) -> WindowMonitored:
    """A window was looked at."""
    return WindowMonitored(window=window, champion=champion, readings={}, measured=measured)


def closed(window: str) -> WindowClosed:
    """A window is over."""
    return WindowClosed(window=window)
