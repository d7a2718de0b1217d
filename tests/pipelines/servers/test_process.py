"""A server's life as a child process, with small real servers."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from filelock import FileLock, Timeout
from micro_play import SUPPORT
from processes import lives, until

from caf_pipelines.servers.ports import free_port
from caf_pipelines.servers.process import LOOPBACK, Server, started, wait_for
from caf_platform.errors import Unavailable

PARENT = """
import sys, time
from pathlib import Path
from filelock import FileLock
from caf_pipelines.servers.process import started

with started("test", ("http.server", sys.argv[1], "--bind", "127.0.0.1"), url="", health="/",
             log=Path(sys.argv[2]), environment={}, instead="",
             starting=FileLock(sys.argv[2] + ".lock")) as server:
    print(server.process.pid, flush=True)
    time.sleep(600)
"""


def lock_in(folder: Path) -> FileLock:
    """What is held while a server of a folder starts; nobody waits long for it."""
    return FileLock(folder / "start.lock", timeout=0.1)


@contextmanager
def running(folder: Path, *words: str, health: str = "/", module: str = "http.server"):
    """Python's own web server, or another module, on a free port."""
    port = free_port()
    shown = ("--bind", LOOPBACK, "--directory", str(folder)) if module == "http.server" else ()
    with started(
        "Test",
        (module, str(port), *shown, *words),
        url=f"http://{LOOPBACK}:{port}",
        health=health,
        log=folder / "logs" / "server.log",
        environment={"PYTHONPATH": str(SUPPORT)},
        instead="Do without it.",
        starting=lock_in(folder),
    ) as server:
        yield server


def test_a_server_is_ready_once_it_answers(tmp_path: Path) -> None:
    """Its URL is given then, and its process is gone after the block."""
    with running(tmp_path) as server:
        url = server.ready()
        alive = server.running()

    assert url == server.url
    assert alive
    assert not server.running()
    assert not server.answers()


def test_a_proxy_is_not_asked_for_loopback(tmp_path: Path, monkeypatch) -> None:
    """A machine behind a proxy can still tell that its own server answers."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")

    with running(tmp_path) as server:
        assert server.ready() == server.url


def test_a_server_that_ends_is_told_with_its_log(tmp_path: Path) -> None:
    """No waiting for what will never come."""
    with running(tmp_path, module="no_such_module") as server, pytest.raises(Unavailable) as error:
        server.ready()

    assert "Test's server did not come up" in error.value.what
    assert str(server.log) in error.value.why
    assert error.value.next_step == "Do without it."
    assert "no_such_module" in server.log.read_text("utf-8")


def test_a_server_that_never_answers_is_given_up(tmp_path: Path) -> None:
    """It lives, and says nothing but no; who waits hears its name until patience ends."""
    heard: list[str] = []

    with running(tmp_path, health="/absent") as server:
        with pytest.raises(Unavailable):
            wait_for([server], heard.append, patience=0.3)
        lived = server.running()

    assert lived
    assert set(heard) == {"Test"}


def test_what_a_server_started_ends_with_it(tmp_path: Path) -> None:
    """Also a process that ignores polite words."""
    file = tmp_path / "pid"

    with running(tmp_path, str(file), module="stubborn_server") as server:
        server.ready()
        assert until(lambda: file.exists() and file.read_text("ascii") != "")
        other = int(file.read_text("ascii"))
        lived = lives(other)

    assert lived
    assert until(lambda: not lives(other))


def test_a_server_ends_with_a_killed_parent(tmp_path: Path) -> None:
    """Nobody is left to stop it, so Linux does."""
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(free_port()), str(tmp_path / "log")],
        stdout=subprocess.PIPE,
        text=True,
    )
    child = int(parent.stdout.readline())
    lived = lives(child)

    os.kill(parent.pid, signal.SIGKILL)
    parent.communicate()

    assert lived
    assert until(lambda: not lives(child))


def test_nobody_else_starts_until_it_answers(tmp_path: Path) -> None:
    """Two that make their tables at the same moment both fail; from then on others may."""
    with running(tmp_path) as server:
        with pytest.raises(Timeout):
            lock_in(tmp_path).acquire()
        server.ready()
        with lock_in(tmp_path):
            pass


def test_one_that_never_answered_is_in_nobodys_way_afterwards(tmp_path: Path) -> None:
    """What it held is let go of in the end."""
    with running(tmp_path, module="no_such_module") as server, pytest.raises(Unavailable):
        server.ready()

    with lock_in(tmp_path):
        pass


def test_whoever_waits_in_vain_is_told(tmp_path: Path) -> None:
    """Another process is starting one, and does not come to an end."""
    unavailable = pytest.raises(Unavailable, match="cannot be started")

    with lock_in(tmp_path), unavailable, running(tmp_path) as server:
        server.ready()


def test_stopping_twice_is_no_error(tmp_path: Path) -> None:
    """Whoever stops all at once need not know what has ended already."""
    with running(tmp_path) as server:
        server.ready()
        server.stop()

    assert isinstance(server, Server)
    assert not server.running()
