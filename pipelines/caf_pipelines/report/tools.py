"""Where to look further: Evidently's pages and MLflow's runs, by link where there is a file."""

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from caf_pipelines.lifecycle.play import Play
from caf_pipelines.report.looks import Look
from caf_pipelines.report.parts import Block, Cell, code, table, verdict
from caf_pipelines.report.writing import write_page
from caf_platform.errors import BadInput, CafError, did_you_mean
from caf_platform.ledger.state import ModelState

DRIFT_PAGES = "pages"


def draw_drift(play: Play, window: str, out: Path | None = None) -> Path:
    """Write Evidently's page of what the champion scored in a window against its training rows.

    `BadInput` when no model was watched in that window, or `out` is no file; `Unavailable` when it
    cannot be written.
    """
    state, name = play.session.state, play.session.project.name
    watched = {seen.window: seen.champion for seen in state.windows if seen.champion}
    if window not in watched:
        raise BadInput(
            f"In window '{window}' of {name} no model was watched.",
            why=did_you_mean(window, list(watched)),
            next_step=f"Watched: {', '.join(watched) or 'none'}.",
        )
    found = next(one for one in play.all_windows() if one.name == window)
    current, reference = play.deciding.watching.compared(found, watched[window])
    features = play.session.declaration.features
    page = play.session.platform.drift.page(
        current, reference, numeric=features.numeric, categorical=features.categorical
    )
    return write_page(page, out or _drift_path(play, window))


def draw_newest_drift(play: Play) -> None:
    """The page of the newest watched window; one that cannot be drawn is a missing extra."""
    newest = next((seen for seen in reversed(play.session.state.windows) if seen.champion), None)
    if newest is not None:
        with suppress(CafError):
            draw_drift(play, newest.window)


def _drift_path(play: Play, window: str) -> Path:
    """Each play has pages of its own: another one's rows and champion were others."""
    session = play.session
    name = f"{session.project.name}-play-{session.state.play}-{window}-drift.html"
    return session.platform.home / DRIFT_PAGES / name


def drift_page(play: Play, window: str, beside: Path) -> Cell:
    """A link to Evidently's page of a window if it was drawn, else the command that draws it."""
    project, path = play.session.project.name, _drift_path(play, window)
    if not path.is_file():
        return code(f".venv/bin/caf drift {window} --project {project}")
    href = quote(Path(os.path.relpath(path, beside)).as_posix())
    return Cell(f"drift of {window}", href=href)


def tools(play: Play, seen: Sequence[Look], beside: Path) -> tuple[Block, ...]:
    """What the two libraries show of this play."""
    state = play.session.state
    watched = [look for look in seen if look.champion]
    pages = table(
        "Evidently\u2019s page of each watched window",
        ("window", "champion", "page, or the command that draws it"),
        [(look.name, look.champion, drift_page(play, look.name, beside)) for look in watched],
    )
    runs = table(
        "The MLflow run of each version",
        ("version", "run", "registered as", "gate"),
        [_run(version, model) for version, model in state.models.items()],
    )
    return (
        Block(
            "Evidently",
            "Every column of a window against the champion\u2019s training rows, on one page "
            "that needs no network either.",
            tables=(pages,),
        ),
        Block(
            "MLflow",
            "Runs, datasets and versions; the champion\u2019s alias follows this ledger.",
            facts=(("to follow them, and Prefect\u2019s flow runs", code("make ui")),),
            tables=(runs,),
        ),
    )


def _run(version: str, model: ModelState) -> list[Cell]:
    tracked = str(model.trained.measured.get("tracked_version", ""))
    gate = verdict(model.gate.decision.verdict.value) if model.gate else Cell("not judged yet")
    return [Cell(version), Cell(model.manifest.run_id, "run"), Cell(tracked), gate]
