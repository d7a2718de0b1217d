"""A source whose deliveries are altered on the way."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pandas as pd

from caf_pipelines.scenarios.altered import Altered, is_batch, rows_of, with_rows
from caf_platform.project.source import Delivery, DeliveryKind

START = datetime(2024, 1, 1, tzinfo=UTC)


class Days:
    """Three days of one row each."""

    def deliveries(self, _sample: float | None) -> Sequence[Delivery]:
        """One batch a day."""
        return [
            Delivery(
                DeliveryKind.BATCH,
                f"d{day}",
                START + timedelta(days=day),
                lambda day=day: f"id,heat,note\n{day},{day}.5,\n".encode(),
            )
            for day in range(3)
        ]

    def recompute(self, keys: Sequence[str]) -> pd.DataFrame:
        """The heat of some rows."""
        return pd.DataFrame({"heat": [float(key) + 0.5 for key in keys]}, index=list(keys))


def hotter(rows: pd.DataFrame) -> pd.DataFrame:
    """Everything at a hundred degrees."""
    return rows.assign(heat="100.0")


def second_day(delivery: Delivery) -> Iterable[Delivery]:
    """Only the second day is altered."""
    yield with_rows(delivery, hotter) if is_batch(delivery, "d1", "d1") else delivery


def altered(**changes: object) -> Altered:
    """The three days with a fault on the second."""
    source = Altered(Days(), START + timedelta(days=2), second_day)
    return replace(source, **changes)


def test_only_what_the_change_names_is_altered() -> None:
    """Other deliveries keep their very bytes; an empty cell of the altered one stays empty."""
    first, second, _ = altered().deliveries(None)

    assert first.read() == b"id,heat,note\n0,0.5,\n"
    assert second.read() == b"id,heat,note\n1,100.0,\n"
    assert rows_of(second)["note"].tolist() == [""]


def test_nothing_arrives_after_the_end() -> None:
    """What arrives at the very end still does."""
    until = altered(until=START + timedelta(days=1))

    assert [each.name for each in until.deliveries(None)] == ["d0", "d1"]


def test_a_delivery_may_vanish_or_come_later() -> None:
    """Order is that of arrival after the change, and the end counts for what is late."""

    def late(delivery: Delivery) -> Iterable[Delivery]:
        if delivery.name != "d1":
            yield replace(delivery, arrives_at=delivery.arrives_at + timedelta(days=3))

    end = START + timedelta(days=4)

    assert [each.name for each in altered(change=late, until=end).deliveries(None)] == ["d0"]


def test_what_happened_upstream_is_met_again_when_it_is_computed_afresh() -> None:
    """In the types of what is computed; without `upstream` the truth is found."""
    assert altered().recompute(["1"])["heat"].tolist() == [1.5]
    assert altered(upstream=hotter).recompute(["1"])["heat"].tolist() == [100.0]
