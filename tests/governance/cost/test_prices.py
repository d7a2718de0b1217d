"""Money follows from measurements by sums that can be done by hand."""

import pytest

from caf_governance.cost.account import Spent
from caf_governance.cost.prices import Place, Prices, priced


def limit(value: float) -> dict[str, object]:
    """A price with a reason that is long enough."""
    return {"value": value, "because": "a test asks for it"}


def place(cpu: float, kept: float, reads: float, writes: float) -> Place:
    """What a place charges."""
    return Place.model_validate(
        {
            "cpu_hour": limit(cpu),
            "gb_month": limit(kept),
            "thousand_reads": limit(reads),
            "thousand_writes": limit(writes),
        }
    )


PRICES = Prices.model_validate(
    {
        "currency": "EUR",
        "months_kept": limit(6.0),
        "local": place(0.5, 0.0, 0.0, 0.0),
        "aws": place(1.0, 0.02, 0.25, 2.0),
    }
)


def test_money_is_hours_bytes_and_requests_at_their_price() -> None:
    """Two hours, 10 GB kept for six months, 4,000 reads, 500 writes: 2 + 1.2 + 1 + 1."""
    spent = Spent(cpu_seconds=7200, seconds=99999, written_bytes=10e9, reads=4000, writes=500)

    money = priced(spent, PRICES)

    assert money.local == pytest.approx(1.0)
    assert money.aws == pytest.approx(2 + 1.2 + 1 + 1)


def test_waiting_costs_nothing_and_no_measurement_is_no_amount() -> None:
    """The wall clock is not paid; without processor time there is no amount."""
    assert priced(Spent(seconds=9e9, cpu_seconds=0), PRICES).aws == 0
    assert priced(Spent(seconds=1.0), PRICES).aws is None
