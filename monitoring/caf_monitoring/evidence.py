"""Everything that is known about one window of served predictions, before anybody judges it."""

from typing import Annotated, Final

from pydantic import AfterValidator, Field, TypeAdapter

from caf_platform.decision import Amount, AtMostOne, Frozen, Number, Share
from caf_platform.fairness.gaps import GroupGap
from caf_platform.measures.disagreement import Disagreement
from caf_platform.measures.estimate import Estimate
from caf_platform.measures.interval import Interval

POSSIBLE: Final = {
    "loss": TypeAdapter[Number](Amount),
    "skill": TypeAdapter[Number](AtMostOne),
    "calibration_error": TypeAdapter[Number](Share),
    "auc": TypeAdapter[Number](Share),
    "rows": TypeAdapter[Number](Amount),
}
"""What a measure can be, where not every number is possible."""


def _possible(measures: dict[str, Number]) -> dict[str, Number]:
    return {
        name: POSSIBLE[name].validate_python(value) if name in POSSIBLE else value
        for name, value in measures.items()
    }


Performance = Annotated[dict[str, Number], AfterValidator(_possible)]
"""Measures by name; one that no model can have was not measured."""


class WindowEvidence(Frozen):
    """One window's numbers; what is left out was not measured, and never passes for healthy.

    What cannot be (a negative stability index, a share above 1) counts as not measured.

    `labelled_rows` of the `served_rows` have labels by now; `performance` and `loss_interval`
    are the served champion's on those rows, with the names of `measures.metrics` (loss,
    skill, bias, calibration_error, auc, base_rate, rows). `drift` holds the stability index per
    column against the champion's training rows, on `drift_rows` rows of this window;
    `prediction_psi` and `target_psi` the same for its scores and labels. Of `skew_checked`
    served rows that were computed afresh, `skewed_rows` differ, in `skewed_columns` (rows per
    column). `feeds` holds each feed's worst age in hours when a batch arrived, `frozen_feeds`
    those that repeat themselves, `stuck_columns` the features that stood still over that many
    batches in a row.

    `disagreement` is how labels of two classes contradict the champion, compared with its own
    evaluation.

    `harm` is the champion's loss minus the former champion's on the same labelled rows since
    the promotion: positive when the promotion made things worse, its `share_above_zero` the
    share of bootstrap draws that say so. `former_champion` is None when there is nothing to
    compare with.

    `estimate` is what the champion's own answers promise for all `served_rows`, without a label:
    named beside a reading that cannot judge, and never judged.

    `groups` is how the champion's answers fell on the groups of each protected column, on the
    labelled rows.
    """

    window: str
    champion: str | None = None
    served_rows: int = 0
    labelled_rows: int = 0
    label_coverage: Share = None
    performance: Performance = Field(default_factory=dict)
    loss_interval: Interval | None = None
    drift: dict[str, Amount] = Field(default_factory=dict)
    drift_rows: int = 0
    prediction_psi: Amount = None
    target_psi: Amount = None
    skew_checked: int = 0
    skewed_rows: int = 0
    skewed_columns: dict[str, int] = Field(default_factory=dict)
    feeds: dict[str, Number] = Field(default_factory=dict)
    frozen_feeds: tuple[str, ...] = ()
    stuck_columns: dict[str, int] = Field(default_factory=dict)
    two_classes: bool = True
    disagreement: Disagreement | None = None
    former_champion: str | None = None
    harm: Interval | None = None
    estimate: Estimate | None = None
    groups: tuple[GroupGap, ...] = ()
