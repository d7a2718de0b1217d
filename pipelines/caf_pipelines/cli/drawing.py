"""The verbs that draw pages for people; made on request, for they take seconds."""

from pathlib import Path

from caf_pipelines.cli.opening import chosen, open_platform, records_of, state_from
from caf_pipelines.cli.output import console, show_json
from caf_pipelines.lifecycle.play import Play
from caf_pipelines.report import tools
from caf_pipelines.report.page import is_current, report_path, write_report
from caf_pipelines.timeline import Silent
from caf_platform.ledger.state import read_state
from caf_platform.wiring import Platform


def draw_drift(window: str, project: str, out: str) -> None:
    """Write Evidently's page of a window, and say where."""
    platform = open_platform()
    name = chosen(platform, project)
    state = read_state(platform.ledger, name, platform.signer)
    play = Play.at(platform, platform.project(name), Silent(), state)
    path = tools.draw_drift(play, window, Path(out) if out else None)
    console().print(str(path), markup=False, soft_wrap=True)


def draw_report(project: str, out: str, *, as_json: bool) -> None:
    """Write the report of the present play, and say where.

    JSON: project, play, report (the path).
    """
    platform = open_platform()
    name = chosen(platform, project)
    records = records_of(platform, name)
    play = Play.at(platform, platform.project(name), Silent(), state_from(name, records))
    path = write_report(play, records, Path(out) if out else None)
    if as_json:
        show_json({"project": name, "play": play.session.state.play, "report": str(path)})
    else:
        console().print(str(path), markup=False, soft_wrap=True)


def renew_report(platform: Platform, project: str) -> None:
    """Draw a played project's report again if something was recorded since."""
    records = records_of(platform, project)
    play = Play.at(platform, platform.project(project), Silent(), state_from(project, records))
    if not is_current(report_path(play), records):
        write_report(play, records)
