"""A play under a real Prefect server, in a process of its own: Prefect reads its settings once.

`python flow_crew.py HOME` plays the micro project with one source that fails once, and prints
what the server knows afterwards as JSON.
"""

import json
import sys
import time
import urllib.request
from dataclasses import replace
from pathlib import Path
from typing import Any

from micro.data import Sensor
from micro_play import World, telling

from caf_pipelines.servers.prefect_server import API, prefect_server
from caf_platform.errors import Unavailable
from caf_platform.ledger.fingerprint import fingerprint
from caf_platform.project.source import Delivery

PATIENCE_SECONDS = 30.0


class FailsOnce(Sensor):
    """Its third delivery cannot be read the first time."""

    def deliveries(self, sample: float | None) -> list[Delivery]:
        """As declared, with one read that fails once."""
        found = list(super().deliveries(sample))
        failing, calls = found[2], []

        def read() -> bytes:
            calls.append(1)
            if len(calls) == 1:
                raise Unavailable("the source did not answer")
            return failing.read()

        found[2] = replace(failing, read=read)
        return found


def ask(url: str, what: str) -> list[dict[str, Any]]:
    """Everything of one kind that the server knows, a page at a time."""
    found: list[dict[str, Any]] = []
    while True:
        body = json.dumps({"limit": 200, "offset": len(found)}).encode()
        request = urllib.request.Request(  # noqa: S310 - a loopback URL of our own server
            f"{url}/{what}/filter", body, {"content-type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - the same
            page = json.load(answer)
        found += page
        if len(page) < 200:
            return found


def recorded_tasks(url: str, days: int) -> list[dict[str, Any]]:
    """All task runs; the server writes them down a little after they end."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        found = ask(url, "task_runs")
        taken = [run for run in found if run["name"].startswith(("ingest", "labels"))]
        open_ones = [run for run in found if run["state_type"] not in ("COMPLETED", "FAILED")]
        if (len(taken) == days and not open_ones) or time.monotonic() > deadline:
            return found


def leave_running(play: Any) -> str:
    """The id of a flow run that looks as if a killed process had left it running."""
    from prefect.client.orchestration import get_client
    from prefect.states import Running

    from caf_pipelines.flows import about, decision_window

    with get_client(sync_client=True) as client:
        run = client.create_flow_run(
            decision_window,
            parameters={"project": "micro", "window": "0000"},
            tags=about(play),
            state=Running(),
        )
    return str(run.id)


def main(home: Path) -> None:
    """Play, and tell what the server recorded."""
    with prefect_server(home) as server:
        url = f"{server.ready()}{API}"
        from caf_pipelines.flows import run_with_prefect

        play = World().opened(telling(FailsOnce()))
        windows = list(play.all_windows())
        arrivals = (d.arrives_at for window in windows for d in window.deliveries)
        days = sorted({str(play.session.frames.local_day(moment)) for moment in arrivals})
        left = leave_running(play)
        run_with_prefect(play)
        runs = [run for run in ask(url, "flow_runs") if run["id"] != left]
        tasks = recorded_tasks(url, len(days))
        told = {
            "left": [run["state_type"] for run in ask(url, "flow_runs") if run["id"] == left],
            "champion": play.session.state.champion,
            "closed": sorted(play.session.state.closed_windows),
            "state_hash": fingerprint("micro", play.session.platform.ledger.read()).digest,
            "windows": [window.name for window in windows],
            "days": days,
            "flows": [[run["name"], run["state_type"], run["tags"]] for run in runs],
            "tasks": [
                [run["name"], run["state_type"], run["tags"], run["run_count"]] for run in tasks
            ],
        }
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
