"""All game days at one look: who should object, who did, and what the window ended in."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from caf_pipelines.report.writing import own
from caf_pipelines.scenarios.holding import Held
from caf_pipelines.scenarios.scenario import NOBODY

RIGHT, ALSO, WRONG = "objects", "also", "unexpected"
SIGNS = {RIGHT: "●", ALSO: "○", WRONG: "✕", "": ""}


@dataclass(frozen=True)
class Row:
    """One game day: `cells` says for each of the matrix's columns what that part did."""

    project: str
    name: str
    title: str
    story: str
    lesson: str
    right: bool
    expected: str
    action: str
    champion: str
    cells: dict[str, str]
    reasons: tuple[tuple[str, str, str, str], ...]
    mistakes: tuple[str, ...]


@dataclass(frozen=True)
class Matrix:
    """Game days by those who objected in any of them."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def right(self) -> bool:
        """Whether every game day went as it should, and there was one."""
        return bool(self.rows) and all(row.right for row in self.rows)

    def as_dict(self) -> dict[str, Any]:
        """For machines."""
        return {
            "right": self.right,
            "columns": list(self.columns),
            "scenarios": [
                {
                    "project": row.project,
                    "name": row.name,
                    "title": row.title,
                    "right": row.right,
                    "expected": row.expected,
                    "action": row.action,
                    "champion": row.champion,
                    "objected": row.cells,
                    "reasons": [
                        dict(zip(("by", "code", "about", "text"), reason, strict=True))
                        for reason in row.reasons
                    ],
                    "mistakes": list(row.mistakes),
                }
                for row in self.rows
            ],
        }


def matrix(held: Sequence[Held]) -> Matrix:
    """The matrix of some game days; a column for everybody who should object or did."""
    wanted = [one.told.scenario.expected.among(one.outcome.objectors).by for one in held]
    heard = [by for one in held for by in one.outcome.objectors]
    columns = tuple(one for one in dict.fromkeys([*wanted, *heard]) if one != NOBODY)
    return Matrix(columns, tuple(map(_row, held)))


def _row(held: Held) -> Row:
    told, outcome = held.told, held.outcome
    expected = told.scenario.expected.among(outcome.objectors)
    cells = {by: ALSO if by in expected.also else WRONG for by in outcome.objectors}
    if expected.by in cells:
        cells[expected.by] = RIGHT
    return Row(
        project=told.project,
        name=told.name,
        title=told.title,
        story=told.story,
        lesson=told.lesson,
        right=outcome.right,
        expected=expected.by,
        action=outcome.action or "",
        champion=outcome.champion or "",
        cells=cells,
        reasons=tuple((one.by, one.code, one.about, one.text) for one in outcome.new),
        mistakes=outcome.mistakes,
    )


def write(found: Matrix, folder: Path, reports: Mapping[str, Path] | None = None) -> Path:
    """Write `matrix.html` and `matrix.json` below a folder; returns the page's path.

    `reports` are those that were drawn of single game days, by name: the page links to them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "matrix.json").write_text(json.dumps(found.as_dict(), indent=2) + "\n", "utf-8")
    page = folder / "matrix.html"
    links = {name: os.path.relpath(path, folder) for name, path in (reports or {}).items()}
    page.write_text(page_text(found, links), "utf-8")
    return page


def page_text(found: Matrix, links: Mapping[str, str]) -> str:
    """The matrix as one HTML page that needs no network, with links to reports beside it."""
    environment = Environment(
        loader=PackageLoader("caf_pipelines.scenarios"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("matrix.html.j2").render(
        matrix=found,
        links=links,
        signs=SIGNS,
        style=own("colours.css", "page.css"),
    )
