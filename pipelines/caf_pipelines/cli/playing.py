"""The verbs that play: `demo` and `run`."""

from contextlib import ExitStack

from caf_pipelines.cli.opening import chosen, open_platform, records_of
from caf_pipelines.cli.output import console, show_json, show_table
from caf_pipelines.lifecycle.play import Play
from caf_pipelines.prefect_server import PrefectServer, prefect_server
from caf_pipelines.report.page import write_report
from caf_pipelines.summary import Summary, summarise
from caf_pipelines.timeline import ConsoleTimeline, Silent, Timeline
from caf_platform.project.load import projects_in
from caf_platform.settings import Orchestrator
from caf_platform.wiring import Platform


def play(project: str, *, anew: bool, as_json: bool) -> None:
    """Play a project to the end of its data, showing the timeline, then the summary."""
    platform = open_platform()
    name = project or _only(platform)
    found = platform.project(name)
    with ExitStack() as stack:
        timeline: Timeline = Silent()
        if not as_json:
            timeline = shown = ConsoleTimeline(console())
            stack.callback(shown.close)
        server = None
        if platform.settings.orchestrator is Orchestrator.PREFECT:
            server = stack.enter_context(prefect_server(platform.home / "prefect"))
        timeline.progress("loading data and libraries")
        playing = Play.open(platform, found, timeline, anew=anew)
        _play(playing, server)
    summary = summarise(playing.session.state)
    if not as_json:
        _show(summary, name)
    path = str(write_report(playing, records_of(platform, name)))
    if as_json:
        show_json({**summary.as_dict(), "report": path})
    else:
        console().print(
            f"\nThe whole story on one page, with the evidence behind it:\n{path}",
            markup=False,
            soft_wrap=True,
        )


def _only(platform: Platform) -> str:
    known = projects_in(platform.settings.projects)
    return known[0] if len(known) == 1 else chosen(platform, "")


def _play(playing: Play, server: PrefectServer | None) -> None:
    if server is None:
        playing.run()
        return
    server.ready()
    from caf_pipelines.flows import run_with_prefect

    run_with_prefect(playing)


def _show(summary: Summary, project: str) -> None:
    out = console()
    out.print()
    show_table(f"The play of {project}", ("what", "how often", "which"), summary.rows())
    out.print()
    out.print("Look closer with:")
    for command, what in (
        ("caf history", "every decision and why"),
        (f"caf lineage {summary.champion or 'v1'}", "what the champion is made of"),
        ("caf quarantine list", "the rows that broke the contract"),
        ("caf audit verify", "proof that nobody edited the record"),
    ):
        out.print(f"  .venv/bin/{command:<24} {what}", highlight=False)
