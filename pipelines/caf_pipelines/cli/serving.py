"""The verb that serves: MLflow, Prefect and the report, on loopback, until somebody stops it."""

import json
import signal
import sys
import time
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from types import FrameType

from filelock import FileLock, Timeout

from caf_pipelines.cli.opening import chosen, open_platform, played_projects
from caf_pipelines.cli.output import console, show_facts
from caf_pipelines.servers.ports import Wish, ports_for
from caf_pipelines.servers.process import Server
from caf_pipelines.servers.report_server import drawn
from caf_pipelines.servers.together import WISHES, Served, served
from caf_platform.errors import CafError, Unavailable
from caf_platform.wiring import Platform

LOOK_SECONDS = 0.5
LOCK = "ui.lock"
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody wants the servers to end, which is how a server's life ends well."""


def serve(project: str, ports: Sequence[int | None], *, browser: bool, as_json: bool) -> None:
    """Serve until Ctrl-C, SIGTERM or the terminal is gone, then stop everything: no error.

    `ports` are those a person named for MLflow, Prefect and the report.

    `BadInput` when nothing was played or a named port cannot be had; `Unavailable` when this
    home is being served already, or a server does not come up or ends by itself.

    JSON, one line once all answer: report, mlflow, mlflow_api, prefect, prefect_api.
    """
    platform = open_platform()
    page = _page(platform, project)
    wishes = [replace(wish, named=port) for wish, port in zip(WISHES, ports, strict=True)]
    with _until_stopped(), _alone(platform.home), ExitStack() as stack:
        given = ports_for(wishes)
        with _waiting(silent=as_json) as told:
            found = stack.enter_context(served(platform.home, given, told))
        report = f"{found.report}{page}"
        if as_json:
            _tell_machines(report, found)
        else:
            _tell_people(report, found, [w for w in wishes if given[w.server] != w.wanted])
        if browser:
            webbrowser.open(report)
        watch(found.servers)


def _page(platform: Platform, project: str) -> str:
    """The path of the project's report; of the list of all, where it has none or is not named."""
    from caf_pipelines.cli.drawing import renew_report

    several = not project and len(played_projects(platform)) > 1
    for name in played_projects(platform):
        with suppress(
            CafError
        ):  # what cannot be drawn is told by `caf report`, and stops no server
            renew_report(platform, name)
    path = "" if several else f"/reports/{chosen(platform, project)}.html"
    return path if path and drawn(platform.home, path) else "/"


@contextmanager
def _until_stopped() -> Iterator[None]:
    """Within this a signal to stop leaves the block, once: the way out is not interrupted.

    Whoever started us under `nohup` wants no end with the terminal.
    """

    def stop(_number: int, _frame: FrameType | None) -> None:
        for one in former:
            signal.signal(one, signal.SIG_IGN)
        raise Stopped

    kept = signal.SIGHUP if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN else None
    former = {one: signal.signal(one, stop) for one in SIGNALS if one is not kept}
    try:
        with suppress(Stopped):
            yield
    finally:
        for one, handler in former.items():
            signal.signal(one, handler)


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Hold the home's servers; the kernel lets go when this process is gone."""
    try:
        with _lock(home):
            yield
    except Timeout as error:
        raise Unavailable(
            f"'{home}' is being served already.",
            why="Another caf ui runs for it.",
            next_step="Open the addresses that it printed, or stop it with Ctrl-C.",
        ) from error


def being_served(home: Path) -> bool:
    """Whether a `caf ui` of this machine holds a home's servers at this moment."""
    if not (home / LOCK).exists():
        return False
    try:
        with _lock(home):
            return False
    except Timeout:
        return True


def _lock(home: Path) -> FileLock:
    return FileLock(home / LOCK, blocking=False, is_singleton=False)


@contextmanager
def _waiting(*, silent: bool) -> Iterator[Callable[[str], None]]:
    """A spinner with the names of what is waited for; nothing where there is no terminal."""
    out = console()
    if silent or not out.is_terminal:
        yield lambda _names: None
        return
    with out.status("[dim]starting[/]") as status:
        yield lambda names: status.update(f"[dim]waiting for {names}[/]")


def _tell_machines(report: str, found: Served) -> None:
    told = {name: value for name, value in vars(found).items() if isinstance(value, str)}
    sys.stdout.write(json.dumps({**told, "report": report}) + "\n")
    sys.stdout.flush()


def _tell_people(report: str, found: Served, moved: Sequence[Wish]) -> None:
    show_facts(
        "Open in a browser on this machine; nobody else's can reach them",
        (("report", report), ("MLflow", found.mlflow), ("Prefect", found.prefect)),
    )
    out = console()
    for wish in moved:
        out.print(f"Port {wish.wanted} is in use, so {wish.server} has another one.")
    out.print(f"To deploy here: PREFECT_API_URL={found.prefect_api}. Ctrl-C stops all three.")
    sys.stdout.flush()


def watch(servers: Sequence[Server]) -> None:
    """Wait for the signal; `Unavailable` when a server ends before it comes."""
    while all(server.running() for server in servers):
        time.sleep(LOOK_SECONDS)
    ended = next(server for server in servers if not server.running())
    raise Unavailable(
        f"{ended.name}'s server has ended by itself.",
        why=f"Its log is {ended.log}.",
        next_step="Start all again: caf ui",
    )
