"""Prefect around the stages: one flow run per decision window, the daily batches inside.

The only module that imports Prefect. Steps become tasks named after their stages and what they are
about, and retried where every stage inside may be. The CAF-AI capabilities of all stages are tags
of the flow run: Prefect asks its server for a concurrency slot before each tagged task and waits
up to two seconds for the answer, which was half of a play.
There is no server-less Prefect: by default each process would start a server of its own and
wait for it, so `servers` starts one for a whole play.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from httpx import HTTPError
from prefect import State, flow, tags, task
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, TaskRunFilter
from prefect.context import TagsContext
from prefect.exceptions import PrefectException
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
from prefect.states import Crashed

from caf_pipelines.lifecycle.calendar import Window
from caf_pipelines.lifecycle.play import Play
from caf_pipelines.lifecycle.turn import turn
from caf_pipelines.orchestration import capability_tags, retryable
from caf_pipelines.timeline import Silent
from caf_platform.errors import Unavailable
from caf_platform.settings import read_settings
from caf_platform.wiring import Platform

T = TypeVar("T")

RETRIES = 2
RETRY_AFTER_SECONDS = 0.5
_PLAY: ContextVar[Play] = ContextVar("play")
_WINDOW: ContextVar[Window] = ContextVar("window")


class PrefectConductor:
    """Runs each step as a Prefect task of the present flow run."""

    def step(self, subject: str, stages: tuple[str, ...], work: Callable[[], T]) -> T:
        """Run `work` as a task; what it raises after its retries comes through."""
        wrapped = task(
            name="+".join(stages),
            task_run_name=f"{'+'.join(stages)} {subject}",
            retries=RETRIES if retryable(stages) else 0,
            retry_delay_seconds=RETRY_AFTER_SECONDS,
            cache_policy=NO_CACHE,
        )(work)
        result: T = wrapped()
        return result


@flow(name="decision-window", flow_run_name="{project} {window}", log_prints=False)
def decision_window(project: str, window: str) -> None:  # noqa: ARG001 - they name the run
    """Everything that arrives in one window, and the decision that ends it."""
    with TagsContext(current_tags=set()):  # the flow run's tags are not for every task in it
        _PLAY.get().take(_WINDOW.get())


def run_with_prefect(play: Play) -> None:
    """Play to the end of the data, each window a flow run on the server in force.

    `Unavailable` when the server stops answering.
    """
    play.session.conductor = PrefectConductor()
    play.reconcile()
    token = _PLAY.set(play)
    try:
        with _answers():
            end_abandoned(about(play))
            # without this each flow ends by waiting up to a second for its heartbeat thread
            with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
                for window in play.windows():
                    _run_window(play, window)
    finally:
        _PLAY.reset(token)
    play.finish()


@contextmanager
def _answers() -> Iterator[None]:
    """What Prefect raises about its server becomes `Unavailable`; the steps' own errors pass."""
    try:
        yield
    except (HTTPError, PrefectException) as error:
        raise Unavailable(
            "Prefect's server stopped answering.",
            why=f"{type(error).__name__}: {str(error).strip() or 'no answer'}.",
            next_step="Run the same command again: what was recorded stands. Without Prefect: "
            "CAF_ORCHESTRATOR=none",
        ) from error


def about(play: Play) -> tuple[str, ...]:
    """The tags by which a play's flow runs are found, on a server that several homes share too."""
    session = play.session
    project, home = session.project.name, session.platform.home
    return f"project:{project}", f"play:{session.state.play}", f"home:{home}"


def end_abandoned(marks: tuple[str, ...]) -> None:
    """Mark what a killed process left running as crashed: nobody else plays while this one does."""
    running = {"type": {"any_": ["RUNNING"]}}
    found = FlowRunFilter.model_validate({"tags": {"all_": list(marks)}, "state": running})
    inside = TaskRunFilter.model_validate({"state": running})
    crashed: State[None] = Crashed(message="its process was killed; what it had recorded stands")
    with get_client(sync_client=True) as client:
        for left in client.read_task_runs(flow_run_filter=found, task_run_filter=inside):
            client.set_task_run_state(left.id, crashed, force=True)
        for run in client.read_flow_runs(flow_run_filter=found):
            client.set_flow_run_state(run.id, crashed, force=True)


def _run_window(play: Play, window: Window) -> None:
    token = _WINDOW.set(window)
    project = play.session.project.name
    try:
        with tags(*about(play), *capability_tags()):
            decision_window(project=project, window=window.name)
    finally:
        _WINDOW.reset(token)


@flow(name="lifecycle", flow_run_name="{project}", log_prints=False)
def lifecycle(project: str) -> dict[str, Any]:
    """Continue a project's lifecycle; what the scheduled deployment runs.

    Returns the champion and how many windows are closed. Fails when another process plays it.
    """
    platform = Platform(read_settings())
    with turn(platform.home, project):
        play = Play.open(platform, platform.project(project), Silent())
        with play.looking_ahead():
            run_with_prefect(play)
    state = play.session.state
    return {"champion": state.champion, "closed_windows": len(state.closed_windows)}
