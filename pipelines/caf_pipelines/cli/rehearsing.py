"""The verbs of game days: list the scenarios, and hold one or all of them."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

import typer

from caf_pipelines.cli.opening import open_platform
from caf_pipelines.cli.output import console, show_json, show_table
from caf_pipelines.scenarios.catalogue import find, names
from caf_pipelines.scenarios.game_day import Held, hold
from caf_pipelines.scenarios.grounds import Grounds
from caf_pipelines.scenarios.matrix import matrix, write
from caf_pipelines.scenarios.outcome import Outcome
from caf_pipelines.timeline import ConsoleTimeline
from caf_platform.errors import BadInput
from caf_platform.quiet import quiet

AT_ONCE = 2
WRONG = 1


def list_scenarios(project: str, *, as_json: bool) -> None:
    """Show a project's scenarios. JSON: a list of name, title, story, lesson and expectation."""
    settings = open_platform().settings
    told = [find(settings.projects, project, name) for name in names(settings.projects, project)]
    if as_json:
        show_json(
            [
                {
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
    rows = [(one.name, one.scenario.expected.by, one.title) for one in told]
    show_table(f"Scenarios of {project}", ("name", "who objects", "what happens"), rows)


def run_scenarios(chosen: Sequence[str], project: str, *, everyone: bool, as_json: bool) -> None:
    """Hold game days; leaves with 1 when one of them did not go as it should."""
    platform = open_platform()
    known = names(platform.settings.projects, project)
    wanted = known if everyone else list(chosen)
    if not wanted:
        raise BadInput("Which scenario?", next_step="Name one, or all of them with --all.")
    for name in wanted:
        find(platform.settings.projects, project, name)
    grounds = Grounds(platform.home / "scenarios", platform.settings, project)
    run = _one if len(wanted) == 1 else _many
    held = sorted(run(grounds, wanted, as_json), key=lambda one: one.told.name)
    found = matrix(project, held)
    page = write(found, platform.home / "reports" / "scenarios")
    if as_json:
        show_json({**found.as_dict(), "page": str(page)})
    else:
        right = sum(row.right for row in found.rows)
        console().print(
            f"\n{right} of {len(held)} went as they should; all on one page:\n{page}",
            markup=False,
            soft_wrap=True,
        )
    if not found.right:
        raise typer.Exit(WRONG)


def _one(grounds: Grounds, wanted: Sequence[str], as_json: bool) -> Iterator[Held]:
    """One game day with its timeline."""
    told = find(grounds.settings.projects, grounds.name, wanted[0])
    if as_json:
        yield hold(grounds, told, grounds.root / told.name)
        return
    console().print(f"{told.title}\n\n{told.story}\n", markup=False)
    timeline = ConsoleTimeline(console())
    try:
        timeline.progress(f"playing up to {told.scenario.begins}")
        held = hold(grounds, told, grounds.root / told.name, timeline)
    finally:
        timeline.close()
    _tell(held)
    console().print(f"\nWhat to learn: {told.lesson}", markup=False)
    yield held


def _many(grounds: Grounds, wanted: Sequence[str], as_json: bool) -> Iterator[Held]:
    """Several game days, two at a time, each told when it is over."""
    told = {name: find(grounds.settings.projects, grounds.name, name) for name in wanted}
    days = {day for one in told.values() for day in (one.scenario.begins, one.scenario.ends)}
    for day in sorted(days):
        if not as_json:
            console().print(f"playing up to {day}, without a fault ...", markup=False)
        grounds.base(day)
    with ProcessPoolExecutor(AT_ONCE, mp_context=get_context("spawn")) as pool:
        for done in as_completed([pool.submit(_outcome, grounds, name) for name in wanted]):
            name, outcome = done.result()
            held = Held(told=told[name], home=grounds.root / name, outcome=outcome)
            if not as_json:
                _tell(held)
            yield held


def _outcome(grounds: Grounds, name: str) -> tuple[str, Outcome]:
    """A game day in a process of its own; what crosses over is plain values."""
    quiet()
    told = find(grounds.settings.projects, grounds.name, name)
    return name, hold(grounds, told, grounds.root / name).outcome


def _tell(held: Held) -> None:
    out, outcome, expected = console(), held.outcome, held.told.scenario.expected
    verdict = "as it should" if outcome.right else "NOT as it should"
    codes = ", ".join(sorted({f.code for f in outcome.new if f.by == expected.by})) or "nothing"
    out.print(
        f"{held.told.name:<22} {verdict:<17} {expected.by} said {codes}; "
        f"the window ended in {outcome.action}",
        markup=False,
        soft_wrap=True,
    )
    for mistake in outcome.mistakes:
        out.print(f"{'':<22} - {mistake}", markup=False, soft_wrap=True)
