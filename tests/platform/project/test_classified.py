"""Classes travel inside the stored files, column by column."""

import io
from dataclasses import replace

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from micro_play import micro

from caf_platform.contract.model import Classification
from caf_platform.lake_columns import LABEL, ROW_ID, SCORE
from caf_platform.project.classified import (
    KEY,
    UNDECIDED,
    Classes,
    closest,
    stored_classes,
    to_parquet,
)

FRAME = pd.DataFrame(
    {"heat": [1.0, None], "site": ["a", "b"], "at": pd.date_range("2020", periods=2, tz="UTC")}
)


def classed(**classes):
    """The micro project with other classes of its columns."""
    found = micro().declaration
    columns = tuple(
        replace(one, classification=classes.get(one.name, one.classification))
        for one in found.contract
    )
    return Classes.of(replace(found, contract=replace(found.contract, columns=columns)))


def test_each_column_says_its_class_and_the_file_the_closest():
    """Whoever has the bytes has the classes, without the platform."""
    data = to_parquet(FRAME, classed(heat=Classification.PERSONAL, site=Classification.PUBLIC))

    schema = pq.read_schema(pa.BufferReader(data))
    assert stored_classes(data) == {"heat": "personal", "site": "public", "at": "internal"}
    assert schema.metadata[KEY] == b"personal"


def test_what_the_platform_adds_is_held_like_what_it_was_made_of():
    """A row's id like its key, a label like the target, a score like the closest column."""
    found = classed(row=Classification.PERSONAL, heat=Classification.SENSITIVE)

    assert found[ROW_ID] == "personal"
    assert found[LABEL] == found[micro().declaration.target.name] == "internal"
    assert found[SCORE] == found["score_1"] == found["features_digest"] == "sensitive"


def test_what_nobody_classed_is_held_most_closely():
    """And so is a file of nothing."""
    found = classed(heat=None)

    assert (found["heat"], found[SCORE]) == (UNDECIDED, UNDECIDED)
    assert Classes()["anything"] == UNDECIDED
    assert closest([]) == UNDECIDED
    assert closest(["public", UNDECIDED, "sensitive"]) == UNDECIDED
    assert closest(["internal", "personal", "public"]) == "personal"


@pytest.mark.parametrize("frame", [FRAME, FRAME.iloc[:0]])
def test_rows_are_the_same_and_so_are_the_bytes(frame):
    """Reading is as before; equal frames give equal bytes."""
    data = to_parquet(frame, classed())

    pd.testing.assert_frame_equal(pd.read_parquet(io.BytesIO(data)), frame)
    assert to_parquet(frame.copy(), classed()) == data


def test_a_file_of_somebody_else_says_nothing():
    """Which counts as undecided."""
    assert set(stored_classes(FRAME.to_parquet()).values()) == {UNDECIDED}
