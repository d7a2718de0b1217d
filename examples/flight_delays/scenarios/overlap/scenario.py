"""Between training and judging the gate's days move back into the training days."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial

from caf_pipelines.scenarios.altered import as_csv, is_batch, rows_of
from caf_pipelines.scenarios.game_day import GameDay
from caf_pipelines.scenarios.scenario import Scenario, expect
from caf_platform.errors import Unavailable
from caf_platform.ledger.events import GateDecided
from caf_platform.project.source import Delivery

DAY = "2013-04-29"


def unreachable() -> None:
    """The ledger as it does not answer."""
    raise Unavailable("The ledger does not answer.")


def code_shares(of: Delivery) -> bytes:
    """The same flights under their partners' numbers: labels never come for these."""
    rows = rows_of(of)
    return as_csv(rows.assign(flight_id=rows["flight_id"] + "-partner"))


def late(delivery: Delivery) -> Iterable[Delivery]:
    """The day's file, and one more that came a minute before and lay somewhere else."""
    yield delivery
    if is_batch(delivery, DAY, DAY):
        yield replace(
            delivery,
            name=f"{DAY}-partners",
            arrives_at=delivery.arrives_at - timedelta(minutes=1),
            read=partial(code_shares, delivery),
        )


def act(day: GameDay) -> None:
    """Train, stop before the gate is recorded, and go on with one file more."""
    with day.at(GateDecided, unreachable), suppress(Unavailable):
        day.play()
    day.fresh().play(late)


scenario = Scenario(
    begins="2013-04-29",
    ends="2013-05-01",
    act=act,
    expected=expect("unseen_rows", "overlap", "not_later", champion="v1"),
)
