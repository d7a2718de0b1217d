"""Who calls the stages: the program itself, or an orchestrator that wraps each step.

The stages never know. A step names what it is about and which declared stages run inside; an
orchestrator takes tags and retries from their declarations.
"""

from collections.abc import Callable
from typing import Protocol, TypeVar

from caf_pipelines.stage import Retry, declaration
from caf_platform.plugins import PLUGINS, Kind

T = TypeVar("T")


class Conductor(Protocol):
    """Calls one step and returns its result; what the step raises comes through."""

    def step(self, subject: str, stages: tuple[str, ...], work: Callable[[], T]) -> T:
        """Run `work`, which is about `subject` and runs the named stages."""
        ...


class Direct:
    """Calls each step at once, with nothing around it."""

    def step(self, _subject: str, _stages: tuple[str, ...], work: Callable[[], T]) -> T:
        """Just run it."""
        return work()


def retryable(stages: tuple[str, ...]) -> bool:
    """Whether every stage inside a step may be called again after a failure."""
    return all(declaration(name).details["retry"] is Retry.SAFE for name in stages)


def capability_tags() -> list[str]:
    """The CAF-AI capabilities of all declared stages, each once, in order."""
    stages = PLUGINS.of(Kind.STAGE)
    return sorted({str(capability) for stage in stages for capability in stage.capabilities})
