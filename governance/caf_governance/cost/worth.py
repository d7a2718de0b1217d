"""What retraining cost beside what its gate measured, and what a point of the metric is worth."""

from collections.abc import Iterable, Sequence

from caf_governance.cost.account import Charge, Spent, total
from caf_platform.decision import Decision, Frozen, Number, Reason, Verdict
from caf_platform.ledger import events as e
from caf_platform.ledger.record import Record

POINT = 0.01
"""One point of the metric: a hundredth of the loss per row."""
LEAST = 3
"""From how many comparisons on a price of a point is told: two always lie on some line."""


class Trained(Frozen):
    """One version: what it cost, what its gate measured, and what became of it.

    `gain` is in the project's value unit per 1,000 rows against `against` (None: against the best
    constant, for there was no champion), with its interval; `improvement` is by how much its loss
    is lower. `spent` is what its training and its gate measured.
    """

    version: str
    window: str
    cause: str
    cost_units: float
    spent: Spent
    judged: Verdict | None = None
    against: str | None = None
    gain: Number = None
    gain_low: Number = None
    gain_high: Number = None
    improvement: Number = None
    improvement_low: Number = None
    improvement_high: Number = None
    promoted: bool = False
    rolled_back: bool = False

    @property
    def fate(self) -> str:
        """What became of it, in words."""
        if self.rolled_back:
            return "yes, rolled back"
        return "yes" if self.promoted else "no"

    @property
    def clear(self) -> bool:
        """Whether it was told from a champion by its loss: the interval leaves zero out."""
        low, high = self.improvement_low, self.improvement_high
        return low is not None and high is not None and (low > 0 or high < 0)


class PointWorth(Frozen):
    """What one point of the metric is worth per 1,000 rows, over the clear comparisons.

    `value` is None when it cannot be told, and `decision` says why. `low` and `high` are the
    smallest and the largest ratio of a single comparison, which is no confidence interval.
    """

    value: float | None
    low: float | None
    high: float | None
    comparisons: int
    decision: Decision


def trained_versions(records: Iterable[Record], every: Sequence[Charge]) -> tuple[Trained, ...]:
    """Every version that was trained, in order, with its cost and its measured gain."""
    found: dict[str, Trained] = {}
    for record in records:
        event = record.event
        if isinstance(event, e.ModelTrained):
            found.setdefault(event.manifest.version, _trained(event, every))
        elif isinstance(event, e.GateDecided) and event.version in found:
            judged = _judged(event)
            found[event.version] = found[event.version].model_copy(update=judged)
        elif isinstance(event, e.Promoted) and event.version in found:
            found[event.version] = found[event.version].model_copy(update={"promoted": True})
        elif isinstance(event, e.RolledBack) and event.replaces in found:
            gone = found[event.replaces].model_copy(update={"rolled_back": True})
            found[event.replaces] = gone
    return tuple(found.values())


def worth_of_a_point(trained: Iterable[Trained]) -> PointWorth:
    """The value of one point: the line through zero that lies nearest to all comparisons.

    Comparisons with a champion count whose loss differs beyond chance. It cannot be told from
    fewer than three of them, nor where a lower loss was worth less: then the metric does not
    stand for the value.
    """
    pairs = [
        (one.improvement, one.gain)
        for one in trained
        if one.against is not None
        and one.clear
        and one.improvement is not None
        and one.gain is not None
    ]
    if len(pairs) < LEAST:
        text = (
            f"{len(pairs)} comparisons with a champion differ beyond chance and have a value, "
            f"{LEAST} are needed"
        )
        return _untold(len(pairs), "too_few_comparisons", text)
    against = sum(improvement * gain <= 0 for improvement, gain in pairs)
    if against:
        text = f"in {against} of {len(pairs)} comparisons the lower loss was not worth more"
        return _untold(len(pairs), "signs_disagree", text)
    slope = sum(m * v for m, v in pairs) / sum(m * m for m, _ in pairs)
    ratios = sorted(gain / improvement * POINT for improvement, gain in pairs)
    reason = Reason(code="point_told", text=f"over {len(pairs)} comparisons")
    return PointWorth(
        value=slope * POINT,
        low=ratios[0],
        high=ratios[-1],
        comparisons=len(pairs),
        decision=Decision(by="worth", verdict=Verdict.OK, reasons=(reason,)),
    )


def _untold(comparisons: int, code: str, text: str) -> PointWorth:
    decision = Decision(
        by="worth",
        verdict=Verdict.CANNOT_JUDGE,
        reasons=(Reason(code=code, text=text),),
    )
    return PointWorth(value=None, low=None, high=None, comparisons=comparisons, decision=decision)


def _trained(event: e.ModelTrained, every: Sequence[Charge]) -> Trained:
    version = event.manifest.version
    own = [c.spent for c in every if c.models == (version,) and c.stage in ("train", "evaluate")]
    return Trained(
        version=version,
        window=event.window,
        cause=event.cause,
        cost_units=event.cost_units,
        spent=total(own),
    )


def _judged(event: e.GateDecided) -> dict[str, object]:
    """What the gate said of a version and measured; a gate that was not asked measured nothing."""
    numbers = event.decision.numbers
    value = {f"gain{end}": numbers.get(f"value_holds.value_gain{end}") for end in _ENDS}
    metric = {
        f"improvement{end}": numbers.get(f"better_than_champion.improvement{end}") for end in _ENDS
    }
    return {"judged": event.decision.verdict, "against": event.against, **value, **metric}


_ENDS = ("", "_low", "_high")
