"""What a model gives away of the rows that it learnt from: membership inference by loss.

Whoever knows a row with its label asks the model, and takes a small loss for a sign that it learnt
from that row (S. Yeom et al., *IEEE CSF* 2018). How well that tells members from others is an area
under the ROC curve: of a member and another, how often the member has the smaller loss, ties
counting half. One half is chance.

Others are rows that came later, and a world that moved in between moves losses too: on the
flagship a model that knows all its rows by heart came to 0.57 in a calm September, and a constant
to 0.55 in April. So a member is compared with others of its own class only, which takes the moved
base rate out: a constant is at one half exactly. What moves inside of a class stays in.

The interval draws whole clusters (`measures.bootstrap`): the area is a mean of *placements*, the
share of the other side that each row is ahead of (E. DeLong, D. DeLong and D. Clarke-Pearson,
*Biometrics* 44(3), 1988; with clusters N. Obuchowski, *Biometrics* 53(2), 1997), and clusters of
those are drawn. Hanley and McNeil's formula takes rows of one day for independent.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from caf_platform.measures.bootstrap import paired_interval
from caf_platform.measures.interval import Interval

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Asked:
    """One side's rows: loss, class (or None for numbers: one class) and cluster, shapes (rows,)."""

    loss: Floats
    group: Floats | None
    cluster: Any

    @property
    def groups(self) -> Floats:
        """Each row's class; all the same where there are none."""
        return np.zeros(len(self.loss)) if self.group is None else self.group


def told_apart(members: Asked, others: Asked, *, level: float, draws: int, seed: int) -> Interval:
    """The area under the curve of members against others of their class, with its interval.

    Classes weigh as many as they have members. Members of a class that no other row has are
    compared with nobody and left out, and so the other way round. Not measured without rows on
    either side, or with a loss that is not finite.
    """
    both = np.intersect1d(members.groups, others.groups)
    here, there = np.isin(members.groups, both), np.isin(others.groups, both)
    ours, theirs = members.loss[here], others.loss[there]
    placed = _placements(ours, members.groups[here], theirs, others.groups[there])
    cluster = pd.concat(
        [
            pd.Series(members.cluster, dtype=object)[here],
            pd.Series(others.cluster, dtype=object)[there],
        ]
    )
    return paired_interval(placed, cluster.to_numpy(), level=level, draws=draws, seed=seed)


def _placements(ours: Floats, our_groups: Floats, theirs: Floats, their_groups: Floats) -> Floats:
    """A value for each row of both sides; their mean is the area, their spread its error.

    A row's is the area, plus its own placement's distance from its class's area, weighted so that
    either side counts as a whole. NaN throughout where a loss is not finite.
    """
    many, all_rows = len(ours), len(ours) + len(theirs)
    if not (np.isfinite(ours).all() and np.isfinite(theirs).all()):
        return np.full(all_rows, np.nan)
    ahead, behind = np.zeros(many), np.zeros(len(theirs))
    area = 0.0
    for group in np.unique(our_groups):
        at, of = our_groups == group, their_groups == group
        mine, yours = _smaller(ours[at], theirs[of]), 1 - _smaller(theirs[of], ours[at])
        share, mean = at.sum() / many, mine.mean()
        area += share * mean
        ahead[at] = all_rows / many * (mine - mean)
        behind[of] = all_rows * share / of.sum() * (yours - mean)
    return area + np.concatenate([ahead, behind])


def _smaller(losses: Floats, than: Floats) -> Floats:
    """For each loss the share of the others that it is smaller than, ties counting half."""
    ordered = np.sort(than)
    below = np.searchsorted(ordered, losses, side="left")
    up_to = np.searchsorted(ordered, losses, side="right")
    return np.asarray(1 - (below + up_to) / 2 / len(than))
