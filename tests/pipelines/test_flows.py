"""Prefect around the stages, on a real local server."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from micro_play import SUPPORT, whole_story

from caf_platform.ledger.fingerprint import fingerprint

ROOT = Path(__file__).parents[2]
DEAD = "http://127.0.0.1:9"
"""A proxy that nobody reaches."""


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What the server knows after a whole play of the micro project."""
    home = tmp_path_factory.mktemp("prefect")
    done = subprocess.run(
        [sys.executable, str(SUPPORT / "flow_crew.py"), str(home)],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
        # a proxy that is set for the world out there is not asked for our own server
        env=os.environ
        | {
            "PYTHONPATH": os.pathsep.join([str(SUPPORT), *sys.path]),
            "http_proxy": DEAD,
            "no_proxy": "",
        },
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def test_each_decision_window_is_one_flow_run_that_reads_well(told):
    """Named after project and window, completed, tagged with project and play."""
    names = sorted(name for name, _, _ in told["flows"])

    assert names == sorted(f"micro {window}" for window in told["windows"])
    assert {state for _, state, _ in told["flows"]} == {"COMPLETED"}
    assert all({"project:micro", "play:1"} <= set(tags) for _, _, tags in told["flows"])


def test_the_daily_batches_are_tasks_inside(told):
    """One task per day, named after it."""
    taken = [task[0] for task in told["tasks"] if task[0].startswith(("ingest", "labels"))]
    days = [name.split()[1] for name in taken]

    assert sorted(days) == told["days"]
    assert {state for _, state, _, _ in told["tasks"]} == {"COMPLETED"}


def test_a_flow_run_is_found_by_capability(told):
    """It carries those of all stages; its tasks cost no tag, for each is waited for."""
    for _, _, tags in told["flows"]:
        assert {
            "platform.data-engineering",
            "platform.ai-lifecycle-management-and-mlops",
            "operations.observability",
        } <= set(tags)
    assert {len(tags) for _, _, tags, _ in told["tasks"]} == {0}


def test_a_step_that_may_be_repeated_is_retried_after_a_fault(told):
    """A day with a delivery that could not be read the first time was taken in the second time."""
    repeated = [task for task in told["tasks"] if task[3] > 1]

    assert len(repeated) == 1
    assert repeated[0][3] == 2


def test_what_a_killed_play_left_running_is_crashed(told):
    """It would otherwise be shown as running for ever."""
    assert told["left"] == ["CRASHED"]


def test_the_play_ends_as_it_does_without_prefect(told):
    """The orchestrator decides nothing: the state hash is that of a play in this process."""
    alone = fingerprint("micro", whole_story().read())

    assert told["champion"] == alone.state["champion"]
    assert told["closed"] == alone.state["closed_windows"]
    assert told["state_hash"] == alone.digest


def test_the_deployment_names_a_flow_that_exists_and_a_schedule():
    """`infra/prefect.yaml` points at the lifecycle flow and runs once a month."""
    deployment = yaml.safe_load((ROOT / "infra/prefect.yaml").read_text())["deployments"][0]
    file, flow = deployment["entrypoint"].split(":")

    assert f"def {flow}(" in (ROOT / file).read_text()
    assert deployment["schedules"][0]["cron"].split()[2:] == ["1", "*", "*"]


ASKED = """
from types import SimpleNamespace
from caf_pipelines.flows import run_with_prefect
from caf_platform.errors import Unavailable

session = SimpleNamespace(project=SimpleNamespace(name="micro"), state=SimpleNamespace(play=1),
                          platform=SimpleNamespace(home="here"))
play = SimpleNamespace(session=session, reconcile=lambda: None)
try:
    run_with_prefect(play)
except Unavailable as error:
    print(error.what, error.next_step)
"""


def test_a_server_that_does_not_answer_is_told(tmp_path):
    """Gone in the middle of a play, for instance: unavailable, and no fault of ours."""
    settings = {"PREFECT_API_URL": f"{DEAD}/api", "PREFECT_CLIENT_MAX_RETRIES": "0"}
    done = subprocess.run(
        [sys.executable, "-c", ASKED],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=os.environ | settings | {"PREFECT_HOME": str(tmp_path)},
    )

    assert "Prefect's server stopped answering." in done.stdout, done.stderr[-2000:]
    assert "CAF_ORCHESTRATOR=none" in done.stdout
