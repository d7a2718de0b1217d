"""The looks of a play: each window with what was recorded, read and compared about it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from caf_pipelines.lifecycle.estimating import Expected
from caf_pipelines.report.chapters import Chapter
from caf_pipelines.report.contenders import Comparison, Contender
from caf_pipelines.report.parts import shown
from caf_platform.decision import Number
from caf_platform.ledger import events as e

WAYS = (
    ("served", "circle", "the champion, as served"),
    ("frozen", "square", "the first champion, never replaced"),
    ("newest", "up", "the newest model, whatever the gate said"),
)
"""The three ways of serving: class, sign, and what each is called."""
ESTIMATED = ("estimated", "box", "estimated without labels")
"""What was expected of the served rows before their labels: no way of serving, and no verdict."""


@dataclass(frozen=True)
class Look:
    """One closed window with everything that is drawn of it."""

    chapter: Chapter
    compared: Comparison | None
    expected: Expected | None = None

    @property
    def name(self) -> str:
        """The window."""
        return self.chapter.name

    @property
    def anchor(self) -> str:
        """Where on the page its decisions stand."""
        return f"w-{re.sub(r'[^A-Za-z0-9_-]', '_', self.name)}"

    @property
    def monitored(self) -> e.WindowMonitored | None:
        """What the monitors read."""
        return self.chapter.first(e.WindowMonitored)

    @property
    def champion(self) -> str:
        """Who served when the window was looked at; empty for nobody."""
        return (self.monitored.champion or "") if self.monitored else ""

    def reading(self, monitor: str, name: str) -> Number:
        """One number of one monitor, None where it was not measured."""
        readings = self.monitored.readings if self.monitored else {}
        return readings[monitor].numbers.get(name) if monitor in readings else None

    def limit(self, monitor: str) -> Number:
        """The limit that a monitor measured against in this window."""
        readings = self.monitored.readings if self.monitored else {}
        judged = (f"{monitor}_kept", f"{monitor}_breached")
        reasons = readings[monitor].reasons if monitor in readings else ()
        return next((reason.limit for reason in reasons if reason.code in judged), None)

    def contender(self, way: str) -> Contender | None:
        """Served, frozen or newest."""
        found: Contender | None = getattr(self.compared, way) if self.compared else None
        return found

    def same(self, way: str) -> bool:
        """Whether another way would have been the very model that served."""
        served, found = self.contender("served"), self.contender(way)
        return way != "served" and bool(served and found and served.versions == found.versions)


def looks(
    chapters: Sequence[Chapter],
    compared: Sequence[Comparison],
    expected: Sequence[Expected] = (),
) -> tuple[Look, ...]:
    """The windows that were looked at, in order."""
    by_window = {one.window: one for one in compared}
    estimates = {one.window: one for one in expected}
    return tuple(
        Look(chapter, by_window.get(chapter.name), estimates.get(chapter.name))
        for chapter in chapters
        if chapter.first(e.WindowMonitored)
    )


def suppressed(chapter: Chapter) -> list[str]:
    """Actions that also applied and were not taken; more watching is not worth a mark."""
    return [
        f"{one.action} for {one.cause}".replace("_", " ")
        for decided in chapter.of(e.ActionDecided)
        for one in decided.held_back
    ]


def between(found: Contender | None) -> str:
    """A skill's interval as text."""
    if found is None or found.skill.low is None or found.skill.high is None:
        return "not measured"
    return f"{shown(found.skill.low)} to {shown(found.skill.high)}"


def intervals(seen: Sequence[Look]) -> str:
    """What the whiskers are; empty where there are none."""
    level = next((c.skill.level for look in seen if (c := look.contender("served"))), None)
    if level is None:
        return ""
    return f"Whiskers are {level:.0%} intervals over whole clusters of rows, such as days."
