"""The one way in: stages, gates, monitors, model families, stores and alert routes register here.

Built-in ones use the same call as a stranger's package would, so there is no second, hidden
list. A registration carries what the rest of the platform needs to show the thing: its name,
one sentence, and the CAF-AI capabilities that it implements.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from caf_platform.capabilities import Capability
from caf_platform.errors import BadInput, did_you_mean

T = TypeVar("T")


class Kind(StrEnum):
    """What can be plugged in; a control cannot, and registers to be on the capability map."""

    STAGE = "stage"
    GATE = "gate"
    MONITOR = "monitor"
    MODEL_FAMILY = "model family"
    STORE = "store"
    ALERT_ROUTE = "alert route"
    CONTROL = "control"


@dataclass(frozen=True)
class Plugin:
    """One registered thing. `target` is the function or class itself."""

    kind: Kind
    name: str
    capabilities: tuple[Capability, ...]
    target: Any
    summary: str
    details: dict[str, Any] = field(default_factory=dict)


class Plugins:
    """A registry: names are unique per kind, and an unknown name is answered with a hint."""

    def __init__(self) -> None:
        self._found: dict[tuple[Kind, str], Plugin] = {}

    def add(self, plugin: Plugin) -> None:
        """Register once; the same name twice for different things raises BadInput."""
        if not plugin.capabilities:
            raise BadInput(f"{plugin.kind} '{plugin.name}' names no CAF-AI capability.")
        former = self._found.setdefault((plugin.kind, plugin.name), plugin)
        if former.target is not plugin.target:
            raise BadInput(f"There are two of {plugin.kind} '{plugin.name}'.")

    def get(self, kind: Kind, name: str) -> Plugin:
        """The plugin of that name, or BadInput with the nearest known name."""
        try:
            return self._found[kind, name]
        except KeyError:
            known = [plugin.name for plugin in self.of(kind)]
            raise BadInput(
                f"No {kind} '{name}'.", why=did_you_mean(name, known), next_step=f"Known: {known}."
            ) from None

    def of(self, kind: Kind) -> Iterator[Plugin]:
        """All plugins of a kind, in order of registration."""
        return (plugin for plugin in self._found.values() if plugin.kind is kind)


PLUGINS = Plugins()


def register(kind: Kind, name: str, *capabilities: Capability, **details: Any) -> Callable[[T], T]:
    """Decorator: `@register(Kind.GATE, "calibration", Capability.RISK_MANAGEMENT)`.

    The first line of the docstring becomes the sentence that the map, the timeline and the
    docs show.
    """

    def enter(target: T) -> T:
        summary = (target.__doc__ or "").strip().split("\n", 1)[0]
        PLUGINS.add(Plugin(kind, name, capabilities, target, summary, details))
        return target

    return enter


register(Kind.CONTROL, "registry", Capability.PLATFORM_ENGINEERING)(Plugins)
