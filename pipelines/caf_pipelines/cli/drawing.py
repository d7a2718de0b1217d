"""The verbs that draw pages for people; made on request, for they take seconds."""

from pathlib import Path

from caf_pipelines.cli.opening import chosen, open_platform, records_of, state_from
from caf_pipelines.cli.output import console, show_json
from caf_pipelines.lifecycle.play import Play
from caf_pipelines.report.page import write_report
from caf_pipelines.timeline import Silent
from caf_platform.errors import BadInput, Unavailable, did_you_mean
from caf_platform.ledger.state import read_state


def draw_drift(window: str, project: str, out: str) -> None:
    """Write Evidently's page of what the champion scored in a window against its training rows."""
    platform = open_platform()
    name = chosen(platform, project)
    state = read_state(platform.ledger, name, platform.signer)
    watched = {seen.window: seen.champion for seen in state.windows}
    version = watched.get(window)
    if version is None:
        judged = [seen for seen, champion in watched.items() if champion]
        raise BadInput(
            f"In window '{window}' of {name} no model was watched.",
            why=did_you_mean(window, judged),
            next_step=f"Watched: {', '.join(judged) or 'none'}.",
        )
    play = Play.at(platform, platform.project(name), Silent(), state)
    found = next(one for one in play.all_windows() if one.name == window)
    current, reference = play.deciding.watching.compared(found, version)
    features = play.session.declaration.features
    page = platform.drift.page(
        current, reference, numeric=features.numeric, categorical=features.categorical
    )
    path = Path(out) if out else platform.home / "pages" / f"{name}-{window}-drift.html"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(page)
    except OSError as error:
        raise Unavailable(
            f"'{path}' cannot be written.",
            why=f"{error.strerror}.",
            next_step="Make room for it, or name another place with --out.",
        ) from error
    console().print(str(path), soft_wrap=True)


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
