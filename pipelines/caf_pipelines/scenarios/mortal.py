"""A play in a process of its own that is killed at a named moment, by SIGKILL."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import cast

from caf_pipelines.scenarios.grounds import Grounds
from caf_pipelines.scenarios.interposed import Interposed
from caf_platform.errors import Fault
from caf_platform.ledger.events import Event
from caf_platform.ports.ledger import Ledger
from caf_platform.quiet import quiet
from caf_platform.settings import read_settings

PROGRAM = "import sys; from caf_pipelines.scenarios.mortal import main; main(sys.argv[1:])"
"""What the process runs. Not this module itself: its classes would be called `__main__`'s."""


def killed_at(
    grounds: Grounds, home: Path, until: str, event: type[Event], *, after: bool = False
) -> int:
    """Play on in another process until it is killed, as or after it records such an event.

    Returns the process's id. Raises `Fault` when it ended in any other way.
    """
    words = [str(grounds.root), grounds.name, str(home), until, event.TYPE, json.dumps(after)]
    settings = {"CAF_PROJECTS": str(grounds.settings.projects.absolute())}
    with subprocess.Popen(  # nosec B603 # noqa: S603 - our own program
        [sys.executable, "-P", "-c", PROGRAM, *words],
        env=os.environ | settings,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        _, said = process.communicate()
    if process.returncode != -signal.SIGKILL:
        raise Fault(
            f"The play ended with {process.returncode} and was not killed.", why=said[-500:]
        )
    return process.pid


def main(words: Sequence[str]) -> None:
    """Play until the moment has come."""
    quiet()
    root, name, home, until, kind, after = words
    grounds = Grounds(Path(root), read_settings(), name)
    platform = grounds.platform(Path(home))
    die = partial(os.kill, os.getpid(), signal.SIGKILL)
    at = Interposed(platform.ledger, kind, die, json.loads(after))
    platform.ledger = cast("Ledger", at)
    grounds.play(platform, grounds.project(), grounds.moment(until))
