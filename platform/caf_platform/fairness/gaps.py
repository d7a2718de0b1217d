"""Groups of people and the gaps between them, as values; `groups` measures them."""

from typing import Annotated

from pydantic import Field

from caf_platform.decision import Frozen, Number, Share
from caf_platform.measures.interval import Interval
from caf_platform.project.policy import FairnessPolicy

Rows = Annotated[int, Field(ge=0)]


class GroupRates(Frozen):
    """One group, named `DIS=1`: its rows, how many of them are of the positive class, its rates.

    A rate over no rows is None. `bias` is mean score minus mean label: calibration in the group.
    """

    name: str
    rows: Rows
    class_rows: Rows
    selection_rate: Share
    true_positive_rate: Share
    false_positive_rate: Share
    bias: Number


class GroupGap(Frozen):
    """One protected column: its groups, and the widest gaps between those that were `compared`.

    `tpr_difference` is the largest minus the smallest true positive rate, `selection_ratio` the
    smallest over the largest selection rate. Groups that are too small are not compared, and named.
    """

    column: str
    groups: tuple[GroupRates, ...]
    compared: tuple[str, ...]
    tpr_difference: Interval
    selection_ratio: Interval

    @property
    def left_out(self) -> tuple[GroupRates, ...]:
        """The groups that were not compared."""
        return tuple(group for group in self.groups if group.name not in self.compared)


def large(group: GroupRates, policy: FairnessPolicy) -> bool:
    """Whether a group has rows enough, and enough of the positive class, to be compared."""
    return (
        group.rows >= policy.min_group_rows.value
        and group.class_rows >= policy.min_group_class_rows.value
    )
