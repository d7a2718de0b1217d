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

from filelock import FileLock, Timeout

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
    starting      held from its start until it answers
    """

    name: str
    process: subprocess.Popen[bytes]
    url: str
    health: str
    log: Path
    instead: str
    starting: FileLock

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
    starting: FileLock,
) -> Iterator[Server]:
    """Run a Python module with its words as a server, and stop it in the end.

    `starting` is held until `wait_for` has seen it answer: neither Prefect nor MLflow can make
    its tables while another process makes them too. `Unavailable` when nobody lets go of it.
    It ends with the thread that started it, however that ends: call this from the main one.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    _hold(starting, name)
    try:
        process = _process(words, log, environment)
        server = Server(name, process, url, health, log, instead, starting)
        try:
            yield server
        finally:
            server.stop()
    finally:
        starting.release()


def wait_for(
    servers: Sequence[Server],
    told: Callable[[str], None] = lambda _names: None,
    *,
    patience: float = PATIENCE_SECONDS,
) -> None:
    """Wait until all of them answer; `told` hears the names of those that do not yet.

    `Unavailable` for the first one that ends, or that has not answered after `patience` seconds.
    """
    deadline = time.monotonic() + patience
    waiting = list(servers)
    while waiting := [one for one in waiting if not _up(one)]:
        late = time.monotonic() > deadline
        lost = [one for one in waiting if late or not one.running()]
        if lost:
            raise _not_up(lost[0])
        told(" and ".join(one.name for one in waiting))
        time.sleep(POLL_SECONDS)


def _up(server: Server) -> bool:
    """Whether it answers, from when on others may start theirs."""
    up = server.answers()
    if up:
        server.starting.release()
    return up


def _hold(starting: FileLock, name: str) -> None:
    try:
        starting.acquire()
    except Timeout as error:
        raise Unavailable(
            f"{name}'s server cannot be started.",
            why=f"Another process is starting one, and has held '{starting.lock_file}' too long.",
            next_step="End that process, or wait for it, and try again.",
        ) from error


def _process(
    words: Sequence[str], log: Path, environment: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    with log.open("wb") as out:
        return subprocess.Popen(  # nosec B603 # noqa: S603 - fixed words, a port and a path of our own
            [sys.executable, "-m", *words],
            stdout=out,
            stderr=out,
            stdin=subprocess.DEVNULL,
            env=os.environ | environment,
            start_new_session=True,  # Ctrl-C stops whoever started it first, then the server
            preexec_fn=_end_with_parent,  # noqa: PLW1509 - one system call, which takes no lock
        )


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
