"""What a window is judged on reaches back before it where that matters."""

import json
from dataclasses import replace

from micro.data import Sensor
from micro_play import World, telling

from caf_platform.contract.model import Contract
from caf_platform.ledger.events import WindowMonitored


def two_feeds(**changes):
    """The micro project; where the machine stands is a feed of its own, and never changes."""
    project = telling(Sensor(days=range(1, 8)), **changes)
    columns = tuple(
        replace(column, feed="room") if column.name == "site" else column
        for column in project.declaration.contract.columns
    )
    contract = Contract(key="row", min_rows=10, columns=columns)
    return replace(project, declaration=replace(project.declaration, contract=contract))


def frozen(world):
    """The frozen feeds of each window."""
    events = [r.event for r in world.ledger.read() if r.type == WindowMonitored.TYPE]
    return {
        event.window: json.loads(world.lake.read(event.evidence_key))["evidence"]["frozen_feeds"]
        for event in events
    }


def test_a_feed_that_stands_still_is_found_in_short_windows_too():
    """Three batches alike, of which a window of two sees only two."""
    world = World()

    world.played(two_feeds(every=2))

    assert frozen(world) == {"0001": [], "0002": ["room"], "0003": ["room"]}


def test_a_feed_that_stands_still_is_found_in_windows_of_one():
    """From the third on."""
    world = World()

    world.played(two_feeds(every=1))

    assert [name for name, feeds in frozen(world).items() if not feeds] == ["0001", "0002"]
