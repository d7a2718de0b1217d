"""Nothing phones home: a play with Prefect, MLflow, Great Expectations and Evidently is watched.

Twice over: by Python's audit events, which name who wants what, and by the counters of a network
namespace, below every library. And each library that would phone home is seen doing it.
"""

import os
import pty
import sys

import pytest
from command_line import CAF
from micro_play import SUPPORT
from network_watch import Seen, cut_or_skip, watched

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]

UNTIL_HEARD = """
import os, threading, time
def heard():
    with open(os.environ["NETWORK_WATCH"]) as log:
        return any(" watched: " not in line for line in log)
deadline = time.monotonic() + 20
while threading.active_count() > 1 and not heard() and time.monotonic() < deadline:
    time.sleep(0.05)
"""
USES = {
    "mlflow": (
        "from mlflow.tracing import get_tracing_context_headers_for_http_request as used\nused()",
        "mlflow-telemetry",
    ),
    "prefect": ("import prefect", "amplitude"),
    "boto3": ("import boto3\nboto3.Session().get_credentials()", "169.254.169.254"),
}
"""A small use of each library, and whom it asks when nobody has told it not to."""
SERVERS = {
    "alone": """
from filelock import FileLock
from caf_pipelines.servers.ports import free_port
from caf_pipelines.servers.process import started
port = free_port()
words = ("prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port))
server = started("Prefect", words, url=f"http://127.0.0.1:{port}", health="/api/health",
    log=home / "log", environment=home_of_prefect, instead="", starting=FileLock(home / "lock"))
""",
    "ours": """
from caf_pipelines.servers.ports import free_port
from caf_pipelines.servers.prefect_server import lasting_prefect_server
server = lasting_prefect_server(home, free_port(), home / "pages")
""",
}
"""Prefect's server as it comes, and the one of `caf ui`."""
ASKED = """
import sys, urllib.request
from pathlib import Path
home = Path(sys.argv[1])
home.mkdir()
home_of_prefect = {{"PREFECT_HOME": str(home), "PREFECT_SERVER_ANALYTICS_ENABLED": "true"}}
{server}
with server as running:
    running.ready()
    view = f"{{running.url}}/api/collections/views/aggregate-worker-metadata"
    print(urllib.request.urlopen(view).status)
"""


@pytest.fixture(scope="module")
def play(tmp_path_factory) -> Seen:
    """A whole play of the micro project as `caf run` does it, with nothing chosen by anybody."""
    folder = tmp_path_factory.mktemp("silent")
    chosen = {"CAF_HOME": str(folder / "home"), "CAF_PROJECTS": str(SUPPORT)}
    return watched([str(CAF), "run", "--project", "micro"], folder, **chosen)


def test_a_play_looks_nothing_up_and_connects_to_nobody(play):
    """Not one look-up and not one address outside loopback, in any process."""
    assert play.code == 0, play.told
    assert play.attempts == []


def test_not_one_packet_of_a_play_tries_to_get_out(play):
    """What Linux counted, whatever language a library is written in."""
    cut_or_skip()

    assert play.packets == 0


def test_every_process_of_the_play_was_watched(play):
    """The command itself and Prefect's server; MLflow runs inside the first."""
    assert any("caf run --project micro" in words for words in play.processes)
    assert any("prefect server start" in words for words in play.processes)


def used(library: str, folder, before: str = "") -> Seen:
    """A library used on a terminal, for Prefect speaks to its makers only there."""
    ours, theirs = pty.openpty()
    try:
        program = f"{before}\n{USES[library][0]}\n{UNTIL_HEARD}"
        return watched([sys.executable, "-c", program], folder, stdio=theirs)
    finally:
        os.close(ours)
        os.close(theirs)


@pytest.mark.parametrize("library", USES)
def test_a_library_by_itself_phones_home(library, tmp_path):
    """So the watcher sees a look-up or a connection when there is one."""
    seen = used(library, tmp_path)

    assert any(USES[library][1] in attempt for attempt in seen.attempts)


@pytest.mark.parametrize("library", USES)
def test_beside_the_platform_it_does_not(library, tmp_path):
    """Importing any part of the platform first is enough."""
    seen = used(library, tmp_path, before="import caf_platform")

    assert seen.code == 0, seen.told
    assert seen.attempts == []
    assert not seen.packets


def served(which: str, folder) -> Seen:
    """A server of Prefect's, asked for what people see when they make a work pool."""
    program = ASKED.format(server=SERVERS[which])
    return watched([sys.executable, "-c", program, str(folder / "prefect")], folder)


def test_prefect_s_server_by_itself_gets_out(tmp_path):
    """It asks through libuv, past Python's audit events; the namespace counts all the same."""
    cut_or_skip()

    seen = served("alone", tmp_path)

    assert "200" in seen.told, seen.told
    assert seen.packets > 0


def test_prefect_s_server_of_the_platform_does_not(tmp_path):
    """It reports nothing and fetches nothing: the list of work pools is the installed one."""
    seen = served("ours", tmp_path)

    assert "200" in seen.told, seen.told
    assert not seen.packets
    assert seen.attempts == []
