"""Deliveries in any order and several times, labels first: what is known in the end is the same.

Compared to the delivery in order is the digest of every row that may be used with its content, of
every label with its revision, and of every row that was set aside with its reasons. Not compared
is what an order rightly changes: when something was recorded, and which of two batches that bring
the same row is said to have brought it first. That order is the calendar's, so in whole plays the
calendar's own is kept, and there the ledger's state hash itself is compared, decisions, models and
all: a source may list its deliveries in any order, and again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

import pandas as pd
import pytest
from micro.data import (
    BAD_ROWS,
    CORRECTED,
    TWICE,
    Sensor,
    batch_name,
    delivery,
    ends,
    label_delivery,
)
from micro_play import World, micro, telling
from tally import Size, Tally

from caf_pipelines.lifecycle.play import Play
from caf_platform.digest import digest_of
from caf_platform.lake_columns import ROW_ID
from caf_platform.ledger.events import BatchReceived, BatchValidated
from caf_platform.ledger.fingerprint import fingerprint
from caf_platform.project.source import Delivery, DeliveryKind, Source

pytestmark = [pytest.mark.harden, pytest.mark.timeout(3600)]
DAYS = range(TWICE - 1, CORRECTED + 2)
"""Days with rows that come again, rows to be set aside, and labels that are corrected."""
assert {TWICE, BAD_ROWS, CORRECTED} < set(DAYS)
ENDED = ends(40)
"""All come late, at one moment: only their order tells them apart."""


def deliveries() -> list[Delivery]:
    """The batches and labels of those days, in order."""
    told = [made(day) for day in DAYS for made in (delivery, label_delivery)]
    return [replace(one, arrives_at=ENDED) for one in told]


def known(play: Play) -> str:
    """The digest of all that is known, whatever came first."""
    frames = play.session.frames
    rows = frames.rows(frames.usable()).sort_values(ROW_ID).reset_index(drop=True)
    book = {row: [one.value, one.revision] for row, one in sorted(frames.book().items())}
    judged = [batch.validated for batch in play.session.state.batches.values()]
    aside = sorted((one.batch, sorted(one.reasons.items())) for one in judged if one)
    return digest_of({"rows": rows.to_csv(index=False), "labels": book, "aside": aside})


def taken(order: list[Delivery]) -> Play:
    """A play that has taken in deliveries, one after another."""
    play = World().opened(micro())
    for one in order:
        play.data.take(one)
    return play


def lost(play: Play) -> str:
    """Batches of which some rows are neither accepted, nor set aside, nor copies."""
    events = [record.event for record in play.session.platform.ledger.read(prefix="micro/")]
    judged = [one for one in events if isinstance(one, BatchValidated)]
    came = sum(isinstance(one, BatchReceived) for one in events)
    wrong = [
        one.batch for one in judged if one.rows != one.accepted + one.quarantined + one.duplicates
    ]
    return (
        f"{came} came, {len(judged)} judged, wrong: {wrong}" if wrong or came != len(DAYS) else ""
    )


def disordered(seed: int) -> list[Delivery]:
    """Everything at least once, some of it up to three times, in any order."""
    random, once = Random(seed), deliveries()  # noqa: S311 - no secret
    order = once + random.choices(once, k=random.randrange(len(once)))
    random.shuffle(order)
    return order


def test_orders(tally: Tally, size: Size) -> None:
    """Shuffled, repeated, labels first: what is known in the end is what it is in order."""
    expected = known(taken(deliveries()))
    orders = size(1000, 40)
    for seed in range(orders):
        play = taken(disordered(seed))
        wrong = lost(play) or ("" if known(play) == expected else "something else is known")
        tally.trial(f"{seed}: {wrong}", good=not wrong)

    tally.held(orders)


def test_lists_of_any_order(tally: Tally, size: Size) -> None:
    """Whole plays with models and decisions: one state hash however the source lists its days."""
    expected = state_hash(None)
    lists = size(50, 3)
    for seed in range(lists):
        found = state_hash(Random(seed))  # noqa: S311 - no secret
        tally.trial(f"{seed}: {found}", good=found == expected)

    tally.held(lists)


def listed(true: Sensor, random: Random) -> list[Delivery]:
    """The same deliveries in another order, and some label files twice."""
    told = list(true.deliveries(None))
    labels = [one for one in told if one.kind is DeliveryKind.LABELS]
    told += random.sample(labels, random.randrange(len(labels)))
    return random.sample(told, len(told))


@dataclass(frozen=True)
class Listing(Source):
    """A source that lists what it was given."""

    true: Sensor
    told: Sequence[Delivery]

    def deliveries(self, sample: float | None) -> Sequence[Delivery]:  # noqa: ARG002 - all of it
        """As given."""
        return self.told

    def recompute(self, keys: Sequence[str]) -> pd.DataFrame:
        """As the sensor would."""
        return self.true.recompute(keys)


def state_hash(random: Random | None) -> str:
    """The hash of a play of twenty days, with a model and a window that it served in."""
    true = Sensor(days=range(1, 21))
    told = true.deliveries(None) if random is None else listed(true, random)
    world = World()
    world.played(telling(Listing(true, told)))
    return fingerprint("micro", world.ledger.read()).digest


def test_the_attack_sees_what_is_missing_and_what_is_lost() -> None:
    """One label file less is another state, one row less is told of."""
    whole, less = taken(deliveries()), taken(deliveries()[:-1])
    short = [one for one in deliveries() if one.name != batch_name(TWICE)]

    assert known(whole) != known(less)
    assert lost(whole) == ""
    assert lost(taken(short)) == f"{len(DAYS) - 1} came, {len(DAYS) - 1} judged, wrong: []"
