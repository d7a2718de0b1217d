"""`caf ui` on a real home, from its start to Ctrl-C, with a deployment made and run in between.

Everything is done once, in the order in which a person would; each test looks at a part of it.
"""

import json
import os
import shlex
import signal
import subprocess
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from checkout import ROOT
from command_line import CAF
from played import Played, environment
from processes import descendants, environments, listening, lives, until
from servers_asked import Prefect, ask
from written_commands import VENV

from caf_pipelines.servers.ports import free_port
from caf_platform.quiet import QUIET

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]
DEPLOYMENT = yaml.safe_load((ROOT / "infra/prefect.yaml").read_text())["deployments"][0]
EVIL = "http://evil.example"


@dataclass
class Seen:
    """What was seen while the servers were up, and after."""

    addresses: dict[str, str]
    ports: set[int]
    listening: set[str]
    environments: list[str]
    statuses: dict[str, int]
    page: str
    foreign: dict[str, int | str | None]
    twice: tuple[int, str]
    deployment: dict[str, Any]
    runs: list[dict[str, Any]]
    exit_code: int
    told_more: str
    left_behind: list[int]
    played: Played


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """One life of the servers, over a play that has come to the end of its first window."""
    played = Played.begun(tmp_path_factory.mktemp("served"))
    played.play(windows=1)
    assert played.caf("report") == 0
    ports = {name: free_port() for name in ("mlflow", "prefect", "report")}
    words = [word for name, port in ports.items() for word in (f"--{name}-port", str(port))]
    browser = played.root / "browser"
    browser.write_text(f"#!/bin/sh\necho \"$1\" > '{played.root}/opened'\n", "utf-8")
    browser.chmod(0o755)
    given = environment(played, BROWSER=f"{browser} %s")
    process = subprocess.Popen(
        [CAF, "ui", "--json", "--browser", *words],
        env={name: value for name, value in given.items() if name not in QUIET},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        addresses = json.loads(process.stdout.readline())
        found = look_around(played, process, addresses)
        found |= deployed(played, addresses["prefect_api"])
        children = descendants(process.pid)
        os.killpg(process.pid, signal.SIGINT)
        told_more, _ = process.communicate(timeout=60)
    finally:
        process.kill()
    until(lambda: not any(map(lives, children)))
    return Seen(
        addresses=addresses,
        ports=set(ports.values()),
        exit_code=process.returncode,
        told_more=told_more,
        left_behind=[pid for pid in children if lives(pid)],
        played=played,
        **found,
    )


def look_around(played: Played, process: subprocess.Popen, addresses: dict) -> dict[str, Any]:
    """What answers, to whom, and from where."""
    children = descendants(process.pid)
    mlflow, prefect = addresses["mlflow_api"], addresses["prefect_api"]
    twice = subprocess.run(
        [CAF, "ui"], env=environment(played), cwd=ROOT, capture_output=True, text=True, check=False
    )
    pages = {name: ask(addresses[name]) for name in ("report", "mlflow", "prefect")}
    return {
        "listening": listening({process.pid, *children}),
        "environments": environments(children),
        "statuses": {name: status for name, (status, _, _) in pages.items()},
        "page": pages["prefect"][1],
        "foreign": {
            "mlflow, named otherwise": ask(mlflow, Host="evil.example")[0],
            "mlflow, from a foreign page": ask(
                f"{mlflow}/api/2.0/mlflow/experiments/search", body={"max_results": 1}, Origin=EVIL
            )[0],
            "prefect, written without its token": ask(f"{prefect}/flow_runs/filter", body={})[0],
            "prefect, read by a foreign page": ask(f"{prefect}/health", Origin=EVIL)[2].get(
                "access-control-allow-origin"
            ),
        },
        "twice": (twice.returncode, twice.stderr),
    }


def deployed(played: Played, api: str) -> dict[str, Any]:
    """Type what the reference says, with the micro project for the flights; then look."""
    page = (ROOT / "docs" / "reference.md").read_text("utf-8")
    section = page.split("\n## On a schedule\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith(VENV)]
    assert len(lines) == 4
    for line in lines:
        typed(line, played, api)
    server = Prefect(api)
    deployment = server.read("deployments/name/lifecycle/monthly")
    until(lambda: len(scheduled(server.all("flow_runs"))) > 1)
    return {"deployment": deployment, "runs": server.all("flow_runs")}


def typed(line: str, played: Played, api: str) -> None:
    """One line of it; the worker ends when it has done what is due."""
    more = {"deployment run": ["--param", "project=micro"], "worker start": ["--run-once"]}
    words = shlex.split(line.removeprefix(VENV))
    words += more.get(" ".join(words[1:3]), [])
    done = subprocess.run(
        [CAF.parent / words[0], *words[1:]],
        env=environment(played, PREFECT_API_URL=api, PREFECT_HOME=str(played.root / "client")),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"


def scheduled(runs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The runs that wait for their day."""
    return [run for run in runs if run["state_type"] == "SCHEDULED"]


def test_all_three_answer_when_the_addresses_are_told(seen: Seen) -> None:
    """At the ports that were named; the report is the project's own, and is opened if asked for."""
    named = {int(url.split("/")[2].split(":")[1]) for url in seen.addresses.values()}

    assert named == seen.ports
    assert seen.statuses == {"report": 200, "mlflow": 200, "prefect": 200}
    assert seen.addresses["report"].endswith("/reports/micro.html")
    assert (seen.played.root / "opened").read_text("utf-8").strip() == seen.addresses["report"]


def test_they_listen_on_loopback_only(seen: Seen) -> None:
    """Three ports, and nothing else anywhere."""
    assert seen.listening == {f"127.0.0.1:{port}" for port in seen.ports}


def test_no_server_phones_home(seen: Seen) -> None:
    """Their makers' switches are set, and Prefect's page may ask its own server only."""
    assert len(seen.environments) > 2
    for name, value in QUIET.items():
        assert all(f"{name}={value}" in environment for environment in seen.environments)
    assert (
        'http-equiv="Content-Security-Policy" content="default-src \'self\' http://127' in seen.page
    )


def test_other_sites_are_kept_out(seen: Seen) -> None:
    """A page from elsewhere, open in the same browser, neither reads nor writes here."""
    assert seen.foreign == {
        "mlflow, named otherwise": 403,
        "mlflow, from a foreign page": 403,
        "prefect, written without its token": 403,
        "prefect, read by a foreign page": None,
    }


def test_one_home_is_served_once(seen: Seen) -> None:
    """The second one says so and harms nothing."""
    code, told = seen.twice

    assert code == 2
    assert "is being served already" in told


def test_ctrl_c_ends_everything_well(seen: Seen) -> None:
    """Exit code 0, nothing more is told, no process is left."""
    assert seen.exit_code == 0
    assert seen.told_more == ""
    assert seen.left_behind == []


def test_the_deployment_is_scheduled_as_it_is_written(seen: Seen) -> None:
    """`infra/prefect.yaml`: the first of each month at six in New York, one at a time."""
    (schedule,), (written,) = seen.deployment["schedules"], DEPLOYMENT["schedules"]
    zone = ZoneInfo(written["timezone"])
    due = [datetime.fromisoformat(run["expected_start_time"]) for run in scheduled(seen.runs)]

    assert schedule["active"]
    assert schedule["schedule"]["cron"] == written["cron"]
    assert schedule["schedule"]["timezone"] == written["timezone"]
    assert seen.deployment["global_concurrency_limit"]["limit"] == DEPLOYMENT["concurrency_limit"]
    assert {(when.astimezone(zone).day, when.astimezone(zone).hour) for when in due} == {(1, 6)}


def test_a_run_of_the_deployment_continues_the_lifecycle(seen: Seen) -> None:
    """From the second window to the end of the data, as `caf run` would have done."""
    state = seen.played.state()
    ended = {run["name"]: run["state_type"] for run in seen.runs if run not in scheduled(seen.runs)}

    assert state.finished
    assert state.champion == "v1"
    assert state.closed_windows == {f"000{number}" for number in range(1, 7)}
    assert ended == dict.fromkeys(["micro", *(f"micro 000{n}" for n in range(2, 8))], "COMPLETED")


def test_a_run_says_what_came_of_it(seen: Seen) -> None:
    """It belongs to the deployment, and its windows are runs inside it."""
    (whole,) = [run for run in seen.runs if run["name"] == "micro"]
    inside = [run for run in seen.runs if run["parent_task_run_id"]]

    assert whole["deployment_id"] == seen.deployment["id"]
    assert whole["parameters"] == {"project": "micro"}
    assert len(inside) == 6
