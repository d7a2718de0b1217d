"""Every monitor, and the way to ask them all.

A monitor is a pure function from a window's evidence and the policy to ok, breach or *cannot
judge*, registered with what its breach calls for. One of your own: write the function, register
it under `Kind.MONITOR` with `calls_for=Action...` (watch, if you say nothing), import it.
"""

from caf_monitoring.evidence import WindowEvidence
from caf_monitoring.monitors import drift, former_champion, groups, labels, performance, serving
from caf_monitoring.monitors.reading import cannot
from caf_platform.decision import Action, Decision, Reason, Verdict
from caf_platform.plugins import PLUGINS, Kind, Plugin, Plugins
from caf_platform.project.policy import Policy

__all__ = [
    "calls_for",
    "drift",
    "former_champion",
    "groups",
    "labels",
    "look",
    "performance",
    "serving",
]

_ANSWERS = (Verdict.OK, Verdict.BREACH, Verdict.CANNOT_JUDGE)


def look(
    evidence: WindowEvidence, policy: Policy, plugins: Plugins = PLUGINS
) -> dict[str, Decision]:
    """The reading of every registered monitor, by name. A failing monitor reads *cannot judge*."""
    return {plugin.name: _reading(plugin, evidence, policy) for plugin in plugins.of(Kind.MONITOR)}


def calls_for(plugins: Plugins = PLUGINS) -> dict[str, Action]:
    """What a breach of each registered monitor calls for."""
    return {
        plugin.name: plugin.details.get("calls_for", Action.WATCH)
        for plugin in plugins.of(Kind.MONITOR)
    }


def _reading(plugin: Plugin, evidence: WindowEvidence, policy: Policy) -> Decision:
    try:
        found = plugin.target(evidence, policy)
    except Exception as error:  # noqa: BLE001  # a monitor may be anybody's; none stops the others
        return _failed(plugin.name, repr(error))
    if not isinstance(found, Decision) or found.verdict not in _ANSWERS:
        return _failed(plugin.name, f"it answered {found!r}, not ok, breach or cannot_judge")
    return found


def _failed(name: str, why: str) -> Decision:
    return cannot(name, Reason(code="monitor_failed", text=f"the monitor failed: {why}"))
