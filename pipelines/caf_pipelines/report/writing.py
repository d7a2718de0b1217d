"""Writes pages and pictures down: templates that escape all but our own style and script."""

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from caf_pipelines.report.drawing import Canvas, Shape
from caf_pipelines.report.parts import Figure
from caf_pipelines.whole_file import staged

REPORT = "caf_pipelines.report"
TEMPLATES = Path(__file__).parent / "templates"
DOTS = {"still": 1.3, "stirred": 2.6, "moved": 4.6, "far": 6.8}
LINES = frozenset({"served", "frozen", "newest"})


def page_text(page: object, template: str = "page.html.j2") -> str:
    """A page as HTML; the same page gives the same text."""
    return (
        environment()
        .get_template(template)
        .render(
            page=page, style=own("colours.css", "picture.css", "page.css"), script=own("page.js")
        )
    )


def write_page(page: bytes, path: Path) -> Path:
    """Put a page where it belongs, whole or not at all; gives where it lies.

    `BadInput` for what is there and is no file, `Unavailable` when it cannot be written.
    """
    with staged(page, path):
        return path


def picture_text(figure: Figure, title: str) -> str:
    """A figure's wide drawing as an SVG file of its own, with legend, for light and dark."""
    return (
        environment()
        .get_template("picture.svg.j2")
        .render(figure=figure, title=title, style=own("colours.css", "picture.css"))
    )


@cache
def environment(package: str = REPORT) -> Environment:
    """Templates of a package, and behind them the report's own, with its macros and filters."""
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(package), PackageLoader(REPORT)]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "ident": ident, "role": _role, "sample": _sample, "allowed": _allowed, "unlinked": _unlinked
    }  # fmt: skip
    return environment


def own(*names: str, folder: Path = TEMPLATES) -> Markup:
    """Style sheets and scripts of ours, as they are."""
    text = "".join((folder / name).read_text("utf-8") for name in names)
    return Markup(text)  # nosec B704 # noqa: S704 - our own files, no data in them


def ident(name: str) -> str:
    """A name as an identifier of the page."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", name)


def _role(canvas: Canvas) -> str:
    """A picture with links in it is a group: inside an image nobody could reach them."""
    return "group" if any(shape.tag == "a" for shape in canvas.shapes) else "img"


def _unlinked(shapes: list[Shape]) -> list[Shape]:
    """The same shapes where there is nothing to link to."""
    return [Shape("g", {}, inside=one.inside) if one.tag == "a" else one for one in shapes]


def _sample(css: str, mark: str) -> list[Shape]:
    """A line and a sign as a legend shows them."""
    canvas = Canvas(34, 14)
    if mark == "box":
        canvas.rect(css, 5, 1, 24, 12, rx=2)
        canvas.line(css, 5, 7, 29, 7)
        return canvas.shapes
    if css in LINES:
        canvas.path(f"line {css}", [(0, 7), (34, 7)])
    if css in DOTS:
        canvas.add("circle", f"dot {css}", cx=17, cy=7, r=DOTS[css])
    else:
        canvas.mark(mark, css, 17, 7, 5)
    return canvas.shapes


def _allowed(text: str) -> str:
    """What a Content-Security-Policy says to allow exactly this text."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
