"""Numbers find their place on a picture, and texts their room."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caf_pipelines.report.columns import NARROW, WIDE, Columns
from caf_pipelines.report.drawing import MARKS, Canvas, Scale, shortened, spanning
from caf_pipelines.report.panels import Limit, Panel, Point, Series, draw_bars, draw_lines

NUMBERS = st.floats(-1e6, 1e6, allow_nan=False)


def test_a_scale_puts_larger_numbers_higher():
    """From 0 at 100 to 10 at 0; what lies outside lies on the border."""
    scale = Scale(0, 10, 100, 0)

    assert [scale(value) for value in (0, 5, 10, 11, -1)] == [100, 50, 0, 0, 100]


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0, 10, [0, 5, 10]),
        (-0.17, 0.24, [0, 0.2]),
        (0, 0.48, [0, 0.2, 0.4]),
        (0, 900, [0, 500]),
    ],
)
def test_ticks_are_round_numbers(low, high, ticks):
    """One, two or five times a power of ten apart."""
    assert Scale(low, high, 0, 1).ticks(3) == pytest.approx(ticks)


@given(st.lists(st.one_of(st.none(), NUMBERS), max_size=8))
def test_everything_measured_has_room(values):
    """Every number lies strictly inside the scale that spans it, and ticks are few and finite."""
    scale = spanning(values, 0.0, 100.0, 0.0)

    known = [value for value in values if value is not None]
    assert all(scale.low <= value <= scale.high for value in known)
    assert all(0 <= scale(value) <= 100 and math.isfinite(scale(value)) for value in known)
    assert 1 <= len(scale.ticks()) <= 8


@given(st.text(max_size=40), st.floats(1, 400), st.floats(8, 20))
def test_shortened_text_fits_and_keeps_its_beginning(text, width, size):
    """What is cut ends in an ellipsis; what fits stays as it is."""
    found = shortened(text, width, size)

    assert len(found) <= max(int(width / (size * 0.56)), 1)
    assert found == text or (found.endswith("…") and text.startswith(found[:-1]))


def test_a_canvas_writes_plain_numbers():
    """Two decimals at most, no trailing zeros, no minus zero: the same picture, the same bytes."""
    canvas = Canvas(10)

    canvas.line("grid", 0.1 + 0.2, -0.001, 100.0, 1 / 3)

    assert canvas.shapes[0].attributes == {
        "class": "grid", "x1": "0.3", "y1": "0", "x2": "100", "y2": "0.33",
    }  # fmt: skip


@pytest.mark.parametrize("mark", [*MARKS, "circle"])
def test_marks_are_told_apart_by_shape(mark):
    """Each sign has an outline of its own."""
    canvas = Canvas(10)

    for one in [*MARKS, "circle"]:
        canvas.mark(one, "good", 5, 5)

    outlines = [str(one.attributes.get("d", "circle")) for one in canvas.shapes]
    assert len(set(outlines)) == len(outlines)


def test_what_is_linked_stands_inside_the_link():
    """With a label for those who do not see it."""
    canvas = Canvas(10)

    with canvas.linked("#w-1", "promoted: v1"):
        canvas.mark("up", "good", 5, 5)

    (link,) = canvas.shapes
    assert link.tag == "a"
    assert link.attributes == {"href": "#w-1", "aria-label": "promoted: v1"}
    assert [one.tag for one in link.inside] == ["title", "path"]


def test_months_are_named_and_years_where_they_begin():
    """`Nov 2013`, `Dec`, `Jan 2014`; one letter each on a phone; other windows as they are."""
    months = ("2013-11", "2013-12", "2014-01", "2014-02")

    def labels(names: tuple[str, ...], width: float) -> list[str]:
        canvas = Canvas(width)
        Columns(names, width).labels(canvas, 0)
        return [one.text for one in canvas.shapes]

    assert labels(months, WIDE) == ["Nov 2013", "Dec", "Jan 2014", "Feb"]
    assert labels(months, NARROW) == ["N", "D", "J", "F"]
    assert labels(("2013-W01", "2013-W02"), WIDE) == ["2013-W01", "2013-W02"]


def test_labels_are_thinned_rather_than_piled_up():
    """Sixty windows on a phone name every so many."""
    canvas = Canvas(NARROW)

    Columns(tuple(f"{at:04d}" for at in range(60)), NARROW).labels(canvas, 0)

    places = [float(one.attributes["x"]) for one in canvas.shapes]
    assert min(b - a for a, b in pairwise(places)) > 25


def _panel(*series: Series, limits: tuple[Limit, ...] = ()) -> Panel:
    return Panel("skill", series, limits, lambda value: f"{value:g}")


def test_a_line_breaks_where_nothing_was_measured():
    """Three windows, the middle one unmeasured: two points and no line between them."""
    canvas, columns = Canvas(WIDE), Columns(("a", "b", "c"), WIDE)
    series = Series("served", "square", (Point(0.1), None, Point(0.2)))

    draw_lines(canvas, columns, _panel(series), 0)

    css = [one.attributes["class"] for one in canvas.shapes]
    assert css.count("mark served") == 2
    assert css.count("line served") == 0


def test_a_way_that_is_the_served_model_leaves_no_second_mark():
    """It begins where it parts from what was served."""
    canvas, columns = Canvas(WIDE), Columns(("a", "b", "c"), WIDE)
    points = (Point(0.1, same=True), Point(0.2, 0.1, 0.3, same=True), Point(0.0, -0.1, 0.1))

    draw_lines(canvas, columns, _panel(Series("newest", "up", points)), 0)

    css = [one.attributes["class"] for one in canvas.shapes]
    assert css.count("mark newest") == 1
    assert css.count("whisker newest") == 1
    assert css.count("line newest") == 1


def test_a_bar_over_its_limit_says_so_without_colour():
    """A sign beside its number, and another class."""
    canvas, columns = Canvas(WIDE), Columns(("a", "b"), WIDE)
    panel = _panel(
        Series("", "", (Point(0.1), Point(0.4))), limits=(Limit((0.3, 0.3), "limit 0.3"),)
    )

    draw_bars(canvas, columns, panel, 0, over=(False, True))

    css = [one.attributes["class"] for one in canvas.shapes]
    texts = [one.text for one in canvas.shapes if one.tag == "text"]
    assert (css.count("bar"), css.count("bar over")) == (1, 1)
    assert "0.1" in texts
    assert "0.4 ✕" in texts
    assert "limit 0.3" in texts
