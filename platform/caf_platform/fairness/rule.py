"""Whether groups are treated alike enough: one rule, for the release gate and for the monitor.

Per bound column: each group has rows enough, or nobody can judge; the point of each gap is
compared with its bound, and the interval is shown beside it. The point decides, not the interval:
were the interval asked to lie within the bound, the smaller group would always refuse; were it
asked to lie beyond, the smaller group would always pass. What a widened interval cannot do here is
help. Columns that are only shown are measured and told, and judge nobody.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from caf_platform.decision import Number, Reason
from caf_platform.fairness.gaps import GroupGap, large
from caf_platform.measures.interval import Interval
from caf_platform.project.policy import FairnessPolicy, Limit

TPR, RATIO = "tpr_difference", "selection_ratio"


class Held(NamedTuple):
    """One question answered: it holds, it does not, or (None) nobody can tell."""

    holds: bool | None
    reason: Reason


def judge_groups(gaps: Sequence[GroupGap], policy: FairnessPolicy) -> Iterator[Held]:
    """Each bound column's answers; a bound column that was not measured is told."""
    measured = {gap.column: gap for gap in gaps}
    for column, bounds in policy.bound.items():
        gap = measured.get(column)
        if gap is None or not gap.groups:
            yield Held(None, Reason(code="groups_not_measured", text=f"no group of '{column}'"))
            continue
        yield from _small(gap, policy)
        difference, ratio = bounds.max_tpr_difference, bounds.min_selection_ratio
        yield _judged(gap, TPR, gap.tpr_difference, difference, most=True)
        yield _judged(gap, RATIO, gap.selection_ratio, ratio, most=False)


def bound_numbers(gaps: Sequence[GroupGap], policy: FairnessPolicy) -> dict[str, Number]:
    """What was looked at of the bound columns, for a decision's record."""
    return {
        f"{gap.column}.{name}": interval.point
        for gap in gaps
        if gap.column in policy.bound
        for name, interval in ((TPR, gap.tpr_difference), (RATIO, gap.selection_ratio))
    }


def _small(gap: GroupGap, policy: FairnessPolicy) -> Iterator[Held]:
    rows, ones = policy.min_group_rows, policy.min_group_class_rows
    for group in gap.groups:
        if not large(group, policy):
            text = (
                f"{group.name} has {group.rows} rows, {group.class_rows} of the positive class; "
                f"{rows.value} and {ones.value} are needed"
            )
            short = rows if group.rows < rows.value else ones
            found = group.rows if short is rows else group.class_rows
            yield Held(None, _reason("group_too_small", text, found, short))
    if len(gap.groups) == 1:
        text = f"there is only {gap.groups[0].name}: nobody to compare it with"
        yield Held(None, Reason(code="one_group", text=text))


def _judged(gap: GroupGap, name: str, found: Interval, limit: Limit[float], *, most: bool) -> Held:
    what = f"{gap.column}: " + (
        "difference of true positive rates" if name == TPR else "ratio of selection rates"
    )
    if found.point is None or not found.complete:
        return Held(None, Reason(code=f"{name}_not_measured", text=f"{what} was not measured"))
    bound = f"{'at most' if most else 'at least'} {limit.value:g}"
    text = f"{what} {found.point:.3f} [{found.low:.3f}, {found.high:.3f}], {bound} is allowed"
    holds = found.point <= limit.value if most else found.point >= limit.value
    return Held(holds, _reason(f"{name}_{'kept' if holds else 'broken'}", text, found.point, limit))


def _reason(code: str, text: str, found: Number, limit: Limit[float] | Limit[int]) -> Reason:
    return Reason(code=code, text=text, found=found, limit=limit.value, because=limit.because)
