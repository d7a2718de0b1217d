"""Which of the whitepaper's 49 capabilities something is built for, and which this play used.

Built: something that registers with the platform names it. Used: an event of this play carries
it. Neither says that a capability is fulfilled, let alone enforced.
"""

import pkgutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module

from caf_pipelines import stages
from caf_pipelines.report.parts import Cell, Table, number, table
from caf_platform.capabilities import Capability, Perspective, catalogue
from caf_platform.ledger.record import Record
from caf_platform.plugins import PLUGINS, Kind
from caf_platform.wiring import LAKES

REGISTERING = (
    *(f"{stages.__name__}.{one.name}" for one in pkgutil.iter_modules(stages.__path__)),
    "caf_governance.gates",
    "caf_monitoring.monitors",
    "caf_platform.model.families",
    "caf_platform.adapters.alerts",
    *LAKES.values(),
)
"""Modules that register when they are imported."""


@dataclass(frozen=True)
class Mapped:
    """One capability: what names it, and how often this play's events carried it."""

    capability: Capability
    label: str
    enriched: bool
    parts: tuple[str, ...]
    events: int
    kinds: tuple[str, ...]

    @property
    def level(self) -> str:
        """`used`, `built`, or `empty`."""
        if self.events:
            return "used"
        return "built" if self.parts else "empty"


@dataclass(frozen=True)
class View:
    """One perspective with its capabilities."""

    perspective: Perspective
    rows: tuple[Mapped, ...]

    @property
    def table(self) -> Table:
        """Everything about them."""
        columns = ("capability", "so far", "built for it", "events", "kinds of event")
        return table(
            f"{self.perspective} perspective",
            columns,
            [
                (
                    Cell(one.label),
                    Cell(one.level),
                    Cell(", ".join(one.parts) or "nothing yet"),
                    number(one.events),
                    Cell(", ".join(one.kinds) or "none"),
                )
                for one in self.rows
            ],
            stacked=True,
        )


def capability_map(records: Sequence[Record]) -> tuple[View, ...]:
    """All 49 capabilities by perspective, in the whitepaper's order."""
    for module in REGISTERING:
        import_module(module)
    parts: dict[Capability, list[str]] = {}
    for kind in Kind:
        for plugin in PLUGINS.of(kind):
            for capability in plugin.capabilities:
                parts.setdefault(capability, []).append(f"{kind} {plugin.name}")
    carried: dict[Capability, Counter[str]] = {}
    for record in records:
        for capability in record.envelope.capabilities:
            carried.setdefault(capability, Counter())[record.type] += 1
    mapped = [
        Mapped(
            capability=row.capability,
            label=row.label,
            enriched=row.enriched,
            parts=tuple(sorted(parts.get(row.capability, ()))),
            events=sum(carried.get(row.capability, Counter()).values()),
            kinds=tuple(
                f"{kind.replace('_', ' ')} \u00d7 {times}"
                for kind, times in sorted(carried.get(row.capability, Counter()).items())
            ),
        )
        for row in catalogue()
    ]
    return tuple(
        View(view, tuple(one for one in mapped if one.capability.perspective is view))
        for view in Perspective
    )
