"""Rows, labels and predictions read back: one book of labels, whatever the order of its files."""

import io
import itertools
from datetime import UTC, date, datetime
from functools import partial

import pandas as pd
import pytest
from filled_shelf import Shelf
from hypothesis import given, settings
from hypothesis import strategies as st
from lawful_events import received
from micro_play import World

from caf_pipelines.lifecycle.frames import Frames
from caf_pipelines.stages.collect_labels import REVISION, Known, collect_labels
from caf_pipelines.stages.validate import row_id
from caf_platform.errors import Tampered
from caf_platform.lake_columns import LABEL, ROW_ID, SCORE
from caf_platform.ledger.state import BatchState
from caf_platform.project.classified import Classes, to_parquet
from caf_platform.project.model import Target

TARGET = Target(name="fails", meaning="-", classes=("0", "1"))


def test_rows_of_some_batches(shelf):
    """In the order asked for, with a fresh index; rows from quarantine come after their batch."""
    shelf.batch("a", ["1", "2"])
    shelf.batch("b", ["3"])
    shelf.replay("a", ["4"])

    found = shelf.frames.rows(["b", "a"])

    assert list(found[ROW_ID]) == ["3", "1", "2", "4"]
    assert list(found.index) == [0, 1, 2, 3]


def test_rows_of_nothing(shelf):
    """No batch has no columns; an empty batch keeps its own."""
    shelf.batch("a", [])

    assert shelf.frames.rows([]).empty
    assert list(shelf.frames.rows(["a"]).columns) == [ROW_ID]
    assert list(shelf.frames.labelled([]).columns) == [LABEL]


def test_a_changed_file_is_not_used(shelf):
    """Its digest is in the ledger."""
    shelf.batch("a", ["1"])
    key = shelf.state.batches["a"].validated.validated_key
    shelf.lake.objects[key] = to_parquet(pd.DataFrame({ROW_ID: ["2"]}), Classes())

    with pytest.raises(Tampered):
        shelf.frames.rows(["a"])


def test_a_frame_in_memory_is_the_one_that_was_stored():
    """Whatever a play keeps is what it would read: values, types and order."""
    play = World().played()

    frames, lake = play.session.frames, play.session.platform.lake
    zones = set()
    for (key, digest), kept in frames.in_memory().items():
        read = pd.read_parquet(io.BytesIO(lake.read(key, expected=digest)))
        pd.testing.assert_frame_equal(kept, read, check_exact=True)
        zones.add(key.split("/")[0])
    assert {"validated", "predictions", "labels"} <= zones


def test_memory_is_bounded_and_forgets_what_was_not_used(shelf):
    """The frame used longest ago goes, and is read from the lake when it is asked for again."""
    frames = Frames(shelf.lake, shelf.state, keeps=2)
    for name in "abc":
        shelf.batch(name, [name])
    for name in "abac":
        frames.rows([name])

    kept = [frame[ROW_ID].tolist() for frame in frames.in_memory().values()]
    assert kept == [["a"], ["c"]]
    assert list(frames.rows(["b"])[ROW_ID]) == ["b"]


def test_usable_batches_are_the_validated_ones_by_arrival(shelf):
    """Both ends of a span are included; a correction does not make a batch newer."""
    shelf.batch("c", ["1"], day=1)
    shelf.batch("b", ["2"], day=2)
    shelf.batch("a", ["3"], day=3)
    shelf.state.batches["d"] = BatchState(received("d"), received("d"))
    shelf.batch("b", ["2"], day=20, revision=2)

    assert shelf.frames.usable() == ["c", "b", "a"]
    assert shelf.frames.usable(first=date(2020, 1, 3)) == ["a"]
    assert shelf.frames.usable(first=date(2020, 1, 2), last=date(2020, 1, 2)) == ["b"]


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2020, 1, 2, tzinfo=UTC), date(2020, 1, 1)),
        (datetime(2020, 1, 2, 0, 0, 1, tzinfo=UTC), date(2020, 1, 2)),
        (datetime(2020, 1, 2, 23, 59, tzinfo=UTC), date(2020, 1, 2)),
    ],
)
def test_a_batch_that_arrives_at_midnight_ends_the_day_before(shelf, moment, day):
    """The day it is about, not the one that begins."""
    assert shelf.frames.local_day(moment) == day


def test_days_are_local(shelf):
    """Four hours after midnight in UTC it is still yesterday in New York."""
    frames = Frames(shelf.lake, shelf.state, "America/New_York")

    assert frames.local_day(datetime(2020, 1, 2, 4, tzinfo=UTC)) == date(2020, 1, 1)


def test_labels_are_joined_to_rows(shelf):
    """Rows without a label are left out of the labelled ones and NaN among all."""
    shelf.batch("a", ["1", "2", "3"])
    shelf.labels([("2", 1.0, 0), ("1", 0.0, 0), ("9", 1.0, 0)])

    found = shelf.frames.labelled(["a"])

    assert list(found.itertuples(index=False, name=None)) == [("1", 0.0), ("2", 1.0)]
    assert shelf.frames.labels_of(pd.Series(["3", "2"])).isna().tolist() == [True, False]


def test_labelled_rows_are_counted_as_they_are_listed(shelf):
    """Before any label, after one, and after a second file: the count is the list's length."""
    shelf.batch("a", ["1", "2", "3"])
    shelf.batch("b", ["4"])
    counted = [shelf.frames.labelled_rows(["a", "b"])]
    for row in ("2", "4"):
        shelf.labels([(row, 1.0, 0), ("9", 0.0, 0)])
        counted.append(shelf.frames.labelled_rows(["a", "b"]))

    assert counted == [0, 1, 2]
    assert len(shelf.frames.labelled(["a", "b"])) == 2


def test_a_correction_holds_whenever_it_comes(shelf):
    """The higher revision wins, also when it came first."""
    shelf.labels([("1", 1.0, 1)])
    shelf.labels([("1", 0.0, 0)])

    assert shelf.frames.book() == {"1": Known(1.0, 1)}


def test_of_equal_revisions_the_later_file_holds(shelf):
    """A source without revisions corrects by sending again."""
    shelf.labels([("1", 1.0, 0)])
    shelf.labels([("1", 0.0, 0)])

    assert shelf.frames.book() == {"1": Known(0.0, 0)}


def test_predictions_of_one_version(shelf):
    """Another version's are not among them."""
    shelf.batch("a", ["1"])
    shelf.predictions("a", "v1", [("1", 0.25)])

    assert list(shelf.frames.predictions(["a"], "v1")[SCORE]) == [0.25]
    assert shelf.frames.predictions(["a"], "v2").empty
    assert [by.version for by in shelf.frames.scored("a")] == ["v1"]


said = st.dictionaries(
    st.tuples(st.sampled_from("123"), st.integers(0, 3)), st.sampled_from("01"), max_size=9
)  # fmt: skip


@settings(deadline=None)
@given(said, st.data())
def test_any_order_of_label_files_gives_the_same_book(said, data):
    """Corrected, repeated, split over files in any way: the highest revision of each row holds."""
    lines = [(row, label, revision) for (row, revision), label in said.items()]
    told = data.draw(
        st.permutations(lines + data.draw(st.lists(st.sampled_from(lines))) if lines else [])
    )
    cuts = sorted(data.draw(st.lists(st.integers(0, len(told)), max_size=3)))
    shelf = Shelf()
    for start, end in itertools.pairwise([0, *cuts, len(told)]):
        file = pd.DataFrame(told[start:end], columns=["row", "label", "revision"])
        found = collect_labels(
            file.to_csv(index=False).encode(),
            key="row",
            target=TARGET,
            row_of_key=partial(row_id, "micro"),
            rows_of_predictions=dict,
            accepted={},
            book=shelf.frames.book(),
        )
        shelf.labels(found.labels[[ROW_ID, LABEL, REVISION]])

    newest = {row: max(r for other, r in said if other == row) for row, _ in said}
    assert (
        shelf.frames.book()
        == shelf.fresh().book()
        == {
            row_id("micro", row): Known(float(said[row, revision]), revision)
            for row, revision in newest.items()
        }
    )
