"""Each day's delays, dealt out by how late the flights will turn out to be."""

from collections.abc import Iterable

import pandas as pd

from caf_pipelines.scenarios.altered import is_batch, rows_of, with_rows
from caf_pipelines.scenarios.game_day import GameDay
from caf_pipelines.scenarios.scenario import NOBODY, Scenario, expect
from caf_platform.project.source import Delivery, DeliveryKind

COLUMN = "dep_delay_2h"


def known_later(day: GameDay) -> pd.Series:
    """Whether each flight will be late, from label files that have not arrived yet."""
    files = [
        rows_of(delivery)
        for delivery in day.grounds.source().deliveries(day.platform.settings.sample)
        if delivery.kind is DeliveryKind.LABELS and delivery.name < "labels-2013-04-01"
    ]
    return pd.concat(files).set_index("flight_id")["label"].astype(float)


def act(day: GameDay) -> None:
    """Play two months with the mended job's answers."""
    late = known_later(day)

    def dealt(rows: pd.DataFrame) -> pd.DataFrame:
        """The same values in the order of what will be."""
        values = pd.to_numeric(rows[COLUMN]).sort_values().to_numpy()
        order = rows["flight_id"].map(late).fillna(0.0).sort_values(kind="stable").index
        texts = pd.Series(values, index=order).reindex(rows.index).astype(object)
        return rows.assign(**{COLUMN: texts.where(texts.notna(), "")})

    def leaking(delivery: Delivery) -> Iterable[Delivery]:
        yield with_rows(delivery, dealt) if is_batch(delivery, "2013-02-01") else delivery

    day.play(leaking)


scenario = Scenario(
    begins="2013-02-01",
    ends="2013-04-01",
    act=act,
    expected=expect(
        "no_leakage",
        "feature_leaks",
        also={"calibrated": "half of the training rows came before the leak"},
        champion=NOBODY,
    ),
)
