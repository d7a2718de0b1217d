"""Stage labels: what came true, in files of any order and quality."""

import pytest

from caf_pipelines.stages.collect_labels import Known, collect_labels
from caf_platform.errors import BadInput
from caf_platform.lake_columns import LABEL, ROW_ID
from caf_platform.project.model import Target

FAILS = Target(name="fails", meaning="-", classes=("0", "1"))
NUMBER = Target(name="delay", meaning="minutes")


def collected(*lines, target=FAILS, book=None, accepted="1234", known=None):
    """A file of these lines; the row of key k is k, of prediction p is what `known` says."""
    return collect_labels(
        "\n".join(lines).encode(),
        key="row",
        target=target,
        row_of_key=str,
        rows_of_predictions=lambda: known or {},
        accepted=set(accepted),
        book=book or {},
    )


def said(found):
    """Row and label of each usable line."""
    return dict(zip(found.labels[ROW_ID], found.labels[LABEL], strict=True))


def test_labels_of_classes_are_positions():
    """The last class is the positive one."""
    found = collected("row,label", "1,0", "2,1")

    assert said(found) == {"1": 0.0, "2": 1.0}
    assert (found.rows, found.joined, found.unknown, found.unusable) == (2, 2, 0, 0)


def test_labels_of_a_regression_are_numbers():
    """Finite ones."""
    found = collected("row,label", "1,-2.5", "2,inf", "3,nan", "4,late", target=NUMBER)

    assert said(found) == {"1": -2.5}
    assert found.unusable == 3


@pytest.mark.parametrize("label", ["", "2", "yes", "1.0"])
def test_a_label_that_is_no_class_is_unusable(label):
    """It is counted, and the other lines are used."""
    found = collected("row,label", f"1,{label}", "2,1")

    assert said(found) == {"2": 1.0}
    assert (found.rows, found.unusable) == (2, 1)


def test_a_label_of_an_unknown_row_is_kept():
    """The row may come later."""
    found = collected("row,label", "9,1")

    assert said(found) == {"9": 1.0}
    assert (found.joined, found.unknown) == (0, 1)


def test_within_a_file_the_highest_revision_holds():
    """Of equal ones the last line."""
    found = collected("row,label,revision", "1,1,2", "1,0,1", "2,0,0", "2,1,0")

    assert said(found) == {"1": 1.0, "2": 1.0}
    assert found.rows == 4


@pytest.mark.parametrize(
    ("line", "corrected"),
    [("1,1,1", 1), ("1,0,1", 1), ("1,1,0", 1), ("1,0,0", 0), ("2,1,5", 0)],
    ids=["newer", "newer, the same", "as new, another", "as new, the same", "another row"],
)
def test_corrections_are_counted(line, corrected):
    """Whatever replaces what is known: row 1 is 0, in revision 0."""
    found = collected("row,label,revision", line, book={"1": Known(0.0, 0)})

    assert found.corrected == corrected


def test_an_older_revision_corrects_nothing():
    """It came late."""
    found = collected("row,label,revision", "1,1,1", book={"1": Known(0.0, 2)})

    assert found.corrected == 0


@pytest.mark.parametrize("revision", ["", "-1", "1.5", "inf", "1e9", "9" * 30, "new"])
def test_a_revision_that_is_no_number_makes_a_line_unusable(revision):
    """It does not end the play."""
    found = collected("row,label,revision", f"1,1,{revision}", "2,1,0")

    assert said(found) == {"2": 1.0}
    assert found.unusable == 1


def test_labels_by_prediction():
    """The id of a prediction leads to its row; an unknown one is unusable."""
    found = collected("prediction_id,label", "p1,1", "p2,0", known={"p1": "3"})

    assert said(found) == {"3": 1.0}
    assert found.unusable == 1


@pytest.mark.parametrize("before", ["\ufeff", "\n", "\r\n\r\n"], ids=["mark", "blank", "blanks"])
def test_what_stands_before_the_header_does_not_hide_it(before):
    """A byte order mark, or blank lines."""
    found = collected(f"{before}prediction_id,label", "p1,1", known={"p1": "3"})

    assert said(found) == {"3": 1.0}


@pytest.mark.parametrize(
    "lines",
    [
        ("",),
        ("row,answer", "1,1"),
        ("name,label", "1,1"),
        ("row,label,label", "1,1,0"),
        ("row,label", "1"),
        ("row,label", "1,1,1"),
        ("row,label", '"1,1'),
    ],
    ids=["empty", "no label", "no key", "two labels", "short", "long", "broken quote"],
)
def test_a_file_that_cannot_be_read_is_refused(lines):
    """With the reason; nothing is guessed."""
    with pytest.raises(BadInput, match=r"A label file .*"):
        collected(*lines)


def test_an_empty_file_has_no_labels():
    """A day on which nothing came true."""
    found = collected("row,label")

    assert (found.rows, len(found.labels), found.corrected) == (0, 0, 0)
