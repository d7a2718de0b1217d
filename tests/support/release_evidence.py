"""Evidence that passes every gate, with limits that make the numbers easy to read."""

from datetime import UTC, datetime
from typing import Any

from caf_governance.gates.evidence import Membership, ReleaseEvidence, SegmentEvidence
from caf_governance.risks.status import StandingRisk, Status
from caf_platform.fairness.gaps import GroupGap, GroupRates
from caf_platform.measures.interval import Interval
from caf_platform.project.policy import FairnessPolicy, ReleasePolicy, TrainingPolicy

BECAUSE = "a round number that is easy to read in a test"


def limit(value: float | str) -> dict[str, Any]:
    """A policy entry."""
    return {"value": value, "because": BECAUSE}


def release_policy(**changes: float | str) -> ReleasePolicy:
    """Margin 0.01, level 0.95, 10 clusters, bias 0.05, error 0.1, 100 rows, losses 0.02 and 5.

    Groups of `sex` are bound by `fairness_policy`.
    """
    values = {
        "mode": "manual",
        "min_improvement": 0.01,
        "interval_level": 0.95,
        "bootstrap_draws": 1000,
        "min_clusters": 10,
        "max_calibration_bias": 0.05,
        "max_calibration_error": 0.1,
        "segment_min_rows": 100,
        "segment_max_loss": 0.02,
        "value_max_loss": 5.0,
        "max_feature_skill": 0.3,
        "max_membership_auc": 0.6,
        "max_risk": 12,
        "approval_valid_days": 7,
    }
    limits = {k: limit(v) for k, v in (values | changes).items()}
    return ReleasePolicy.model_validate({"fairness": fairness_policy().model_dump(), **limits})


def bounds(difference: float = 0.1, ratio: float = 0.8) -> dict[str, Any]:
    """Bounds on one column's groups."""
    return {"max_tpr_difference": limit(difference), "min_selection_ratio": limit(ratio)}


def fairness_policy(**changes: Any) -> FairnessPolicy:
    """At least 100 rows and 50 of the positive class; 0.1 and 0.8 for `sex`; `age` is shown."""
    values = {
        "min_group_rows": limit(100),
        "min_group_class_rows": limit(50),
        "bound": {"sex": bounds()},
        "shown": {"age": BECAUSE},
    }
    return FairnessPolicy.model_validate(values | changes)


def group(name: str, rows: int = 1000, **changes: Any) -> GroupRates:
    """A group of which half is of the positive class, and half selected."""
    values = {
        "name": name,
        "rows": rows,
        "class_rows": rows // 2,
        "selection_rate": 0.5,
        "true_positive_rate": 0.7,
        "false_positive_rate": 0.3,
        "bias": 0.0,
    }
    return GroupRates(**(values | changes))


def gap(
    difference: float | None = 0.04,
    ratio: float | None = 0.9,
    groups: tuple[GroupRates, ...] = (group("sex=f"), group("sex=m")),
) -> GroupGap:
    """The gaps between two large groups of `sex`, well within the sample's bounds."""
    return GroupGap(
        column="sex",
        groups=groups,
        compared=tuple(one.name for one in groups),
        tpr_difference=interval(difference, 0.01),
        selection_ratio=interval(ratio, 0.02),
    )


def training_policy(**changes: int) -> TrainingPolicy:
    """At least 1,000 gate rows."""
    values = {
        "window_days": 90,
        "gate_days": 14,
        "min_training_days": 30,
        "min_training_rows": 1000,
        "min_gate_rows": 1000,
        "seed": 0,
    }
    return TrainingPolicy.model_validate({k: limit(v) for k, v in (values | changes).items()})


def interval(point: float | None, half_width: float = 0.005, **changes: Any) -> Interval:
    """An interval around a point: 2,000 rows in 14 clusters unless told otherwise."""
    values: dict[str, Any] = {
        "point": point,
        "low": None if point is None else point - half_width,
        "high": None if point is None else point + half_width,
        "level": 0.95,
        "draws": 1000,
        "clusters": 14,
        "rows": 2000,
        "share_above_zero": None if point is None else 1.0,
    }
    return Interval(**(values | changes))


def segment(
    name: str, point: float | None, half_width: float = 0.005, rows: int = 500, **changes: Any
):
    """One segment's evidence."""
    return SegmentEvidence(
        name=name, rows=rows, improvement=interval(point, half_width, rows=rows, **changes)
    )


def membership(auc: float | None = 0.55, **changes: Any) -> Membership:
    """2,000 rows of either side, hardly told apart."""
    values = {"members": 2000, "others": 2000, "auc": interval(auc, 0.02), "baseline": 0.51}
    return Membership(**(values | changes))


def risk(
    name: str = "poisoned", status: Status = Status.CONTROLLED, rating: int = 6
) -> StandingRisk:
    """A risk with a test of its control that says how it ended where that is not well."""
    red = status in (Status.RED, Status.UNPROVED)
    objections = ("tests/test_it.py::test_it failed",) if red else ()
    return StandingRisk(name=name, status=status, rating=rating, objections=objections)


def day(number: int) -> datetime:
    """A day of September."""
    return datetime(2013, 9, number, tzinfo=UTC)


def evidence(**changes: Any) -> ReleaseEvidence:
    """A challenger that is 0.02 better than the champion, everywhere and beyond doubt."""
    values: dict[str, Any] = {
        "challenger": "v2",
        "champion": "v1",
        "gate_from": day(16),
        "gate_to": day(30),
        "overlap_with_challenger": 0,
        "overlap_with_champion": 0,
        "first_gate_event": day(16),
        "last_training_event_challenger": day(15),
        "last_training_event_champion": day(1),
        "gate_rows": 2000,
        "gate_clusters": 14,
        "improvement_on_champion": interval(0.02),
        "improvement_on_dummy": interval(0.08),
        "improvement_on_baseline": interval(0.04),
        "performance": {
            "challenger": {"bias": 0.01, "calibration_error": 0.02},
            "champion": {"bias": 0.04, "calibration_error": 0.05},
        },
        "segment_columns": ("origin",),
        "segments": (segment("origin=EWR", 0.02), segment("origin=JFK", 0.01)),
        "value_gain": interval(12.0, 4.0),
        "value_unit": "USD",
        "feature_skill": {"heat": 0.2, "wind": -0.01},
        "protected": ("sex", "age"),
        "groups": (gap(),),
        "membership": membership(),
        "risks": (risk(),),
    }
    return ReleaseEvidence(**(values | changes))


def first_model(**changes: Any) -> ReleaseEvidence:
    """The same for a project that has no champion yet."""
    nobody = {
        "champion": None,
        "overlap_with_champion": None,
        "last_training_event_champion": None,
        "improvement_on_champion": None,
        "performance": {"challenger": {"bias": 0.01, "calibration_error": 0.02}},
    }
    return evidence(**(nobody | changes))
