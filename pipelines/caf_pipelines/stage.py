"""How a stage is declared: once, with its name, its capabilities and whether it may be retried.

That one declaration feeds Prefect's tags, MLflow's tags, the ledger's capability tags, the
timeline, the capability map and the docs.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, ParamSpec, TypeVar

from caf_platform.capabilities import Capability
from caf_platform.plugins import PLUGINS, Kind, Plugin, register

P = ParamSpec("P")
R = TypeVar("R")


class Retry(StrEnum):
    """Whether an orchestrator may call a stage again by itself after a failure."""

    SAFE = "safe"
    NEVER = "never"


def stage(
    name: str, *capabilities: Capability, retry: Retry = Retry.SAFE
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare a plain function as a stage: `@stage("ingest", Capability.DATA_ENGINEERING)`."""
    return register(Kind.STAGE, name, *capabilities, retry=retry)


def declaration(name: str) -> Plugin:
    """The declaration of a stage by name."""
    return PLUGINS.get(Kind.STAGE, name)


def tags(name: str) -> dict[str, Any]:
    """A stage's tags for a tracker: its name and its capabilities."""
    found = declaration(name)
    return {"caf.stage": name, "caf.capabilities": ",".join(found.capabilities)}
