"""Good files that come at an odd time: all of them are taken in, and none twice."""

import shutil

from bad_input.arrivals import CHANGED, EARLY_LABELS, LATE, OUT_OF_ORDER, SAME
from bad_input.seen import first_about
from inbox_play import Delivered
from micro.data import batch, csv

from caf_platform.ledger.events import BatchReceived, LabelsReceived, WindowClosed


def test_out_of_order(few: Delivered, few_days: Delivered) -> None:
    """Day 4 comes a day late, after day 5: the rows are what they would have been."""
    few.deliver([4, 5])
    in_order = few.copy(few.root.parent / "in-order")
    (few.inbox / "day-04.csv").rename(few.inbox / "day-04+2.csv")

    code, out, err = few.seen("run")

    assert in_order.seen("run")[0] == 0
    assert (code, err) == (0, "")
    assert first_about("stale-sensor-day-04", out) == OUT_OF_ORDER.told
    assert few.accepted() == in_order.accepted()
    assert [r.payload["batch"] for r in few.records(BatchReceived)][-2:] == ["day-05", "day-04"]


def test_a_batch_whose_window_was_closed(few: Delivered) -> None:
    """The window of six batches was closed without day 4; it is taken in, and reopens nothing."""
    few.deliver([5, 6, 7])
    assert few.seen("run")[0] == 0
    closed = len(few.records(WindowClosed))
    few.deliver([4])

    code, _, err = few.seen("run")

    assert (code, err, LATE.told) == (0, "", "")
    assert len(few.accepted()["day-04"]) == 40
    assert closed == len(few.records(WindowClosed)) == 1


def test_labels_before_their_rows(few: Delivered) -> None:
    """The labels of day 4 lie there, its rows do not: they join when the rows have come."""
    few.deliver([5])
    assert few.seen("run")[0] == 0
    (early,) = [r.payload for r in few.records(LabelsReceived) if r.payload["name"] == "labels-04"]
    few.deliver([4])

    code, _, err = few.seen("run")

    assert (code, err, EARLY_LABELS.told) == (0, "", "")
    assert (early["joined"], early["unknown"]) == (0, 40)
    assert few.labelled("day-04") == 40


def test_the_same_files_once_more(few: Delivered) -> None:
    """Nothing is recorded a second time."""
    before = few.left()

    code, _, err = few.seen("run")

    assert (code, err, SAME.told) == (0, "", "")
    assert few.left() == before


def test_a_file_that_changed(few: Delivered) -> None:
    """Day 3 comes again with half of its rows: a revision, whose rows are in force."""
    shutil.rmtree(few.home)
    (few.inbox / "day-03+1.csv").write_bytes(csv(batch(3).head(20)))

    code, out, err = few.seen("run")

    assert (code, err) == (0, "")
    assert first_about("day-03", out) == CHANGED.told
    assert len(few.accepted()["day-03"]) == 20
