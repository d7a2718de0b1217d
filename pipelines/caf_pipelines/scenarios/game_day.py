"""One game day: the home as it was before, the edges where a fault acts, and what is heard."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Self, cast

from caf_pipelines.lifecycle.play import Play
from caf_pipelines.scenarios.altered import Altered, Change, Rows
from caf_pipelines.scenarios.finding import Finding, raised_by
from caf_pipelines.scenarios.grounds import Grounds
from caf_pipelines.scenarios.interposed import Interposed
from caf_pipelines.timeline import Timeline
from caf_platform.decision import Verdict
from caf_platform.errors import CafError
from caf_platform.ledger.events import Event
from caf_platform.ledger.record import Record
from caf_platform.ledger.state import ProjectState, read_state
from caf_platform.ports.ledger import Ledger
from caf_platform.project.model import Project
from caf_platform.project.source import Source
from caf_platform.wiring import Platform


@dataclass
class GameDay:
    """What a fault may lay hands on: the platform's ports, the project, and the data's way in."""

    grounds: Grounds
    platform: Platform
    project: Project
    ends: str
    timeline: Timeline
    heard: list[Finding] = field(default_factory=list)

    def play(
        self, change: Change | None = None, *, upstream: Rows | None = None, until: str = ""
    ) -> Play:
        """Play on up to a day (default: the game day's end), with deliveries changed on the way."""
        moment = self.grounds.moment(until or self.ends)

        def altered(origin: Source) -> Source:
            if change is None:
                return origin
            return Altered(origin, moment, change, upstream)

        return self.grounds.play(self.platform, self.project, moment, altered, self.timeline)

    def declare(self, **changes: Any) -> None:
        """Another declaration of the project from here on, as a person would edit `project.py`."""
        self.project = replace(
            self.project, declaration=replace(self.project.declaration, **changes)
        )

    def allow(self, part: str, **limits: Any) -> None:
        """Other limits of the policy from here on, as a person would edit `policy.yaml`."""
        said = self.project.policy.model_dump()
        for name, value in limits.items():
            said[part][name] = {"value": value, "because": "a game day asks for it"}
        policy = type(self.project.policy).model_validate(said)
        self.project = replace(self.project, policy=policy)

    def fresh(self) -> Self:
        """The same, as a new process finds it: nothing is remembered, nothing is open."""
        self.platform = self.grounds.platform(self.platform.home)
        return self

    @contextmanager
    def refusal(self, about: str) -> Iterator[None]:
        """Note whether what is tried within is refused, by which part of the platform and how."""
        try:
            yield
        except CafError as error:
            code = type(error).__name__.lower()
            self.heard.append(Finding(raised_by(error), Verdict.REFUSE, code, about, str(error)))

    @contextmanager
    def at(
        self, event: type[Event], then: Callable[[], None], *, after: bool = False
    ) -> Iterator[None]:
        """Within this, something happens once: as the next such event is recorded, or just was."""
        true = self.platform.ledger
        self.platform.ledger = cast("Ledger", Interposed(true, event.TYPE, then, after))
        try:
            yield
        finally:
            self.platform.ledger = true

    @property
    def state(self) -> ProjectState:
        """What the ledger says now."""
        return read_state(self.platform.ledger, self.project.name, self.platform.signer)

    def records(self) -> list[Record]:
        """Everything on record about the project, in order."""
        return list(self.platform.ledger.read(prefix=f"{self.project.name}/"))
