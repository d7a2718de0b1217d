"""Readings of one window, and what triage decides on them."""

from typing import Any

from window_samples import policy

from caf_monitoring.monitors import calls_for
from caf_monitoring.triage import Context, Triage, triage
from caf_platform.decision import Action, Decision, Number, Reason, Verdict

OK, BREACH, CANNOT = Verdict.OK, Verdict.BREACH, Verdict.CANNOT_JUDGE
MONITORS = tuple(calls_for())
POLICY = policy()


def reading(name: str, verdict: Verdict, code: str = "", **numbers: Number) -> Decision:
    """One monitor's reading with one reason."""
    reason = Reason(code=code or verdict.value, text=f"{name}: {verdict.value}")
    return Decision(by=name, verdict=verdict, reasons=(reason,), numbers=numbers)


def readings(**changed: Verdict | Decision) -> dict[str, Decision]:
    """A healthy window's readings with some changed."""
    return {name: reading(name, OK) for name in MONITORS} | {
        name: found if isinstance(found, Decision) else reading(name, found)
        for name, found in changed.items()
    }


def decide(context: dict[str, Any] | None = None, **changed: Verdict | Decision) -> Triage:
    """Triage of a window with a champion and a lawful former one."""
    usual: dict[str, Any] = {"has_champion": True, "former_champion": "v1"}
    return triage(readings(**changed), Context(**(usual | (context or {}))), POLICY)


def also(found: Triage) -> list[tuple[Action, str]]:
    """What else applied."""
    return [(other.action, other.cause) for other in found.suppressed]
