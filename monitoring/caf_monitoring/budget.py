"""The retraining budget in declared cost units: what was spent of it, and what is left.

Nothing here has a clock or a duration: units are declared before a training, so that no verdict
depends on how busy a machine was.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from pydantic import AwareDatetime

from caf_platform.decision import Frozen, Number
from caf_platform.ledger.events import ModelTrained
from caf_platform.project.policy import GovernorPolicy


class Retraining(Frozen):
    """One retraining that was started: when, why, for which window, and what it cost.

    `cost_units` is what was declared until the true cost is known. Times are virtual, UTC.
    """

    when: AwareDatetime
    cause: str
    window: str
    cost_units: Number
    finished: bool


class Budget(Frozen):
    """What of the allowed cost units was used in the last `per_days` days; None: not declared."""

    used: Number
    allowed: float
    per_days: int
    retrainings: int
    max_retrainings: int

    @property
    def left(self) -> float | None:
        """How many units another retraining may cost."""
        return None if self.used is None else max(self.allowed - self.used, 0.0)


def retrainings(trainings: Iterable[tuple[datetime, ModelTrained]]) -> tuple[Retraining, ...]:
    """A play's retrainings; alternatives that one of them tried are one, at their sum."""
    begun: dict[tuple[str, str], datetime] = {}
    costs: dict[tuple[str, str], float] = {}
    for when, trained in trainings:
        one = (trained.window, trained.cause)
        begun.setdefault(one, when)
        costs[one] = costs.get(one, 0.0) + trained.cost_units
    return tuple(
        Retraining(
            when=when, cause=cause, window=window, cost_units=costs[window, cause], finished=True
        )
        for (window, cause), when in begun.items()
    )


def budget(past: Iterable[Retraining], policy: GovernorPolicy, now: datetime) -> Budget:
    """How the budget stands at a moment, as the governor counts it."""
    counted = recent(past, policy, now)
    return Budget(
        used=units_of(counted),
        allowed=policy.max_cost_units.value,
        per_days=policy.per_days.value,
        retrainings=len(counted),
        max_retrainings=policy.max_retrainings.value,
    )


def recent(
    past: Iterable[Retraining], policy: GovernorPolicy, now: datetime
) -> tuple[Retraining, ...]:
    """The retrainings that the budget of a moment counts; one dated after it counts too."""
    return tuple(one for one in past if days_ago(one, now) < policy.per_days.value)


def days_ago(past: Retraining, now: datetime) -> float:
    """How long before a moment a retraining was."""
    return (now - past.when) / timedelta(days=1)


def units_of(counted: Iterable[Retraining]) -> float | None:
    """Their declared units together; None when one of them declared nothing."""
    costs = [past.cost_units for past in counted]
    known = [cost for cost in costs if cost is not None]
    return float(sum(known)) if len(known) == len(costs) else None
