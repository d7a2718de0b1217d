"""The verbs that play: `demo` and `run`."""

from contextlib import ExitStack
from typing import TYPE_CHECKING

from caf_pipelines.cli.opening import chosen, open_platform, played_projects, records_of
from caf_pipelines.cli.output import console, show_json, show_table
from caf_pipelines.lifecycle.turn import turn
from caf_pipelines.servers.prefect_server import prefect_server
from caf_pipelines.servers.process import Server
from caf_pipelines.summary import Summary, summarise
from caf_pipelines.timeline import ConsoleTimeline, Silent, Timeline
from caf_platform.ledger.state import ProjectState, read_state
from caf_platform.project.load import projects_in
from caf_platform.project.model import Project
from caf_platform.settings import Orchestrator
from caf_platform.wiring import Platform

if TYPE_CHECKING:
    from caf_pipelines.lifecycle.play import Play


def play(project: str, *, anew: bool, as_json: bool) -> None:
    """Play a project to the end of its data, showing the timeline, then the summary.

    `Unavailable`, before anything is started, when another process plays it already. What was
    broken off after the last record is told again, and not played anew.
    """
    platform = open_platform()
    name = project or _only(platform)
    found = platform.project(name)
    with turn(platform.home, name) as broken_off, ExitStack() as ending:
        playing = _played(platform, found, ending, anew=anew, told=not broken_off, as_json=as_json)
        summary = summarise(playing.session.state)
        if not as_json:
            _show(summary, name, several=len(played_projects(platform)) > 1)
        from caf_pipelines.bundles.folder import keep_bundles
        from caf_pipelines.report.page import write_report
        from caf_pipelines.report.tools import draw_newest_drift

        draw_newest_drift(playing)
        records = records_of(platform, name)
        keep_bundles(platform, found.declaration, records)
        path = str(write_report(playing, records))
    if as_json:
        show_json({**summary.as_dict(), "report": path})
    else:
        console().print(
            f"\nThe whole story on one page, with the evidence behind it:\n{path}",
            markup=False,
            soft_wrap=True,
        )


def _played(
    platform: Platform,
    project: Project,
    ending: ExitStack,
    *,
    anew: bool,
    told: bool,
    as_json: bool,
) -> "Play":
    """The play, at the end of its data; `ending` ends its worker, which the report may still ask.

    In the order that shows something soonest: the server is started first and waited for last,
    and pandas and its like are imported while it comes up.
    """
    with ExitStack() as stack:
        timeline: Timeline = Silent()
        if not as_json:
            timeline = shown = ConsoleTimeline(console())
            stack.callback(shown.close)
        server = None
        if platform.settings.orchestrator is Orchestrator.PREFECT:
            server = stack.enter_context(prefect_server(platform.home / "prefect"))
        timeline.progress("loading data and libraries")
        from caf_pipelines.lifecycle.play import Play

        former = read_state(platform.ledger, project.name, platform.signer)
        playing = Play.open(platform, project, timeline, anew=anew, told=told)
        if not as_json:
            _say_what_starts(former, playing.session.state)
        playing.begin()
        ending.enter_context(playing.looking_ahead())
        _play(playing, server)
    return playing


def _say_what_starts(former: ProjectState, now: ProjectState) -> None:
    """A play that starts over unseats the champion: that is said, never done in silence."""
    if not former.play:
        return
    if former.play == now.play:
        was = "was at the end of its data; what has come since is taken in"
        text = f"Play {now.play} {was if now.finished else 'goes on where it was'}"
        console().print(f"{text}; the champion is {now.champion or 'not chosen yet'}.")
        return
    why = "is finished" if former.finished else "was under another policy, contract or sample"
    console().print(
        f"Play {former.play} {why} (champion {former.champion or 'none'}) and stays on record: "
        f"caf history --all-plays. Play {now.play} starts on the first day, without a champion."
    )


def _only(platform: Platform) -> str:
    known = projects_in(platform.settings.projects)
    return known[0] if len(known) == 1 else chosen(platform, "")


def _play(playing: "Play", server: Server | None) -> None:
    if server is None:
        playing.run()
        return
    server.ready()
    from caf_pipelines.flows import run_with_prefect

    run_with_prefect(playing)


def _show(summary: Summary, project: str, *, several: bool) -> None:
    out = console()
    out.print()
    show_table(f"The play of {project}", ("what", "how often", "which"), summary.rows())
    out.print()
    out.print("Look closer with:")
    own = f" -p {project}" if several else ""
    commands = {
        f"caf history{own}": "every decision and why",
        f"caf lineage{own}": "what the champion is made of",
        f"caf incidents{own}": "what needs a person",
        f"caf quarantine list{own}": "the rows that broke the contract",
        "caf audit verify": "proof that nobody edited the record",
    }
    width = max(24, *map(len, commands))
    for command, what in commands.items():
        out.print(f"  .venv/bin/{command:<{width}} {what}", highlight=False)
