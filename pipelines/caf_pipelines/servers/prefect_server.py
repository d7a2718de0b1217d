"""Prefect's server on loopback, with its state in the platform's home.

A play has one of its own, started before it is needed, so that it comes up while data and
libraries are being loaded. The lasting one is for people and for deployments. Both may run at
once, but not start at once: Prefect keeps its SQLite file so that writers wait for each other, up
to a minute, and makes its tables as if it were alone.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

from caf_pipelines.servers.ports import free_port
from caf_pipelines.servers.process import LOOPBACK, Server, started

API = "/api"
LOCK_SECONDS = 120
FLOW_RUNS = "/v2/runs"
"""The page with the flow runs."""

# Whatever the server wants from elsewhere it wants by HTTPS: where nobody listens it finds nobody,
# and falls back on what is installed. It would fetch a list of work pools' types, for one.
_NOBODY_ELSE = dict.fromkeys(("HTTPS_PROXY", "https_proxy"), f"http://{LOOPBACK}:9")

# The recorder writes task runs down; the rest serves schedules and automations, which a play
# has none of, and would contend for the same SQLite file.
_ONLY_RECORDING = {
    "PREFECT_SERVER_UI_ENABLED": "false",
    **{
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
    },
}


@contextmanager
def prefect_server(home: Path) -> Iterator[Server]:
    """The server of one play, with `home` as its folder; it only records.

    Sets PREFECT_API_URL and PREFECT_HOME for this process, and that no proxy is asked for
    loopback: do this before Prefect is imported.
    """
    port = free_port()
    _no_proxy_for(LOOPBACK)
    os.environ["PREFECT_HOME"] = str(home)
    os.environ["PREFECT_API_URL"] = f"http://{LOOPBACK}:{port}{API}"
    # what goes wrong is raised and told by the play; Prefect would tell it a second time
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "CRITICAL")
    instead = "Run without it: CAF_ORCHESTRATOR=none make demo"
    with _started(port, _ONLY_RECORDING, home / "server.log", instead) as server:
        yield server


def _no_proxy_for(host: str) -> None:
    """Where a proxy is set, Prefect's client would ask it for our own server."""
    for name in ("no_proxy", "NO_PROXY"):
        known = os.environ.get(name, "").split(",")
        os.environ[name] = ",".join(filter(None, [*known, host]))


@contextmanager
def lasting_prefect_server(home: Path, port: int, pages: Path) -> Iterator[Server]:
    """The server with its pages and all services: schedules work as long as it runs.

    The pages are copied to `pages`, for where Prefect is installed may not be writable; once it
    is ready they are to be told where they may ask (`prefect_pages`). No page of anybody else may
    ask here, and whoever writes needs the server's token, which Prefect's own clients fetch.
    """
    url = f"http://{LOOPBACK}:{port}"
    environment = {
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": f"{url}{API}",
        "PREFECT_UI_API_URL": f"{url}{API}",
        "PREFECT_UI_STATIC_DIRECTORY": str(pages),
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_SERVER_CSRF_PROTECTION_ENABLED": "true",
    }
    instead = "Read the log, then try again."
    with _started(port, environment, home / "lasting-server.log", instead) as server:
        yield server


@contextmanager
def _started(port: int, environment: dict[str, str], log: Path, instead: str) -> Iterator[Server]:
    url, by_name = f"http://{LOOPBACK}:{port}", f"http://localhost:{port}"
    with started(
        "Prefect",
        ("prefect", "server", "start", "--host", LOOPBACK, "--port", str(port)),
        url=url,
        health=f"{API}/health",
        log=log,
        environment={
            "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": f"{url},{by_name}",
            **_NOBODY_ELSE,
            **environment,
        },
        instead=instead,
        starting=FileLock(log.parent / "start.lock", timeout=LOCK_SECONDS),
    ) as server:
        yield server
