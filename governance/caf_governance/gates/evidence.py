"""Everything a release gate may look at, as one frozen value that can be judged again."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, Field

from caf_governance.risks.status import StandingRisk
from caf_platform.decision import Frozen, Number
from caf_platform.fairness.gaps import GroupGap
from caf_platform.measures.interval import Interval

Rows = Annotated[int, Field(ge=0)]


def _none_if_not_a_time(value: object) -> object:
    return None if str(value) == "NaT" else value


Moment = Annotated[datetime | None, BeforeValidator(_none_if_not_a_time)]
"""A moment, or None: not measured. pandas' NaT *is* a datetime and compares as False with
every moment, so left alone it would be neither missing nor ever too early."""


class Contender(StrEnum):
    """Whose scores are compared on the gate's rows.

    The dummy is the best constant of the training data, the baseline the project's declared
    simple model, trained on the same rows as the challenger.
    """

    CHALLENGER = "challenger"
    CHAMPION = "champion"
    DUMMY = "dummy"
    BASELINE = "baseline"


class Membership(Frozen):
    """How well a model's loss tells the rows it learnt from, by how many of either side.

    `baseline` is the same area for the simple model, which learnt from the same rows and can keep
    few of them: how far from one half the world's moving alone comes. Shown, not subtracted: a
    project may declare a simple model that is none.
    """

    members: Rows
    others: Rows
    auc: Interval
    baseline: Number


class Comparison(Frozen):
    """Who is compared on which rows, and whether either model has seen them.

    `champion` is None for the first model only. Overlaps count gate rows that are in a model's
    training data, by row key. Times are event times, or times of arrival for a project
    without event time. None means that it was not measured.
    """

    challenger: str
    champion: str | None
    gate_from: Moment
    gate_to: Moment
    overlap_with_challenger: Rows | None
    overlap_with_champion: Rows | None
    first_gate_event: Moment
    last_training_event_challenger: Moment
    last_training_event_champion: Moment


class SegmentEvidence(Frozen):
    """One group of rows, named `origin=JFK`: did the challenger do better there too?"""

    name: str
    rows: Rows
    improvement: Interval


class ReleaseEvidence(Comparison):
    """A comparison with its measurements.

    Improvements are the other model's loss minus the challenger's, per row: positive means the
    challenger is better. `segment_columns` are the declared ones. Segments and value are
    compared with `reference`: the champion, or the dummy while there is none. `value_gain` is
    per 1,000 rows in `value_unit`. `feature_skill` is how well each feature alone foretells the
    label on these rows (see `measures.alone`), `importance` what the challenger loses on some of
    them when a feature is shuffled (see `measures.importance`). `protected` are the declared
    columns, `groups` how the challenger's answers fall on their groups. `membership` is how well
    the challenger's loss tells rows that it learnt from; None: not measured. `risks` are
    those of the register as they stood then; None: not read, or nobody asked.
    """

    gate_rows: Rows
    gate_clusters: Rows
    improvement_on_champion: Interval | None
    improvement_on_dummy: Interval
    improvement_on_baseline: Interval
    performance: dict[str, dict[str, Number]]
    segment_columns: tuple[str, ...]
    segments: tuple[SegmentEvidence, ...]
    value_gain: Interval | None
    value_unit: str
    feature_skill: dict[str, Number] = {}
    importance: dict[str, Interval] = {}
    protected: tuple[str, ...] = ()
    groups: tuple[GroupGap, ...] = ()
    membership: Membership | None = None
    risks: tuple[StandingRisk, ...] | None = None

    @property
    def reference(self) -> Contender:
        """Whom the challenger must not fall behind in a segment or in value."""
        return Contender.DUMMY if self.champion is None else Contender.CHAMPION
