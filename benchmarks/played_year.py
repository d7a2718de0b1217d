"""What a finished play did, for the bare script to do again, and what came out and what it cost."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from caf_platform.ledger.state import ProjectState, read_state
from caf_platform.settings import Settings
from caf_platform.wiring import Platform

PROJECT = "flight_delays"


def opened(home: Path) -> tuple[Platform, ProjectState]:
    """A home and the present play in it."""
    platform = Platform(Settings(home=home))
    return platform, read_state(platform.ledger, PROJECT)


def features(home: Path) -> Path:
    """The table of flights that the play has built and kept."""
    (found,) = (home / "cache" / PROJECT).glob("flights-*.parquet")
    return found


def schedule(home: Path) -> dict[str, Any]:
    """Which days each version learnt from, whom it challenged, and who served each day."""
    _, state = opened(home)
    return {
        "sample": state.started.sample if state.started else None,
        "trainings": [
            {
                "version": version,
                "train_from": model.trained.train_from,
                "train_to": model.trained.train_to,
                "against": model.gate.against if model.gate else None,
            }
            for version, model in state.models.items()
        ],
        "served": {
            day: [by.version for by in batch.scored.by]
            for day, batch in state.batches.items()
            if batch.scored
        },
    }


def losses(home: Path) -> dict[str, Any]:
    """The loss of every contender at every gate, and of the served champion in every window."""
    platform, state = opened(home)
    windows = {w.window: _evidence(platform, w.evidence_key) for w in state.windows}
    gates = {
        version: _evidence(platform, model.gate.evidence_key)["performance"]
        for version, model in state.models.items()
        if model.gate
    }
    return {
        "windows": {
            name: seen["performance"]["loss"]
            for name, seen in windows.items()
            if seen["performance"].get("loss") is not None
        },
        "gates": {
            version: {who: numbers["loss"] for who, numbers in contenders.items()}
            for version, contenders in gates.items()
        },
    }


def _evidence(platform: Platform, key: str | None) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(platform.lake.read(key))["evidence"] if key else {}
    return found


def stage_costs(home: Path) -> dict[str, dict[str, float]]:
    """Calls, seconds and CPU seconds of each stage, as the ledger's records tell them."""
    platform, _ = opened(home)
    found: dict[str, dict[str, float]] = {}
    for record in platform.ledger.read(prefix=f"{PROJECT}/"):
        measured = record.payload.get("measured") or {}
        if "stage" in measured and "cpu_seconds" in measured:
            sums = found.setdefault(
                measured["stage"], {"calls": 0, "seconds": 0.0, "cpu_seconds": 0.0}
            )
            sums["calls"] += 1
            sums["seconds"] += measured["seconds"]
            sums["cpu_seconds"] += measured["cpu_seconds"]
    return found
