"""The micro project fed from files in a folder, through the real `caf` command.

Ledger, lake, keys and door are real; what would cost seconds to import is a fake.
"""

import shutil
from collections.abc import Iterable
from contextlib import redirect_stderr, redirect_stdout
from copy import deepcopy
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any, Self

from drift import PlainDrift
from micro.data import batch, csv, labels
from plain_validator import PlainValidator
from played import MICRO, Played

from caf_pipelines.cli.app import run
from caf_pipelines.cli.opening import given
from caf_pipelines.lifecycle.frames import Frames
from caf_platform.adapters.ledger import SqlLedger
from caf_platform.ledger.fingerprint import Fingerprint, fingerprint
from caf_platform.ledger.state import read_state
from caf_platform.settings import Orchestrator, Settings
from caf_platform.wiring import Platform

PATIENCE = 0.2
"""Seconds that a writer waits for another one here; half a minute outside of tests."""


@dataclass
class Delivered(Played):
    """A home, and a project whose deliveries are files in `inbox`."""

    @classmethod
    def begun(cls, root: Path, **limits: str) -> Self:
        """An empty home, and nothing delivered yet."""
        made = super().begun(root, **limits)
        made.inbox.mkdir()
        declared = made.folder / "project.py"
        text = declared.read_text("utf-8")
        text = text.replace("from .data import Sensor", "from .inbox import Inbox")
        reads = 'return Inbox(Path(__file__).parent / "inbox")'
        declared.write_text(text.replace("return Sensor()", reads), "utf-8")
        return made

    def copy(self, root: Path) -> Self:
        """The same, going its own way from here."""
        shutil.copytree(self.root, root, dirs_exist_ok=True)
        return type(self)(root, deepcopy(self.tracking))

    @property
    def folder(self) -> Path:
        """Where `project.py` and `policy.yaml` lie."""
        return self.root / "projects" / MICRO

    @property
    def inbox(self) -> Path:
        """Where files arrive."""
        return self.folder / "inbox"

    def deliver(self, days: Iterable[int]) -> None:
        """Put the files of some days where they arrive, each with the labels of the day before."""
        for day in days:
            (self.inbox / f"day-{day:02d}.csv").write_bytes(csv(batch(day)))
            if day > 1:
                (self.inbox / f"labels-{day - 1:02d}.csv").write_bytes(csv(labels(day - 1)))

    def platform(self, orchestrator: Orchestrator = Orchestrator.NONE) -> Platform:
        """As a new process would make it, impatient, with fakes for what is slow."""
        projects = self.root / "projects"
        settings = Settings(home=self.home, projects=projects, orchestrator=orchestrator)
        platform = Platform(settings, patience=PATIENCE)
        platform.tracking = self.tracking
        platform.validator, platform.drift = PlainValidator(), PlainDrift()
        return platform

    def caf(self, *words: str) -> int:
        """Run one command as a process would: when it ends, no file of the home is open."""
        platform = self.platform()
        try:
            with given(platform):
                return run(list(words))
        finally:
            if "ledger" in vars(platform):
                platform.ledger.close()

    def seen(self, *words: str) -> tuple[int, str, str]:
        """Run one command: its exit code, and what it printed."""
        out, err = StringIO(), StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = self.caf(*words)
        return code, out.getvalue(), err.getvalue()

    def left(self) -> tuple[Any, ...]:
        """What a command leaves behind: the newest record, and the files of lake and keys."""
        ledger = SqlLedger.open(f"sqlite:///{self.home / 'ledger.db'}")
        head = ledger.head()
        ledger.close()
        files = (path for part in ("lake", "keys") for path in (self.home / part).rglob("*"))
        return head and head.hash, sorted((path, path.stat().st_size) for path in files)

    def accepted(self) -> dict[str, frozenset[str]]:
        """The keys of the rows in force, by batch."""
        platform = self.platform()
        state = read_state(platform.ledger, MICRO)
        frames = Frames(platform.lake, state)
        return {name: frozenset(frames.rows([name])["row"]) for name in frames.usable()}

    def labelled(self, batch_name: str) -> int:
        """How many rows of a batch have a label."""
        platform = self.platform()
        return len(Frames(platform.lake, read_state(platform.ledger, MICRO)).labelled([batch_name]))

    def state_hash(self) -> str:
        """One number for what the play came to, and for every decision on the way."""
        return self._fingerprint().digest

    def streams(self) -> dict[str, str]:
        """A digest of what each stream of the ledger states."""
        return dict(self._fingerprint().streams)

    def _fingerprint(self) -> Fingerprint:
        return fingerprint(MICRO, self.platform().ledger.read(prefix=f"{MICRO}/"))
