"""What came true of an estimate: the same served rows, as far as their labels are known by now."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from caf_pipelines.stages.monitor import Served, answers
from caf_platform.lake_columns import LABEL
from caf_platform.measures.bootstrap import paired_interval
from caf_platform.measures.estimate import VALUE, VALUE_ROWS, Compared, Estimate, Outcome, Ranged
from caf_platform.measures.metrics import gained_values, performance, row_losses
from caf_platform.project.model import Declaration, Task
from caf_platform.project.policy import Policy

Floats = NDArray[np.float64]


def came_true(
    window: str, estimate: Estimate, served: Served, *, project: Declaration, policy: Policy
) -> Compared:
    """An estimate against what is known by now of the rows that it was about.

    Loss, skill, base rate and value come with an interval over whole clusters, as wherever they
    are measured; the constant that skill and value are measured against is held fixed in theirs.
    """
    known = served.rows.dropna(subset=[LABEL])
    limits, share = policy.monitoring, len(known) / max(len(served.rows), 1)
    enough = (
        len(known) >= limits.min_labelled_rows.value and share >= limits.min_label_coverage.value
    )
    realised = _realised(known, project, policy)
    return Compared(
        window=window,
        champion=estimate.champion,
        rows=len(served.rows),
        labelled_rows=len(known),
        enough=enough,
        numbers={
            name: Outcome(
                estimated=estimate.numbers.get(name, Ranged()),
                realised=realised.get(name, Ranged()),
            )
            for name in (*estimate.numbers, VALUE)
        },
    )


def _realised(known: pd.DataFrame, project: Declaration, policy: Policy) -> dict[str, Ranged]:
    labels, given = known[LABEL].to_numpy(dtype=np.float64), answers(known)
    found = performance(project.task, labels, given)
    spread = _by_row(project, labels, given) if len(known) else {}
    intervals = {
        name: paired_interval(
            values,
            known[project.cluster].to_numpy(),
            level=policy.release.interval_level.value,
            draws=policy.release.bootstrap_draws.value,
            seed=policy.training.seed.value,
        )
        for name, values in spread.items()
    }
    if VALUE in intervals:
        found[VALUE] = intervals[VALUE].point
    return {
        name: Ranged(value=value, low=one.low, high=one.high)
        if (one := intervals.get(name)) is not None
        else Ranged(value=value)
        for name, value in found.items()
    }


def _by_row(project: Declaration, labels: Floats, given: Floats) -> dict[str, Floats]:
    """Numbers that are means over rows, row by row."""
    losses = row_losses(project.task, labels, given)
    gained_value = gained_values(project.value, labels, given) * VALUE_ROWS
    if project.task is not Task.BINARY:
        return {"loss": losses, VALUE: gained_value}
    constant = row_losses(project.task, labels, np.full(len(labels), labels.mean()))
    with np.errstate(all="ignore"):
        gained = (constant - losses) / constant.mean()
    return {"loss": losses, "skill": gained, "base_rate": labels, VALUE: gained_value}
