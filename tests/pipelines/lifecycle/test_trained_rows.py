"""What a version was trained on stays on record, whatever becomes of the batches later."""

import io
import json
from dataclasses import replace

import pandas as pd
from micro.data import Sensor, batch, delivery, ends
from micro_play import World, after, telling

from caf_pipelines.lifecycle.replaying import replay_batch
from caf_platform.contract.model import Contract
from caf_platform.lake_columns import LABEL, ROW_ID


def evidence(world, play, name):
    """An object that v1's manifest names."""
    manifest = play.session.state.models["v1"].manifest
    return world.lake.read(manifest.keys[name], expected=manifest.digests[name])


def test_the_rows_that_were_learnt_from_are_kept():
    """Each with the label it had then, in an order that does not depend on arrival."""
    world = after("finished")
    play = world.opened()

    rows = pd.read_parquet(io.BytesIO(evidence(world, play, "rows")))

    assert list(rows) == [ROW_ID, LABEL]
    assert rows[ROW_ID].is_monotonic_increasing
    assert len(rows) == play.session.state.models["v1"].trained.rows
    assert rows[LABEL].notna().all()


def test_the_data_names_the_rows():
    """By their digest."""
    world = after("finished")
    play = world.opened()

    said = json.loads(evidence(world, play, "data"))

    assert said["rows_digest"] == play.session.state.models["v1"].manifest.digests["rows"]


def test_a_revision_does_not_change_what_was_learnt_from():
    """Overlap is still found on rows that the revision left out."""
    play = after("finished").opened()
    before = list(play.models.trained_on("v1").row_ids)
    shorter = replace(delivery(3, batch(3).iloc[:20]), arrives_at=ends(39))

    play.data.take(shorter)

    assert list(play.models.trained_on("v1").row_ids) == before
    assert len(before) == play.session.state.models["v1"].trained.rows


def lenient(source):
    """The micro project with a contract that lets 99 degrees pass."""
    project = telling(source)
    columns = tuple(
        replace(column, maximum=100.0) if column.name == "heat" else column
        for column in project.declaration.contract.columns
    )
    contract = Contract(key="row", min_rows=10, columns=columns)
    return replace(project, declaration=replace(project.declaration, contract=contract))


def test_the_data_names_replayed_rows():
    """A row that came back from quarantine before the training comes from a file of its own."""
    rows = batch(3)
    rows.loc[0, "heat"] = "99"
    spoilt = {"day-03": delivery(3, rows)}
    world = World()
    world.played(telling(Sensor(days=range(1, 7), instead=spoilt)))
    early = world.opened(lenient(Sensor(days=range(1, 7), instead=spoilt)))
    replay_batch(early.session, "day-03")

    play = world.played(lenient(Sensor(days=range(1, 14), instead=spoilt)))

    named = json.loads(evidence(world, play, "data"))["batches"]
    held = play.session.state.batches["day-03"].validated_keys
    assert len(held) == 2
    assert [digest for name, _, digest in named if name == "day-03"] == [d for _, d in held]


def test_the_newest_rows_that_were_learnt_from():
    """Of as many batches as are asked for, with the label they had then."""
    play = after("finished").opened()
    trained = play.session.state.models["v1"].trained

    few, every = (play.models.taught("v1", rows) for rows in (41, 10_000))

    newest = play.session.frames.rows(trained.batches[-2:])
    assert 41 <= len(few) <= len(newest)
    assert set(few[ROW_ID]) <= set(newest[ROW_ID])
    assert len(every) == trained.rows
    assert few[LABEL].notna().all()
