"""From a day on, files hold one airport's flights and labels only."""

from collections.abc import Iterable

from caf_pipelines.scenarios.altered import rows_of, with_rows
from caf_pipelines.scenarios.game_day import GameDay
from caf_pipelines.scenarios.scenario import NOBODY, Scenario, expect
from caf_platform.project.source import Delivery

FIRST, AIRPORT = "2013-03-15", "EWR"


def act(day: GameDay) -> None:
    """Play the second half of March with one airport."""
    elsewhere: set[str] = set()

    def one_airport(delivery: Delivery) -> Iterable[Delivery]:
        if delivery.name.removeprefix("labels-") >= FIRST:
            rows = rows_of(delivery)
            if "origin" in rows:
                elsewhere.update(rows["flight_id"][rows["origin"] != AIRPORT])
            delivery = with_rows(delivery, lambda rows: rows[~rows["flight_id"].isin(elsewhere)])
        yield delivery

    day.play(one_airport)


scenario = Scenario(
    begins=FIRST,
    ends="2013-04-01",
    act=act,
    expected=expect(
        "enough_evidence",
        "too_few_rows",
        also={"membership_inference": "as few rows are neither enough to tell members by"},
        champion=NOBODY,
    ),
)
