"""Where game days are held: homes that were played up to a day, copied for each scenario."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from filelock import FileLock

from caf_pipelines.lifecycle.play import Play
from caf_pipelines.scenarios.altered import Altered
from caf_pipelines.timeline import Silent, Timeline
from caf_platform.adapters.tracking_moved import moved
from caf_platform.digest import digest, short
from caf_platform.project.model import Project
from caf_platform.project.source import Source
from caf_platform.settings import Orchestrator, Settings
from caf_platform.wiring import Platform


@dataclass(frozen=True)
class Grounds:
    """The homes of one project's game days, below a folder."""

    root: Path
    settings: Settings
    name: str

    def platform(self, home: Path) -> Platform:
        """The platform on one of the homes: real parts, all inside it, and no orchestrator."""
        return Platform(
            Settings(
                home=home,
                projects=self.settings.projects,
                sample=self.project().declaration.rehearsed_on,
                orchestrator=Orchestrator.NONE,
                ledger_url="",
                lake_url="",
                witness="",
            )
        )

    def project(self) -> Project:
        """The project as it is declared."""
        return Platform(self.settings).project(self.name)

    def moment(self, day: str) -> datetime:
        """The midnight with which a day begins, on the project's own clock."""
        zone = ZoneInfo(self.project().declaration.clock.timezone)
        return datetime.fromisoformat(day).replace(tzinfo=zone)

    def source(self) -> Source:
        """The true source; its tables are made once for all scenarios."""
        return _source(self.project().declaration.source, self.root / "cache")

    def base(self, day: str) -> Path:
        """A home played up to a day, on top of the nearest one before; made once."""
        ending = self._digest()
        home = self._before(day, ending)
        self.root.mkdir(parents=True, exist_ok=True)
        with FileLock(self.root / "bases.lock"):
            if not home.exists():
                made = home.with_name(f"unfinished-{home.name}")  # MLflow keeps files open by name
                shutil.rmtree(made, ignore_errors=True)
                if earlier := self._earlier(home, ending):
                    self.copy(earlier, made)
                self.play(self.platform(made), self.project(), self.moment(day))
                moved(made / "mlflow", home / "mlflow")
                made.rename(home)
        return home

    def _before(self, day: str, ending: str) -> Path:
        return self.root / f"before-{day}-{ending}"

    def _earlier(self, home: Path, ending: str) -> Path | None:
        """The nearest finished home before one; names sort as days do."""
        known = sorted(self.root.glob(self._before("*", ending).name))
        return max((path for path in known if path.name < home.name), default=None)

    def copy(self, base: Path, home: Path) -> Path:
        """A copy of a home that goes its own way from here."""
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(base, home)
        moved(home / "mlflow", home / "mlflow")
        return home

    def play(
        self,
        platform: Platform,
        project: Project,
        until: datetime,
        alter: Callable[[Source], Source] = lambda source: source,
        timeline: Timeline | None = None,
    ) -> Play:
        """Play everything that arrives up to a moment; the calendar itself goes on."""
        source = Altered(alter(self.source()), until)
        declaration = replace(project.declaration, source=lambda _cache: source)
        play = Play.open(platform, replace(project, declaration=declaration), timeline or Silent())
        play.reconcile()
        for window in play.windows():
            play.take(window)
        return play

    def _digest(self) -> str:
        """Of the code and the project: a base that other code made is none."""
        return _code(self.settings.projects / self.name)


@cache
def _source(factory: Callable[[Path], Source], folder: Path) -> Source:
    return factory(folder)


@cache
def _code(project: Path) -> str:
    import caf_governance
    import caf_monitoring
    import caf_pipelines
    import caf_platform

    packages = (caf_governance, caf_monitoring, caf_pipelines, caf_platform)
    folders = [Path(package.__path__[0]) for package in packages]
    files = [path for folder in folders for path in folder.rglob("*.py")]
    files += [*project.glob("*.py"), *project.glob("*.yaml")]
    return short(digest("".join(digest(path.read_bytes()) for path in sorted(files)).encode()))
