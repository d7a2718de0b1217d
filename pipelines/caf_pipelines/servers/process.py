"""A server as a child process: started, waited for, and ended with whoever started it."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from caf_platform.errors import Unavailable

LOOPBACK = "127.0.0.1"
PR_SET_PDEATHSIG = 1
PATIENCE_SECONDS = 120.0
POLL_SECONDS = 0.1
STOP_SECONDS = 10.0
OK = 200

_LIBRARY = ctypes.CDLL(None)  # before any fork: a child that has not begun yet loads nothing


@dataclass(frozen=True)
class Server:
    """A server process that was started.

    url           where it answers, without a slash at the end
    health        the path that answers 200 once it is ready
    log           what it writes
    instead       what to do when it does not come up
    """

    name: str
    process: subprocess.Popen[bytes]
    url: str
    health: str
    log: Path
    instead: str

    def ready(self) -> str:
        """Its URL, once it answers; `Unavailable` when it does not come up."""
        wait_for([self])
        return self.url

    def running(self) -> bool:
        """Whether its process lives."""
        return self.process.poll() is None

    def answers(self) -> bool:
        """Whether it says that it is ready. Asked directly: a proxy knows no loopback of ours."""
        where = urlsplit(self.url)
        connection = HTTPConnection(str(where.hostname), where.port, timeout=1)
        try:
            connection.request("GET", self.health)
            return connection.getresponse().status == OK
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    def stop(self) -> None:
        """End it and all that it started: politely, and by force after ten seconds."""
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=STOP_SECONDS)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextmanager
def started(
    name: str,
    words: Sequence[str],
    *,
    url: str,
    health: str,
    log: Path,
    environment: Mapping[str, str],
    instead: str,
) -> Iterator[Server]:
    """Run a Python module with its words as a server, and stop it in the end.

    It ends with the thread that started it, however that ends: call this from the main one.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as out:
        process = subprocess.Popen(  # noqa: S603 - fixed words, a port and a path of our own
            [sys.executable, "-m", *words],
            stdout=out,
            stderr=out,
            stdin=subprocess.DEVNULL,
            env=os.environ | environment,
            start_new_session=True,  # Ctrl-C stops whoever started it first, then the server
            preexec_fn=_end_with_parent,  # noqa: PLW1509 - one system call, which takes no lock
        )
    server = Server(name, process, url, health, log, instead)
    try:
        yield server
    finally:
        server.stop()


def wait_for(servers: Sequence[Server], told: Callable[[str], None] = lambda _names: None) -> None:
    """Wait until all of them answer; `told` hears the names of those that do not yet.

    `Unavailable` for the first one that ends, or after two minutes for one that never answers.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    waiting = list(servers)
    while waiting := [one for one in waiting if not one.answers()]:
        late = time.monotonic() > deadline
        lost = [one for one in waiting if late or not one.running()]
        if lost:
            raise _not_up(lost[0])
        told(" and ".join(one.name for one in waiting))
        time.sleep(POLL_SECONDS)


def _not_up(server: Server) -> Unavailable:
    return Unavailable(
        f"{server.name}'s server did not come up.",
        why=f"Its log is {server.log}.",
        next_step=server.instead,
    )


def _end_with_parent() -> None:
    """Ask Linux to end this process when its parent dies, even by SIGKILL."""
    with suppress(AttributeError):  # not on Linux
        _LIBRARY.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
