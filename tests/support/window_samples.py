"""A policy with round limits, and a window in which everything is well: tests change one thing."""

from typing import Any

from release_evidence import fairness_policy, gap

from caf_monitoring.evidence import WindowEvidence
from caf_platform.measures.disagreement import Disagreement
from caf_platform.measures.interval import Interval
from caf_platform.project.policy import (
    GovernorPolicy,
    Limit,
    MonitoringPolicy,
    Policy,
    ReleasePolicy,
    RollbackPolicy,
    TrainingPolicy,
    ValidationPolicy,
)

LIMITS: dict[str, dict[str, Any]] = {
    "validation": {"max_quarantine_share": 0.1, "max_feed_age_hours": {"weather": 6.0}},
    "monitoring": {
        "min_labelled_rows": 100,
        "min_label_coverage": 0.5,
        "max_calibration_bias": 0.05,
        "min_skill": 0.03,
        "drift_column_psi": 0.2,
        "drift_retrain_share": 0.5,
        "min_drift_rows": 100,
        "prediction_drift_psi": 0.25,
        "skew_sample_rows": 20,
        "max_skewed_share": 0.1,
        "label_noise_false_alarms": 0.001,
        "label_noise_margin": 0.0,
    },
    "rollback": {"min_harm": 0.002, "min_confidence": 0.95, "min_clusters": 20},
    "governor": {
        "breached_windows": 2,
        "of_last_windows": 3,
        "cooldown_days": 10,
        "max_retrainings": 3,
        "per_days": 100,
        "max_cost_units": 10.0,
        "min_new_labelled_rows": 50,
        "retrain_after_new_rows": 5000,
    },
}


def policy(**changes: Any) -> Policy:
    """The sample policy, with some limits changed: `policy(monitoring={"min_skill": 0.5})`.

    It holds what monitoring reads and no more: of the release part there are the bounds on groups.
    """
    given = {part: _limits(limits | changes.get(part, {})) for part, limits in LIMITS.items()}
    rows = Limit[int](value=1000, because="the sample's own choice of min_training_rows")
    days = Limit[int](value=60, because="the sample's own choice of min_training_days")
    return Policy.model_construct(
        validation=ValidationPolicy.model_validate(given["validation"]),
        training=TrainingPolicy.model_construct(min_training_rows=rows, min_training_days=days),
        monitoring=MonitoringPolicy.model_validate(given["monitoring"]),
        release=ReleasePolicy.model_construct(fairness=fairness_policy()),
        rollback=RollbackPolicy.model_validate(given["rollback"]),
        governor=GovernorPolicy.model_validate(given["governor"]),
    )


def _limits(limits: dict[str, Any]) -> dict[str, Any]:
    return {key: _limit(key, value) for key, value in limits.items()}


def _limit(key: str, value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return _limits(value)
    return {"value": value, "because": f"the sample's own choice of {key}"}


def interval(point: float | None, confidence: float | None = 0.99, clusters: int = 30) -> Interval:
    """A loss difference with an interval of one hundredth either way."""
    return Interval(
        point=point,
        low=None if point is None else point - 0.01,
        high=None if point is None else point + 0.01,
        level=0.95,
        draws=1000,
        clusters=clusters,
        rows=3000,
        share_above_zero=confidence,
    )


def disagreeing(p_value: float, reference_rows: int = 1000) -> Disagreement:
    """Thirty contradictions among nine hundred rows, and how unlikely they are."""
    return Disagreement(
        p_value=p_value,
        slot="all rows",
        found=30,
        expected=20.0,
        rows=900,
        reference_rows=reference_rows,
        shift=0.1,
    )


def window(**changes: Any) -> WindowEvidence:
    """A month in which everything was measured and is well, with some numbers changed."""
    healthy: dict[str, Any] = {
        "window": "2013-05",
        "champion": "v2",
        "served_rows": 1000,
        "labelled_rows": 900,
        "label_coverage": 0.9,
        "performance": {
            "loss": 0.45,
            "skill": 0.14,
            "bias": -0.01,
            "calibration_error": 0.02,
            "auc": 0.75,
            "base_rate": 0.22,
            "rows": 900,
        },
        "loss_interval": interval(0.45),
        "drift": {"distance": 0.01, "carrier": 0.02, "temp": 0.15, "wind": 0.03},
        "drift_rows": 1000,
        "prediction_psi": 0.05,
        "target_psi": 0.02,
        "skew_checked": 20,
        "skewed_rows": 0,
        "feeds": {"weather": 2.0},
        "disagreement": disagreeing(0.4),
        "former_champion": "v1",
        "harm": interval(-0.02, 0.0),
        "groups": (gap(),),
    }
    return WindowEvidence.model_validate(healthy | changes)
