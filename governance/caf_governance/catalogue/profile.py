"""What may be told of a column's values: aggregates only, and of people never a few.

The rule, in order of classification. Of **public** and **internal** columns: rows, share missing,
number of different values, and for numbers the smallest and the largest. Of **personal** and
**sensitive** columns: rows, and the other two only where they cannot be about a few; never a
smallest or largest, for each of those is one person's. A share missing is told when nobody or at
least `FEW` rows are on either side of it; a number of different values when there are at least
`FEW` times as many rows, so that it says what is asked and not who answered.
"""

from typing import Final

from caf_platform.contract.model import Classification
from caf_platform.decision import Frozen, Number

FEW: Final = 10
"""Fewer people than this are not told apart, as statistical offices do with small cells."""


class Counted(Frozen):
    """What was counted over the stored rows of a column. `low`, `high`: None for no number."""

    rows: int
    missing: int
    distinct: int
    low: Number = None
    high: Number = None


class Profile(Frozen):
    """What is told; None was not measured or is withheld, and `withheld` says which of it.

    `stored_as` is the class that the newest stored file itself says, empty where none was read.
    """

    rows: int
    missing_share: Number = None
    distinct: int | None = None
    low: Number = None
    high: Number = None
    withheld: tuple[str, ...] = ()
    stored_as: str = ""


def told(counted: Counted, classification: Classification | None) -> Profile:
    """The profile of a column; what nobody classified is held like the most sensitive."""
    share = counted.missing / counted.rows if counted.rows else None
    whole = Profile(
        rows=counted.rows,
        missing_share=share,
        distinct=counted.distinct,
        low=counted.low,
        high=counted.high,
    )
    if classification is not None and not classification.of_people:
        return whole
    sides = (counted.missing, counted.rows - counted.missing)
    kept = {
        "missing_share": not any(0 < side < FEW for side in sides),
        "distinct": counted.rows >= FEW * max(counted.distinct, 1),
        "low": counted.low is None,
        "high": counted.high is None,
    }
    withheld = tuple(name for name, tell in kept.items() if not tell)
    return whole.model_copy(update={**dict.fromkeys(withheld), "withheld": withheld})
