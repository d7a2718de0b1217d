"""The verbs of game days: list the scenarios, and hold one or all of them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import typer

from caf_pipelines.cli.opening import open_platform, records_of, state_from
from caf_pipelines.cli.output import console, show_json, show_table
from caf_pipelines.lifecycle.play import Play
from caf_pipelines.report.page import write_report
from caf_pipelines.scenarios.catalogue import every, find, names, project_of
from caf_pipelines.scenarios.grounds import Grounds
from caf_pipelines.scenarios.holding import Held, hold
from caf_pipelines.scenarios.matrix import Matrix, matrix, write
from caf_pipelines.scenarios.rehearsal import Rehearsal
from caf_pipelines.scenarios.scenario import Told
from caf_pipelines.timeline import ConsoleTimeline, Silent
from caf_platform.errors import BadInput
from caf_platform.wiring import Platform

WRONG = 1


def list_scenarios(project: str, *, as_json: bool) -> None:
    """Show scenarios. JSON: a list of project, name, title, story, lesson and expectation."""
    told = _known(project)
    if as_json:
        show_json(
            [
                {
                    "project": one.project,
                    "name": one.name,
                    "title": one.title,
                    "story": one.story,
                    "lesson": one.lesson,
                    "objects": one.scenario.expected.by,
                }
                for one in told
            ]
        )
        return
    rows = [(one.project, one.name, one.scenario.expected.by, one.title) for one in told]
    show_table("Scenarios", ("project", "name", "who objects", "what happens"), rows)


def run_scenarios(chosen: Sequence[str], project: str, *, everyone: bool, as_json: bool) -> None:
    """Hold game days; leaves with 1 when one of them did not go as it should."""
    if everyone and chosen:
        raise BadInput("Some scenarios, or all of them?", next_step="Leave the names or --all out.")
    platform = open_platform()
    wanted = _known(project) if everyone else _chosen(chosen, project)
    if not wanted:
        raise BadInput("Which scenario?", next_step="Name one, or all of them with --all.")
    run = _one if len(wanted) == 1 else _many
    held = sorted(run(platform, wanted, as_json), key=lambda one: one.told.name)
    found = matrix(held)
    report = _report(_grounds(platform, held[0].told), held[0]) if len(held) == 1 else None
    reports = {held[0].told.name: report} if report else {}
    folder = platform.home / "reports" / "scenarios"
    page = write(found, folder if everyone else folder / "chosen", reports)
    _end(found, page, report, as_json=as_json)
    if not found.right:
        raise typer.Exit(WRONG)


def _known(project: str) -> list[Told]:
    """Every scenario, or those of one project; an unknown one is answered with the nearest."""
    platform = open_platform()
    projects = platform.settings.projects
    if project:
        platform.project(project)
    known = {project: names(projects, project)} if project else every(projects)
    return [find(projects, one, name) for one, found in known.items() for name in found]


def _chosen(chosen: Sequence[str], project: str) -> list[Told]:
    """The named scenarios, each once, in the order in which they were named."""
    platform = open_platform()
    projects = platform.settings.projects
    if project:
        platform.project(project)
    return [
        find(projects, project or project_of(projects, name), name)
        for name in dict.fromkeys(chosen)
    ]


def _grounds(platform: Platform, told: Told) -> Grounds:
    """Where a scenario's project plays its game days: a folder of its own."""
    return Grounds(platform.home / "scenarios" / told.project, platform.settings, told.project)


def _end(found: Matrix, page: Path, report: Path | None, *, as_json: bool) -> None:
    """Where everything stands: the matrix, and the report of a single game day."""
    if as_json:
        paths = {"page": str(page)} | ({"report": str(report)} if report else {})
        show_json({**found.as_dict(), **paths})
        return
    right = sum(row.right for row in found.rows)
    lines = [f"\n{right} of {len(found.rows)} went as they should; all on one page:", str(page)]
    if report:
        lines += ["The report of this play:", str(report)]
    for line in lines:
        console().print(line, markup=False, soft_wrap=True)


def _report(grounds: Grounds, held: Held) -> Path | None:
    """The demo's report of a game day; None of a play too wrong to be drawn, told all the same."""
    try:
        return _drawn(grounds, held)
    except Exception:
        if held.outcome.right:
            raise
        return None


def _drawn(grounds: Grounds, held: Held) -> Path:
    """What was played on a game day, drawn in its own home and under its name."""
    platform, project = grounds.platform(held.home), grounds.project()
    title = f"Game day: {held.told.title}"
    named = replace(project, declaration=replace(project.declaration, title=title))
    records = records_of(platform, grounds.name)
    state = state_from(grounds.name, records)
    return write_report(Play.at(platform, named, Silent(), state), records)


def _one(platform: Platform, wanted: Sequence[Told], as_json: bool) -> Iterator[Held]:
    """One game day with its timeline."""
    told, grounds = wanted[0], _grounds(platform, wanted[0])
    if as_json:
        yield hold(grounds, told, grounds.root / told.name)
        return
    console().print(f"{told.title}\n\n{told.story}\n", markup=False)
    timeline = ConsoleTimeline(console())
    try:
        timeline.progress(f"playing the year up to {told.scenario.begins}, without a fault")
        held = hold(grounds, told, grounds.root / told.name, timeline)
    finally:
        timeline.close()
    _tell(held)
    console().print(f"\nWhat to learn: {told.lesson}", markup=False)
    yield held


def _many(platform: Platform, wanted: Sequence[Told], as_json: bool) -> Iterator[Held]:
    """Several game days, two at a time, each told when it is over; one project after the other."""
    seconds = 0.0

    def say(text: str) -> None:
        if not as_json:
            console().print(text, markup=False, soft_wrap=True)

    for project in dict.fromkeys(one.project for one in wanted):
        told = {one.name: one for one in wanted if one.project == project}
        rehearsal = Rehearsal(_grounds(platform, next(iter(told.values()))), told, say)
        for held in rehearsal.held():
            if not as_json:
                _tell(held)
            yield held
        seconds += rehearsal.cpu_seconds
    say(f"\n{len(wanted)} game days took {seconds:.0f} s of processor time")


def _tell(held: Held) -> None:
    out, outcome = console(), held.outcome
    expected = held.told.scenario.expected.among(outcome.objectors)
    verdict = "as it should" if outcome.right else "NOT as it should"
    codes = ", ".join(sorted({f.code for f in outcome.new if f.by == expected.by})) or "nothing"
    out.print(
        f"{held.told.name:<20} {verdict:<17} {expected.by} said {codes}; "
        f"the last window ended in {outcome.action}, {outcome.champion} serves",
        markup=False,
        soft_wrap=True,
    )
    for text in dict.fromkeys(f.text for f in outcome.new if f.by == expected.by):
        out.print(f"{'':<20} {text}", markup=False, soft_wrap=True)
    for mistake in outcome.mistakes:
        out.print(f"{'':<20} - {mistake}", markup=False, soft_wrap=True)
