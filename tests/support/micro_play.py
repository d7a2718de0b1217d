"""The micro project on fakes: a world that outlives processes, and plays that are opened in it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from alert_list import AlertList
from drift import PlainDrift
from memory_lake import MemoryLake
from memory_ledger import MemoryLedger
from memory_tracking import MemoryTracking
from micro.data import Sensor
from plain_validator import PlainValidator

from caf_pipelines.lifecycle.play import Play
from caf_pipelines.timeline import Line, Timeline
from caf_platform.ledger.events import Event
from caf_platform.ledger.fingerprint import statements
from caf_platform.ledger.record import Entry, Record
from caf_platform.ledger.stored import Stored
from caf_platform.ports.drift import DriftMeter
from caf_platform.ports.ledger import Ledger
from caf_platform.ports.validator import Validator
from caf_platform.project.model import Project
from caf_platform.settings import Settings
from caf_platform.wiring import Platform

SUPPORT = Path(__file__).parent


@cache
def micro() -> Project:
    """The micro project, loaded as any other."""
    return Platform(Settings(projects=SUPPORT)).project("micro")


@cache
def keys_home() -> Path:
    """One home for all worlds of a test session: only the signing keys lie there."""
    return Path(mkdtemp(prefix="micro-keys-"))


def telling(source: Sensor, project: Project | None = None, **clock: Any) -> Project:
    """The micro project with other data, and a changed calendar."""
    found = project or micro()
    declared = found.declaration
    declared = replace(
        declared, source=lambda _cache: source, clock=replace(declared.clock, **clock)
    )
    return replace(found, declaration=declared)


def under(project: Project | None = None, **changes: dict[str, Any]) -> Project:
    """The micro project with other limits: `under(governor={"cooldown_days": 30})`."""
    found = project or micro()
    policy = found.policy.model_dump()
    for part, limits in changes.items():
        for name, value in limits.items():
            policy[part][name] = {"value": value, "because": "a test asks for it"}
    return replace(found, policy=type(found.policy).model_validate(policy))


class Told(Timeline):
    """Keeps every line."""

    def __init__(self) -> None:
        self.lines: list[Line] = []

    def tell(self, line: Line) -> None:
        """Remember it."""
        self.lines.append(line)

    def progress(self, text: str) -> None:
        """Of no interest."""


@dataclass
class World:
    """What is left when a process ends: ledger, lake, tracking store and sent alerts."""

    ledger: Ledger = field(default_factory=MemoryLedger)
    lake: MemoryLake = field(default_factory=MemoryLake)
    tracking: MemoryTracking = field(default_factory=MemoryTracking)
    alerts: AlertList = field(default_factory=AlertList)
    validator: Validator = field(default_factory=PlainValidator)
    drift: DriftMeter = field(default_factory=PlainDrift)

    def opened(self, project: Project | None = None, *, anew: bool = False) -> Play:
        """A play in a fresh process: nothing is remembered but what lies in this world."""
        platform = Platform(Settings(home=keys_home(), projects=SUPPORT))
        for port in ("ledger", "lake", "tracking", "alerts", "validator", "drift"):
            setattr(platform, port, getattr(self, port))
        return Play.open(platform, project or micro(), Told(), anew=anew)

    def played(self, project: Project | None = None, *, anew: bool = False) -> Play:
        """A play, run to the end of its data."""
        play = self.opened(project, anew=anew)
        play.run()
        return play

    def copy(self) -> "World":
        """The same world at this moment, going its own way from here."""
        tracking = MemoryTracking(
            runs=[replace(run) for run in self.tracking.runs],
            versions=defaultdict(list, {k: list(v) for k, v in self.tracking.versions.items()}),
            aliases=dict(self.tracking.aliases),
            abandoned=set(self.tracking.abandoned),
        )
        made = World(ledger=MemoryLedger(self.ledger.rows), tracking=tracking)
        made.lake.objects = dict(self.lake.objects)
        made.alerts.sent = list(self.alerts.sent)
        return made


def essences(records: Iterable[Record]) -> list[tuple[Any, ...]]:
    """What records say, in order: without durations, run ids and signatures."""
    return [(one.stream, one.key, one.type, said) for one, said in statements(records)]


class Killed(BaseException):
    """The process is gone: no handler of any error gets to see it."""


class FatalLedger(MemoryLedger):
    """Kills the process when it holds `fatal` records, once they are recorded or just before."""

    def __init__(self, rows: Sequence[Stored], *, fatal: int, before: bool = False) -> None:
        super().__init__(rows)
        self._fatal, self._before = fatal, before

    def append_all(self, entries: Sequence[Entry]) -> list[Record]:
        """Append, and die of it."""
        dies = len(self.rows) + 1 >= self._fatal
        if dies and self._before:
            raise Killed
        appended = super().append_all(entries)
        if len(self.rows) >= self._fatal:
            raise Killed
        return appended


class Witness(MemoryLedger):
    """Keeps a copy of its whole world after each record: `after[n]` has n records."""

    world: "World"

    def __init__(self) -> None:
        super().__init__()
        self.after: dict[int, World] = {}

    def append_all(self, entries: Sequence[Entry]) -> list[Record]:
        """Append, and look around."""
        appended = super().append_all(entries)
        self.after.setdefault(len(self.rows), self.world.copy())
        return appended


@cache
def whole_story() -> "Witness":
    """The undisturbed play of the micro project; nobody changes it."""
    ledger = Witness()
    ledger.world = World(ledger=ledger)
    ledger.world.played()
    return ledger


def after(key: str) -> "World":
    """A world of one's own in which the story has just recorded the event with this key."""
    story, start = whole_story(), f"micro/play-1/{key}"
    number = next(
        at for at, row in enumerate(story.rows, 1) if f"{row.key}/".startswith(f"{start}/")
    )
    return story.after[number].copy()


def recorded(world: World, kind: type[Event]) -> list[Any]:
    """The events of one kind, in order."""
    return [record.event for record in world.ledger.read() if record.type == kind.TYPE]
