"""MLflow, Prefect and the report of one home, served together."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from caf_pipelines.servers.mlflow_server import EXPERIMENTS, RUNS, mlflow_server
from caf_pipelines.servers.ports import Wish
from caf_pipelines.servers.prefect_pages import keep_in
from caf_pipelines.servers.prefect_server import API, FLOW_RUNS, lasting_prefect_server
from caf_pipelines.servers.process import Server, wait_for
from caf_pipelines.servers.report_server import Elsewhere, report_server

MLFLOW = Wish("MLflow", "--mlflow-port", usual=5000)
PREFECT = Wish("Prefect", "--prefect-port", usual=4200)
REPORT = Wish("the report", "--report-port", usual=8080)
WISHES = (MLFLOW, PREFECT, REPORT)


@dataclass(frozen=True)
class Served:
    """Where everything answers: pages for people, addresses for programs (without a slash).

    `servers` are the processes that must live for it.
    """

    report: str
    mlflow: str
    mlflow_api: str
    prefect: str
    prefect_api: str
    servers: tuple[Server, ...]


@contextmanager
def served(home: Path, ports: Mapping[str, int], told: Callable[[str], None]) -> Iterator[Served]:
    """Start all three, wait until each answers, and stop all in the end.

    `told` hears what is waited for. `Unavailable` when one does not come up.
    """
    pages = home / "cache" / "prefect"
    with ExitStack() as stack:
        prefect = stack.enter_context(
            lasting_prefect_server(home / "prefect", ports[PREFECT.server], pages)
        )
        mlflow = stack.enter_context(mlflow_server(home / "mlflow", ports[MLFLOW.server]))
        wait_for([mlflow, prefect], told)
        keep_in(pages, prefect.url)
        mlflow_page, prefect_page = f"{mlflow.url}{EXPERIMENTS}", f"{prefect.url}{FLOW_RUNS}"
        links = (
            Elsewhere("MLflow: runs, models, the champion\u2019s alias", mlflow_page),
            Elsewhere("Prefect: flow runs, deployments, schedules", prefect_page),
        )
        report = stack.enter_context(
            report_server(home, ports[REPORT.server], links, f"{mlflow.url}{RUNS}")
        )
        stack.callback(_end_at_once, (mlflow, prefect))
        yield Served(
            report=report,
            mlflow=mlflow_page,
            mlflow_api=mlflow.url,
            prefect=prefect_page,
            prefect_api=f"{prefect.url}{API}",
            servers=(mlflow, prefect),
        )


def _end_at_once(servers: tuple[Server, ...]) -> None:
    """Ask all to end before waiting for the first."""
    for server in servers:
        server.process.terminate()
