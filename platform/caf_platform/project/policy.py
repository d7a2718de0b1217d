"""The typed policy: every threshold of `policy.yaml`, each with its *because*.

A policy is a frozen value. Judges take the part they need; nothing else in the platform
holds a threshold.
"""

from enum import StrEnum
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from caf_platform.digest import digest_of

N = TypeVar("N", int, float)
Because = Annotated[str, StringConstraints(min_length=10, strip_whitespace=True)]


class Part(BaseModel):
    """A section of the policy: frozen, strict, no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Limit(Part, Generic[N]):
    """A number and why it is that number."""

    value: N
    because: Because


Share = Limit[Annotated[float, Field(ge=0, le=1)]]
Amount = Limit[Annotated[float, Field(ge=0)]]
Inside = Limit[Annotated[float, Field(gt=0, lt=1)]]
"""A share of which 0 or 1 would switch off whoever asks for it."""
Area = Limit[Annotated[float, Field(ge=0.5, lt=1)]]
"""An area under a ROC curve: one half is chance, and 1 would allow anything."""
Rating = Limit[Annotated[int, Field(ge=1, le=25)]]
"""Of a risk: likelihood times impact, five degrees each."""
MOST = 10**9
"""A billion: nothing is counted further, and canonical JSON ends at 2**53."""
Count = Limit[Annotated[int, Field(ge=0, le=MOST)]]
Positive = Limit[Annotated[int, Field(ge=1, le=MOST)]]
MOST_DAYS = 3_650
"""Ten years: no use case looks further, and a calendar overflows somewhere beyond."""
Days = Limit[Annotated[int, Field(ge=1, le=MOST_DAYS)]]
Pause = Limit[Annotated[int, Field(ge=0, le=MOST_DAYS)]]
"""Days, of which there may be none."""
Level = Limit[Annotated[float, Field(ge=0.5, lt=1)]]
"""The coverage of an interval; near 0 every interval is a point, which would prove anything."""
Draws = Limit[Annotated[int, Field(ge=100, le=MOST)]]
"""How often a bootstrap draws; one draw is an interval without width, which would too."""


class PromotionMode(StrEnum):
    """Who gives the approval: a person, a person after a suggestion, or the gate itself."""

    MANUAL = "manual"
    SUGGEST = "suggest"
    AUTO_ON_GREEN = "auto_on_green"


class ChosenMode(Part):
    """The promotion mode and why."""

    value: Annotated[PromotionMode, Field(strict=False)]
    because: Because


class ValidationPolicy(Part):
    """When a batch is stopped rather than cleaned.

    Every feed of the contract has an age limit, or stands under `feeds_of_any_age` with the
    reason why it may be of any age: a feed that is forgotten is a mistake, not a freedom.
    """

    max_quarantine_share: Share
    max_feed_age_hours: dict[str, Amount]
    feeds_of_any_age: dict[str, Because] = {}


class TrainingPolicy(Part):
    """What a model is trained on: the last `window_days` before the gate's `gate_days`.

    A first model waits until the training part has `min_training_days` of usable batches.
    """

    window_days: Days
    gate_days: Days
    min_training_days: Days
    min_training_rows: Positive
    min_gate_rows: Positive
    seed: Count


class GroupBounds(Part):
    """How far groups of one column may lie apart: true positive rates, and selection rates."""

    max_tpr_difference: Share
    min_selection_ratio: Share


class FairnessPolicy(Part):
    """How groups of people are judged; every protected column is bound, or shown with its reason.

    A group with fewer rows, or fewer of the positive class, cannot be judged.
    """

    min_group_rows: Positive
    min_group_class_rows: Positive
    bound: dict[str, GroupBounds]
    shown: dict[str, Because] = {}


class ReleasePolicy(Part):
    """When a challenger may replace the champion."""

    mode: ChosenMode
    min_improvement: Amount
    interval_level: Level
    bootstrap_draws: Draws
    min_clusters: Positive
    max_calibration_bias: Amount
    max_calibration_error: Amount
    segment_min_rows: Positive
    segment_max_loss: Amount
    value_max_loss: Amount
    max_feature_skill: Inside
    max_membership_auc: Area
    approval_valid_days: Days
    quorum: Positive | None = None
    max_risk: Rating | None = None
    fairness: FairnessPolicy | None = None


class MonitoringPolicy(Part):
    """When a window of served predictions counts as breached."""

    min_labelled_rows: Positive
    min_label_coverage: Share
    max_calibration_bias: Amount
    min_skill: Limit[float]
    drift_column_psi: Amount
    drift_retrain_share: Share
    min_drift_rows: Positive
    prediction_drift_psi: Amount
    skew_sample_rows: Positive
    max_skewed_share: Share
    label_noise_false_alarms: Inside
    label_noise_margin: Share


class RollbackPolicy(Part):
    """When live evidence says that the last promotion was a mistake."""

    min_harm: Amount
    min_confidence: Share
    min_clusters: Positive


class GovernorPolicy(Part):
    """What bounds the retraining loop."""

    breached_windows: Positive
    of_last_windows: Positive
    cooldown_days: Pause
    max_retrainings: Positive
    per_days: Days
    max_cost_units: Amount
    min_new_labelled_rows: Positive
    retrain_after_new_rows: Positive | None = None


class Policy(Part):
    """The whole of `policy.yaml`."""

    validation: ValidationPolicy
    training: TrainingPolicy
    release: ReleasePolicy
    monitoring: MonitoringPolicy
    rollback: RollbackPolicy
    governor: GovernorPolicy

    @property
    def digest(self) -> str:
        """SHA-256 of every threshold and every because."""
        return digest_of(self.model_dump(mode="json"))
