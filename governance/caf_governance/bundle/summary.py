"""What a bundle says in short, computed from its records and evidence alone. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from caf_platform.ledger.events import (
    ApprovalGiven,
    BatchValidated,
    GateDecided,
    ModelTrained,
    Promoted,
)
from caf_platform.ledger.record import Record


def summary(records: Sequence[Record], evidence: Mapping[str, Any]) -> dict[str, Any]:
    """Contract result, quarantine, data, comparison, groups, approvals, cost, capabilities, SBOM.

    `evidence` are the manifest's JSON objects by name.
    """
    trained, gate = _the(records, ModelTrained), _the(records, GateDecided)
    promoted = _the(records, Promoted)
    seen = evidence["evaluation"]["evidence"]
    return {
        "version": promoted.version,
        "replaces": promoted.replaces,
        "reason": promoted.reason,
        "contract": {"digest": promoted.manifest.digests["contract"], **_quarantine(records)},
        "data": {
            "digests": {
                name: promoted.manifest.digests[name] for name in ("data", "rows", "artifact")
            },
            "rows": trained.rows,
            "from": trained.train_from,
            "to": trained.train_to,
            "batches": len(trained.batches),
        },
        "comparison": {
            "against": gate.against,
            "gate_rows": seen["gate_rows"],
            "gate_clusters": seen["gate_clusters"],
            "judged_from": gate.judged_from,
            "judged_to": gate.judged_to,
            "improvement_on_champion": seen["improvement_on_champion"],
            "improvement_on_dummy": seen["improvement_on_dummy"],
            "improvement_on_baseline": seen["improvement_on_baseline"],
            "value_gain": seen["value_gain"],
            "value_unit": seen["value_unit"],
        },
        "performance": seen["performance"],
        "segments": seen["segments"],
        "groups": seen["groups"],
        "gates": {name: part.verdict.value for name, part in gate.parts.items()},
        "approvals": [
            {
                "approver": event.approver,
                "automatic": event.automatic,
                "expires_at": event.expires_at.isoformat(),
            }
            for event in (one.event for one in records)
            if isinstance(event, ApprovalGiven)
        ],
        "cost": {
            "declared_units": trained.cost_units,
            "measured": {"train": dict(trained.measured), "evaluate": dict(gate.measured)},
        },
        "capabilities": sorted({str(c) for one in records for c in one.envelope.capabilities}),
        "packages": len(evidence["environment"]["packages"]),
        "commit": evidence["code"]["commit"],
    }


def _the(records: Sequence[Record], kind: type[Any]) -> Any:
    """The last event of a kind."""
    return next(one.event for one in reversed(records) if one.type == kind.TYPE)


def _quarantine(records: Sequence[Record]) -> dict[str, Any]:
    """What the contract came to over the batches that were learnt from."""
    told = [one.payload for one in records if one.type == BatchValidated.TYPE]
    batches = [BatchValidated.model_validate(payload) for payload in told]
    reasons: Counter[str] = Counter()
    for batch in batches:
        reasons.update(batch.reasons)
    return {
        "batches": len(batches),
        "rows": sum(batch.rows for batch in batches),
        "accepted": sum(batch.accepted for batch in batches),
        "quarantined": sum(batch.quarantined for batch in batches),
        "duplicates": sum(batch.duplicates for batch in batches),
        "reasons": dict(sorted(reasons.items())),
    }
