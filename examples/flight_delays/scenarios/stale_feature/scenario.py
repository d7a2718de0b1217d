"""A feed delivers the day before the one it should, in time and in form."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from caf_pipelines.scenarios.altered import is_batch
from caf_pipelines.scenarios.game_day import GameDay
from caf_pipelines.scenarios.scenario import Scenario, expect
from caf_platform.project.source import Delivery


def a_day_older(feeds: Mapping[str, datetime]) -> Mapping[str, datetime]:
    """What the network feed says of itself."""
    return {**feeds, "network": feeds["network"] - timedelta(days=1)}


def stale(delivery: Delivery) -> Iterable[Delivery]:
    """From 20 May on the network's rates are those of the day before."""
    if is_batch(delivery, "2013-05-20"):
        delivery = replace(delivery, feeds=a_day_older(delivery.feeds))
    yield delivery


def act(day: GameDay) -> None:
    """Play the month with stale rates."""
    day.play(stale)


scenario = Scenario(
    begins="2013-05-01",
    ends="2013-06-01",
    act=act,
    expected=expect(
        "freshness",
        "stale_feed",
        action="data_incident",
        # one for each day that it is late, and one for the month
        opens=("data-2013-05", *(f"stale-network-2013-05-{day}" for day in range(20, 32))),
    ),
)
