"""Real plays in processes of their own, started as a person would, and killed with all in them.

A play is the command that a person types, as leader of a process group; SIGKILL goes to the group.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from checkout import ROOT

from caf_platform.ledger.events import PlayFinished
from caf_platform.ledger.fingerprint import fingerprint
from caf_platform.ledger.record import Record
from caf_platform.settings import Settings
from caf_platform.wiring import Platform

CAF = str(Path(sys.executable).parent / "caf")
LONGEST = 3600.0
"""Seconds after which a play that does not come to its end is given up."""

MOVED = ("ledger_url", "lake_url")
"""Settings by which a ledger or a lake lies outside of the home."""

Process = subprocess.Popen  # of text


@dataclass
class Home:
    """A home, the project that is played in it, and by which command and settings."""

    path: Path
    project: str
    command: Sequence[str]
    settings: Mapping[str, str] = field(default_factory=dict)

    def start(self, *command: str) -> "Process[str]":
        """Start the play, or another command; nothing of the caller's settings gets through."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("CAF_", "MAKE", "MFLAGS"))}
        return Process(
            command or self.command,
            cwd=ROOT,
            env=kept | {"CAF_HOME": str(self.path), **self.settings},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def finish(self, *command: str) -> float:
        """Run the play, or another command, to its end, which must be a good one; the seconds."""
        begun = time.monotonic()
        process = self.start(*command)
        said, _ = process.communicate(timeout=LONGEST)
        assert process.returncode == 0, said[-3000:]
        return time.monotonic() - begun

    def killed_after(self, seconds: float) -> bool:
        """Start the play and kill it after some seconds; False when it came to its end before."""
        process = self.start()
        try:
            process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            kill(process)
            return True
        assert process.returncode == 0
        return False

    def platform(self) -> Platform:
        """The platform on this home, with connections of its own."""
        chosen = {name: self.settings.get(f"CAF_{name.upper()}", "") for name in MOVED}
        return Platform(Settings(home=self.path, **chosen))

    def records(self) -> list[Record]:
        """What the ledger holds of the project; nothing when there is none yet."""
        if not (self.settings.keys() & {"CAF_LEDGER_URL"} or (self.path / "ledger.db").exists()):
            return []
        return list(self.platform().ledger.read(prefix=f"{self.project}/"))

    def state_hash(self) -> str:
        """The state hash of the present play."""
        return fingerprint(self.project, self.records()).digest

    def finished(self) -> bool:
        """Whether the play has come to the end of its calendar."""
        return any(record.type == PlayFinished.TYPE for record in self.records())

    def processes(self) -> list[str]:
        """Command lines of living processes that were started for this home."""
        mine, found = f"CAF_HOME={self.path}".encode(), []
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):  # it has ended, or is somebody else's
                if mine in (process / "environ").read_bytes().split(b"\0"):
                    found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        return [line for line in found if line]


def kill(process: "Process[str]") -> None:
    """SIGKILL the whole process group, and take back the leader."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
