"""Where to look further: Evidently's pages and MLflow's runs, by link where there is a file."""

import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from caf_pipelines.lifecycle.play import Play
from caf_pipelines.report.looks import Look
from caf_pipelines.report.parts import Block, Cell, code, table, verdict
from caf_platform.ledger.state import ModelState

DRIFT_PAGES = "pages"


def drift_page(play: Play, window: str, beside: Path) -> Cell:
    """A link to Evidently's page of a window if it was drawn, else the command that draws it."""
    project = play.session.project.name
    path = play.session.platform.home / DRIFT_PAGES / f"{project}-{window}-drift.html"
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
            facts=(("to open them, and Prefect\u2019s flow runs", code("make ui")),),
            tables=(runs,),
        ),
    )


def _run(version: str, model: ModelState) -> list[Cell]:
    tracked = str(model.trained.measured.get("tracked_version", ""))
    gate = verdict(model.gate.decision.verdict.value) if model.gate else Cell("not judged yet")
    return [Cell(version), code(model.manifest.run_id), Cell(tracked), gate]
