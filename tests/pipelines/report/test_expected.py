"""What was estimated without labels, on the page: marked, explained, beside what came true."""

from dataclasses import replace

import pytest
from drawn_page import lived_play, page_of, records_of

from caf_pipelines.report.chapters import chapters
from caf_pipelines.report.columns import WIDE, Columns
from caf_pipelines.report.drawing import Canvas
from caf_pipelines.report.expected import expectations, how_good, the_estimate
from caf_pipelines.report.looks import ESTIMATED, looks
from caf_pipelines.report.panels import Panel, Point, Series, draw_lines
from caf_pipelines.report.year import the_year


@pytest.fixture(scope="module")
def seen():
    """The looks of the story, each with its estimate."""
    play = lived_play()
    return looks(chapters(records_of(play)), (), expectations(play))


def css(canvas):
    """The classes of what is drawn."""
    return [shape.attributes["class"] for shape in canvas.shapes if "class" in shape.attributes]


def rows(block):
    """A block's table as texts, by the first cell."""
    (table,) = block.tables
    return {row[0].text: [cell.text for cell in row[1:]] for row in table.rows}


def test_each_window_s_panel_tells_its_estimate(page, seen):
    """Method, rows and every number stand in the card, each marked as an estimate."""
    told = [look for look in seen if look.expected]

    assert [look.name for look in told] == ["0003", "0004", "0005", "0006"]
    assert page.text.count("What was estimated without labels") == 4
    assert "no gate and no monitor goes by it" in page.text
    for look in told:
        for number in look.expected.estimate.numbers.values():
            assert f"est. {number.text}" in page.text


def test_the_picture_has_a_dashed_box_for_each_estimate(seen):
    """Four boxes with a line in each, and a legend that says what they are."""
    figure = the_year(seen)

    assert css(figure.wide).count("estimated") == 8
    assert css(figure.narrow).count("estimated") == 8
    assert ESTIMATED in figure.legend
    assert ESTIMATED[2] == "estimated without labels"
    assert "Estimated without labels, the skill was off by" in figure.says
    assert sum(cell.text.startswith("est. ") for row in figure.table.rows for cell in row) == 4


def test_a_play_without_estimates_is_drawn_without_them(seen):
    """As recorded before there were any: no box, no legend, no sentence."""
    older = [replace(look, expected=None) for look in seen]

    figure = the_year(older)

    assert "estimated" not in css(figure.wide)
    assert ESTIMATED not in figure.legend
    assert "without labels" not in figure.says
    assert how_good(older) == ""


def test_how_good_they_were_is_counted_not_told(seen):
    """The sentence changes with what came true: half of the windows, half of the count."""
    errors = {
        look.name: abs(look.expected.compared.numbers["skill"].error)
        for look in seen
        if look.expected
    }

    assert f"off by {100 * sum(errors.values()) / 4:.1f} points" in how_good(seen)
    assert "of 4 windows" in how_good(seen)
    assert f"off by {100 * errors['0003']:.1f} points" in how_good(seen[:3])
    assert "of 1 window;" in how_good(seen[:3])


def test_what_has_not_come_true_says_so(seen):
    """Before a label came: not yet, no difference, no verdict of any kind."""
    expected = next(look.expected for look in seen if look.expected)

    found = rows(the_estimate(replace(expected, compared=None)))

    assert found["skill"][1:] == ["not yet", "", ""]
    assert found["skill"][0].startswith("est. ")


def test_too_few_labels_are_no_comparison(seen):
    """What came true of a few rows is shown, and whether it lies within is not."""
    expected = next(look.expected for look in seen if look.expected)
    few = expected.compared.model_copy(update={"enough": False})

    found = rows(the_estimate(replace(expected, compared=few)))

    assert found["loss"][-1] == "too few labels"


def test_damage_falls_back_on_what_is_on_record(lived):
    """A label file came after the last look and was changed: the recorded comparison is shown."""
    state = lived.session.state
    lived.session.platform.lake.objects[state.labels[-1].labels_key] += b"x"

    found = {one.window: one.compared for one in expectations(lived)}

    assert found["0006"].labelled_rows == 200
    assert page_of(lived).mistakes == []


def test_a_box_without_an_interval_is_a_dashed_line():
    """Where nobody knows how much days differ."""
    canvas, columns = Canvas(WIDE), Columns(("a", "b", "c"), WIDE)
    boxes = (Point(0.1), None, Point(0.2, 0.1, 0.3))

    draw_lines(canvas, columns, Panel("skill", (Series("", "", ()),), (), str, boxes=boxes), 0)

    tags = [one.tag for one in canvas.shapes if one.attributes["class"] == "estimated"]
    assert sorted(tags) == ["line", "line", "rect"]
