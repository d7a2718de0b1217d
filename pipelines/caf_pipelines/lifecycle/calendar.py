"""The virtual calendar: deliveries grouped into windows, each ended by a decision.

Pure and deterministic: the same deliveries give the same windows, and nothing sleeps.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from caf_platform.project.model import BatchClock, Period
from caf_platform.project.source import Delivery, DeliveryKind


@dataclass(frozen=True)
class Window:
    """Some time's deliveries in order of arrival, and when the platform decides about them.

    `decides_at` is None for the last window when the data ends before it does.
    """

    name: str
    deliveries: tuple[Delivery, ...]
    decides_at: datetime | None


def windows(deliveries: Sequence[Delivery], clock: BatchClock) -> Iterator[Window]:
    """All windows of a play. A delivery at the very moment of a decision comes before it."""
    ordered = sorted(deliveries, key=lambda d: (d.arrives_at, d.kind.value, d.name))
    if clock.decide is Period.BATCHES:
        yield from _by_count(ordered, clock.every)
    else:
        yield from _by_time(ordered, clock)


def _by_time(ordered: Sequence[Delivery], clock: BatchClock) -> Iterator[Window]:
    zone = ZoneInfo(clock.timezone)

    def day(delivery: Delivery) -> date:
        return (delivery.arrives_at.astimezone(zone) - timedelta(microseconds=1)).date()

    last_batch = max((day(d) for d in ordered if d.kind is DeliveryKind.BATCH), default=None)
    for start, group in groupby(ordered, key=lambda d: _start(day(d), clock.decide)):
        after = _next(start, clock.decide)
        full = last_batch is not None and last_batch >= after - timedelta(days=1)
        name = f"{start:%Y-%m}" if clock.decide is Period.MONTH else f"{start:%G-W%V}"
        ends = datetime.combine(after, time.min, tzinfo=zone) if full else None
        yield Window(name, tuple(group), ends)


def _start(day: date, period: Period) -> date:
    return day.replace(day=1) if period is Period.MONTH else day - timedelta(days=day.weekday())


def _next(start: date, period: Period) -> date:
    if period is Period.WEEK:
        return start + timedelta(days=7)
    return (start.replace(day=28) + timedelta(days=4)).replace(day=1)


def _by_count(ordered: Sequence[Delivery], every: int) -> Iterator[Window]:
    """Windows of `every` batches; a revision of an earlier batch goes along and is not counted."""
    held: list[Delivery] = []
    known: set[str] = set()
    batches = number = 0
    for delivery in ordered:
        fresh = delivery.kind is DeliveryKind.BATCH and delivery.name not in known
        if fresh and batches == every:
            number += 1
            yield Window(f"{number:04d}", tuple(held), delivery.arrives_at)
            held, batches = [], 0
        held.append(delivery)
        if fresh:
            known.add(delivery.name)
            batches += 1
    if held:
        ends = held[-1].arrives_at if batches == every else None
        yield Window(f"{number + 1:04d}", tuple(held), ends)
