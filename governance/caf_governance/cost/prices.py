"""The price file: what a person edits, and how it makes money of what was measured."""

from typing import Annotated

from pydantic import StringConstraints

from caf_governance.cost.account import Spent
from caf_platform.project.policy import Amount, Part

HOUR = 3600.0
GIGABYTE = 1e9
THOUSAND = 1000.0

Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class Place(Part):
    """What one place to compute and to store charges, each price with its source.

    Reads and writes are requests to the lake, priced by the thousand.
    """

    cpu_hour: Amount
    gb_month: Amount
    thousand_reads: Amount
    thousand_writes: Amount


class Prices(Part):
    """The whole of a price file. `months_kept` is how long what was written is paid for."""

    currency: Currency
    months_kept: Amount
    local: Place
    aws: Place


class Money(Part):
    """One amount at both places; None where nothing that is priced was measured."""

    local: float | None
    aws: float | None


def priced(spent: Spent, prices: Prices) -> Money:
    """What was spent, in the file's currency, on this machine and at AWS's prices.

    Processor time is paid, not the wall clock: a stage that waits costs nothing. What was not
    measured is left out; without any processor time there is no amount at all.
    """
    return Money(
        local=_amount(spent, prices.local, prices.months_kept.value),
        aws=_amount(spent, prices.aws, prices.months_kept.value),
    )


def _amount(spent: Spent, place: Place, months: float) -> float | None:
    if spent.cpu_seconds is None:
        return None
    return (
        spent.cpu_seconds / HOUR * place.cpu_hour.value
        + (spent.written_bytes or 0) / GIGABYTE * months * place.gb_month.value
        + (spent.reads or 0) / THOUSAND * place.thousand_reads.value
        + (spent.writes or 0) / THOUSAND * place.thousand_writes.value
    )
