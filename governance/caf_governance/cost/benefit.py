"""The value that came true of each version beside the value that its gates promised."""

from collections.abc import Iterable, Mapping

from caf_governance.cost.worth import Trained
from caf_platform.decision import Frozen, Number
from caf_platform.ledger import events as e
from caf_platform.ledger.record import Record
from caf_platform.measures.estimate import VALUE, VALUE_ROWS, Compared, newest


class Benefit(Frozen):
    """One champion's value over the best constant, in the project's unit per 1,000 rows.

    `promised` is what the gates measured before it served, along the chain of those it was judged
    against; `came_true` what its answers brought on the `rows` served ones whose labels are known,
    over the constant that was best in hindsight. None: not known.
    """

    version: str
    rows: int
    promised: Number
    came_true: Number

    @property
    def whole(self) -> tuple[Number, Number]:
        """Both over all `rows`: what was promised of them, and what came true."""
        return _over(self.rows, self.promised), _over(self.rows, self.came_true)


def benefits(records: Iterable[Record], trained: Iterable[Trained]) -> tuple[Benefit, ...]:
    """Each version that served a window with labels, in the order in which they first did."""
    looks = (r.event.estimation for r in records if isinstance(r.event, e.WindowMonitored))
    windows = newest(one for look in looks if look for one in look.compared)
    known = {one.version: one for one in trained}
    served: dict[str, list[Compared]] = {}
    for one in windows.values():
        served.setdefault(one.champion, []).append(one)
    return tuple(
        Benefit(
            version=version,
            rows=sum(one.labelled_rows for one in seen),
            promised=over_nothing(version, known),
            came_true=_mean(seen),
        )
        for version, seen in served.items()
    )


def over_nothing(version: str, known: Mapping[str, Trained]) -> float | None:
    """What a version gains over the best constant, by the chain of those it was judged against.

    They were measured on different days, so the sum takes each for what it was. None where one of
    them is missing.
    """
    total, seen = 0.0, set[str]()
    name: str | None = version
    while name is not None:
        one = known.get(name)
        if one is None or one.gain is None or name in seen:
            return None
        seen.add(name)
        total += one.gain
        name = one.against
    return total


def summed(numbers: Iterable[Number]) -> float | None:
    """Their sum; None where one of them is not known."""
    found = list(numbers)
    known = [number for number in found if number is not None]
    return sum(known) if len(known) == len(found) else None


def _mean(windows: Iterable[Compared]) -> float | None:
    """Over the labelled rows of all windows alike."""
    rows, whole = 0, 0.0
    for one in windows:
        outcome = one.numbers.get(VALUE)
        if outcome is None or outcome.realised.value is None:
            return None
        rows, whole = rows + one.labelled_rows, whole + one.labelled_rows * outcome.realised.value
    return whole / rows if rows else None


def _over(rows: int, value: Number) -> Number:
    return None if value is None else value * rows / VALUE_ROWS
