"""What a model rests on, drawn: the columns in order, and nothing where nothing was measured."""

from caf_pipelines.report.forest import the_comparison, the_importance
from caf_platform.measures.interval import Interval


def importance(point: float | None) -> dict:
    """A measured importance, or one that could not be measured."""
    bounds = (None, None) if point is None else (point - 0.1, point + 0.1)
    return Interval(
        point=point, low=bounds[0], high=bounds[1], level=0.95, draws=100, clusters=3, rows=50,
        share_above_zero=None,
    ).model_dump()  # fmt: skip


def test_the_column_that_matters_most_comes_first() -> None:
    """With its interval, in the picture's table too; what was not measured comes last."""
    evidence = {"importance": {"a": importance(0.1), "b": importance(0.4), "c": importance(None)}}

    drawn = the_importance("v1", evidence)

    assert drawn is not None
    assert [row[0].text for row in drawn.table.rows] == ["b", "a", "c"]
    assert [cell.text for cell in drawn.table.rows[0][2:]] == ["0.4", "0.3", "0.5"]
    assert drawn.table.rows[2][2].text == "not measured"


def test_evidence_from_before_it_was_measured_has_no_picture() -> None:
    """Nor has evidence that cannot be read."""
    assert the_importance("v1", {}) is None
    assert the_importance("v1", {"importance": {}}) is None
    assert the_comparison("v1", {}) is None
