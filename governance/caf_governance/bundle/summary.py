"""What a bundle says in short, computed from what the promotion rests on alone. Pure."""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

from caf_governance.bundle.basis import Basis
from caf_platform.ledger.events import BatchValidated


def summary(found: Basis, evidence: Mapping[str, Any]) -> dict[str, Any]:
    """Contract, quarantine, data, comparison, groups, privacy, approvals, cost, capabilities, SBOM.

    `evidence` are the manifest's JSON objects by name.
    """
    trained, gate, promoted = found.trained, found.gate, found.promoted
    approvals = found.model_before().approvals
    seen = evidence["evaluation"]["evidence"]
    return {
        "version": promoted.version,
        "replaces": promoted.replaces,
        "reason": promoted.reason,
        "contract": {
            "digest": promoted.manifest.digests["contract"],
            **_quarantine(found.batches.values()),
        },
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
        "importance": seen.get("importance", {}),
        "membership": seen["membership"],
        "gates": {name: part.verdict.value for name, part in gate.parts.items()},
        "approvals": [
            {
                "approver": event.approver,
                "automatic": event.automatic,
                "expires_at": event.expires_at.isoformat(),
            }
            for event in (approvals[key] for key in promoted.approvals)
        ],
        "cost": {
            "declared_units": trained.cost_units,
            "measured": {"train": dict(trained.measured), "evaluate": dict(gate.measured)},
        },
        "capabilities": sorted({str(c) for one in found.own for c in one.envelope.capabilities}),
        "packages": len(evidence["environment"]["packages"]),
        "commit": evidence["code"]["commit"],
    }


def _quarantine(batches: Collection[BatchValidated]) -> dict[str, Any]:
    """What the contract came to over the batches that were learnt from."""
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
