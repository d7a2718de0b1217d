"""A `caf` command on a micro home that is sent signals at a moment of its own choosing.

The moment is the first audit event (PEP 578) of a kind whose first argument holds a text: a file
that is about to be opened, a module to be imported, a program to be started.

    python interrupted.py ROOT ORCHESTRATOR EVENT TEXT SIGNAL[,SIGNAL] VERB ...
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from inbox_play import Delivered

from caf_pipelines.cli import main
from caf_pipelines.cli.opening import given
from caf_platform.settings import Orchestrator


def send_at(event: str, text: str, names: list[str]) -> None:
    """Send the signals when the moment comes, each when the one before has been noticed."""
    left = [signal.Signals[name] for name in names]

    def noticed(happened: str, arguments: tuple[Any, ...]) -> None:
        if left and happened == event and text in str(arguments[0]):
            _send(left)

    sys.addaudithook(noticed)


def _send(left: list[signal.Signals]) -> None:
    try:
        os.kill(os.getpid(), left.pop(0))
    finally:  # the first one has raised by now
        if left:
            _send(left)


if __name__ == "__main__":
    _, root, orchestrator, event, text, names, *words = sys.argv
    sys.argv = ["caf", *words]
    platform = Delivered(Path(root)).platform(Orchestrator(orchestrator))
    send_at(event, text, names.split(","))
    with given(platform):
        main()
