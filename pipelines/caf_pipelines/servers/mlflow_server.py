"""MLflow's own server on loopback, over the store that the platform mirrors into."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from caf_pipelines.servers.process import LOOPBACK, Server, started
from caf_platform.adapters.tracking_making import make
from caf_platform.adapters.tracking_place import database, starting

EXPERIMENTS = "/#/experiments?workflowType=machine_learning"
"""The page with the projects' runs and models; MLflow's first one is about other things."""
RUNS = "/#/runs/"
"""Before a run's id: the page of that run."""

_ONE_SMALL_SERVER = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
"""Jobs are for evaluations that nobody asks for here, and would be a dozen processes."""


@contextmanager
def mlflow_server(store: Path, port: int) -> Iterator[Server]:
    """Serve the store in a folder; one that is not there yet is made.

    It answers only to loopback names and pages, which is its default; it serves a run's files
    from where they lie, and takes none for others.
    """
    make(store)
    with started(
        "MLflow",
        (
            *("mlflow", "server", "--host", LOOPBACK, "--port", str(port), "--workers", "1"),
            *("--backend-store-uri", database(store), "--no-serve-artifacts"),
            *("--default-artifact-root", (store.absolute() / "artifacts").as_uri()),
        ),
        url=f"http://{LOOPBACK}:{port}",
        health="/health",
        log=store / "server.log",
        environment=_ONE_SMALL_SERVER,
        instead="Read the log, then try again.",
        starting=starting(store),
    ) as server:
        yield server
