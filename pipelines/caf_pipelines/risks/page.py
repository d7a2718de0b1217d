"""The register as one page: a matrix of what holds now, and a card for each risk."""

from collections.abc import Sequence
from pathlib import Path

from caf_governance.risks.status import Judged, Status
from caf_pipelines.report.parts import Table, code, table
from caf_pipelines.report.writing import environment, own, write_page

TEMPLATES = Path(__file__).parent / "templates"
DEGREES = range(1, 6)
SAYS = {
    Status.RED: "a test of a control failed, was skipped or is missing: the inherent rating holds",
    Status.UNPROVED: "not every test of its controls ran over this tree: the inherent rating holds",
    Status.BORNE: "nothing stands against it, and that is known",
    Status.CONTROLLED: "every test of its controls passed over this tree",
}
TONES = {
    Status.RED: "bad", Status.UNPROVED: "unknown", Status.BORNE: "held", Status.CONTROLLED: "good",
}  # fmt: skip


def write_risks(judged: Sequence[Judged], path: Path) -> Path:
    """Write the page, whole or not at all; returns where it lies."""
    return write_page(risks_text(judged).encode(), path)


def risks_text(judged: Sequence[Judged]) -> str:
    """The page as HTML; the same register and outcomes give the same text."""
    style = own("colours.css", "page.css") + own("risks.css", folder=TEMPLATES)
    return (
        environment("caf_pipelines.risks")
        .get_template("risks.html.j2")
        .render(
            judged=judged,
            counts=[(one.value, sum(each.status is one for each in judged)) for one in Status],
            degrees=DEGREES,
            cells=_cells(judged),
            says=SAYS,
            tones=TONES,
            tables={one.risk.name: _controls(one) for one in judged},
            style=style,
        )
    )


def _cells(judged: Sequence[Judged]) -> dict[tuple[int, int], list[Judged]]:
    """Risks by likelihood and impact, as they hold now."""
    found: dict[tuple[int, int], list[Judged]] = {}
    for one in judged:
        found.setdefault((one.now.likelihood, one.now.impact), []).append(one)
    return found


def _controls(one: Judged) -> Table:
    rows = [
        (control.control, code(", ".join(control.where)), code(test), one.tests[test].value)
        for control in one.risk.controls
        for test in control.tests
    ]
    columns = ("control", "where", "test", "ended")
    return table(f"Controls of {one.risk.name}", columns, rows, stacked=True)
