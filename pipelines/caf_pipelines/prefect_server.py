"""One Prefect server for a whole play, on loopback, with its state in the platform's home.

Started before it is needed, so that it comes up while data and libraries are being loaded.
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from caf_platform.errors import Unavailable

LOOPBACK = "127.0.0.1"
PR_SET_PDEATHSIG = 1
PATIENCE_SECONDS = 120.0
POLL_SECONDS = 0.1

# The recorder writes task runs down; the rest serves schedules and automations, which a play
# has none of, and would contend for the same SQLite file.
_ONLY_RECORDING = {
    f"PREFECT_SERVER_SERVICES_{service}_ENABLED": "false"
    for service in (
        "CANCELLATION_CLEANUP",
        "CLEANUP_RECONCILER",
        "EVENT_PERSISTER",
        "FOREMAN",
        "LATE_RUNS",
        "PAUSE_EXPIRATIONS",
        "REPOSSESSOR",
        "SCHEDULER",
        "TRIGGERS",
    )
}


@dataclass
class PrefectServer:
    """A server process that was started; `ready` waits until it answers."""

    process: subprocess.Popen[bytes]
    url: str
    log: Path

    def ready(self) -> str:
        """The API's URL, once the server answers; `Unavailable` when it does not come up."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            if self._answers():
                return self.url
            time.sleep(POLL_SECONDS)
        raise Unavailable(
            "The Prefect server did not come up.",
            why=f"Its log is {self.log}.",
            next_step="Run without it: CAF_ORCHESTRATOR=none make demo",
        )

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=1) as answer:  # noqa: S310 - our own loopback URL
                return bool(answer.status == 200)  # noqa: PLR2004 - HTTP OK
        except OSError:
            return False


@contextmanager
def prefect_server(home: Path) -> Iterator[PrefectServer]:
    """Start a server whose state lives in `home`, and stop it in the end.

    Sets PREFECT_API_URL and PREFECT_HOME for this process: do this before Prefect is imported.
    """
    home.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    os.environ["PREFECT_HOME"] = str(home)
    os.environ["PREFECT_API_URL"] = url = f"http://{LOOPBACK}:{port}/api"
    # what goes wrong is raised and told by the play; Prefect would tell it a second time
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "CRITICAL")
    command = [sys.executable, "-m", "prefect", "server", "start"]
    log = home / "server.log"
    with log.open("wb") as out:
        process = subprocess.Popen(  # noqa: S603 - fixed words and our own port
            [*command, "--host", LOOPBACK, "--port", str(port)],
            stdout=out,
            stderr=out,
            stdin=subprocess.DEVNULL,
            env=os.environ | _ONLY_RECORDING,
            start_new_session=True,  # Ctrl-C stops the play first, then the server
            preexec_fn=_end_with_parent,  # noqa: PLW1509 - no thread holds a lock this early
        )
    try:
        yield PrefectServer(process, url, log)
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()


def _end_with_parent() -> None:
    """Ask Linux to end this process when its parent dies, even by SIGKILL."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
