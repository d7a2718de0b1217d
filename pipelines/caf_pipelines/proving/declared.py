"""What is registered in the code for each capability."""

import sys
from importlib import import_module
from pathlib import Path
from typing import Final

from caf_governance.capability_map.judging import Tag
from caf_pipelines.proving.checkout import ROOT
from caf_platform.capabilities import Capability
from caf_platform.plugins import PLUGINS, Kind

REGISTERING: Final = (
    *(
        f"caf_pipelines.stages.{name}"
        for name in (
            "ingest", "validate", "replay", "data_card", "train", "evaluate", "approve", "move",
            "score", "collect_labels", "monitor", "decide",
        )
    ),
    "caf_governance.gates",
    "caf_governance.bundle.verifying",
    "caf_monitoring.monitors",
    "caf_monitoring.triage",
    "caf_monitoring.governor",
    "caf_platform.masking",
    "caf_platform.model.families",
    "caf_platform.model.artifact",
    "caf_platform.model.golden",
    "caf_platform.adapters.alerts",
    "caf_platform.adapters.lake_local",
    "caf_platform.adapters.lake_s3",
    "caf_platform.door.approval",
    "caf_platform.door.door",
    "caf_platform.door.orders",
    "caf_platform.ledger.chain",
    "caf_platform.ledger.privileged",
    "caf_platform.ledger.witnessed",
    "caf_platform.project.classified",
    "caf_platform.project.load",
    "caf_platform.wiring",
    "caf_pipelines.erasing.act",
    "caf_pipelines.erasing.tokens",
    "caf_pipelines.history",
    "caf_pipelines.lifecycle.turn",
    "caf_pipelines.lineage.walk",
    "caf_pipelines.products.making",
    "caf_pipelines.explanations.explanation",
    "caf_pipelines.scenarios.holding",
)  # fmt: skip
"""Modules that register when they are imported; a test of this repository knows them all."""

_PACKAGES: Final = ("caf_platform", "caf_monitoring", "caf_governance", "caf_pipelines")


def tags() -> dict[Capability, list[Tag]]:
    """Everything that the platform's own packages register, by capability."""
    for module in REGISTERING:
        import_module(module)
    found: dict[Capability, list[Tag]] = {}
    for kind in Kind:
        for plugin in PLUGINS.of(kind):
            module = plugin.target.__module__
            if module.partition(".")[0] in _PACKAGES:
                tag = Tag(f"{kind} {plugin.name}", _file(module))
                for capability in plugin.capabilities:
                    found.setdefault(capability, []).append(tag)
    return found


def _file(module: str) -> str:
    """Where a module lies, from the root of the clone."""
    path = Path(sys.modules[module].__file__ or "")
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
