"""What each feature of a model is worth and costs: the same model trained again without it.

After J. Lei et al., *Distribution-Free Predictive Inference for Regression*, JASA 113 (2018): leave
one covariate out, and train again. Unlike shuffling it lets the other columns stand in, so it says
what would be lost if the column were no longer bought, kept and watched.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from caf_pipelines.stages.train import DUMMIES, Fitted, features_of, learn
from caf_platform.decision import Frozen
from caf_platform.lake_columns import LABEL
from caf_platform.measures.bootstrap import paired_interval
from caf_platform.measures.interval import Interval
from caf_platform.measures.metrics import row_losses, row_values
from caf_platform.model.training import predict
from caf_platform.project.model import Candidate, Declaration
from caf_platform.project.policy import Policy

Floats = NDArray[np.float64]

WORTH, UNTOLD, HARMFUL, UNKNOWN = "worth it", "not told from nothing", "harmful", "not measured"
TIMED: Final = 3
"""So often is scoring timed; the shortest counts, as `timeit` advises: others were disturbed."""
VALUE_ROWS: Final = 1_000


class Worth(Frozen):
    """What leaving some columns out costs and saves.

    `loss` is the mean loss without them minus that with them, `value` what 1,000 rows are worth
    less, both positive where the columns help; `encoded` how many of the model's own columns they
    become, `seconds` what scoring the same rows takes without them.
    """

    columns: tuple[str, ...]
    loss: Interval
    value: Interval
    encoded: int
    seconds: float

    @property
    def verdict(self) -> str:
        """Whether the columns help, by the interval of the loss."""
        low, high = self.loss.low, self.loss.high
        if low is None or high is None:
            return UNKNOWN
        return WORTH if low > 0 else HARMFUL if high < 0 else UNTOLD


class FeatureWorth(Frozen):
    """Every feature of a model, the one that is worth most first.

    `together` are all that are not clearly worth it alone, left out at once: columns that tell the
    same hide each other one by one.
    """

    rows: int
    clusters: int
    training_rows: int
    value_unit: str
    encoded: int
    seconds: float
    features: tuple[Worth, ...]
    together: Worth | None


@dataclass(frozen=True)
class Trial:
    """A candidate with the rows that it learns from and the later ones it is judged on."""

    project: Declaration
    policy: Policy
    candidate: Candidate
    training: pd.DataFrame
    gate: pd.DataFrame

    def fitted(self) -> Fitted:
        """The candidate, trained; without any feature left it is the dummy."""
        project, seed = self.project, self.policy.training.seed.value
        if self.candidate.features != ():  # None is all of the project's
            return learn(self.training, project, self.candidate, seed)
        dummy = Candidate(family=DUMMIES[project.task], parameters={})
        return learn(self.training, project, dummy, seed)

    def without(self, columns: Sequence[str]) -> Self:
        """The same with fewer features."""
        kept = (name for name in features_of(self.project, self.candidate).all)
        left = tuple(name for name in kept if name not in columns)
        return replace(self, candidate=replace(self.candidate, features=left))


@dataclass(frozen=True)
class _Measured:
    losses: Floats
    values: Floats
    encoded: int
    seconds: float


def feature_worth(trial: Trial) -> FeatureWorth:
    """Train once without each feature, and once without all that are not worth it alone.

    Raises `BadInput` when the rows cannot be learnt from.
    """
    whole = _measured(trial)
    names = features_of(trial.project, trial.candidate).all
    each = [_worth(trial, whole, (name,)) for name in names]
    others = tuple(one.columns[0] for one in each if one.verdict != WORTH)
    return FeatureWorth(
        rows=len(trial.gate),
        clusters=int(trial.gate[trial.project.cluster].nunique()),
        training_rows=len(trial.training),
        value_unit=trial.project.value.unit,
        encoded=whole.encoded,
        seconds=whole.seconds,
        features=tuple(sorted(each, key=lambda one: (-(one.loss.point or 0), one.columns))),
        together=_worth(trial, whole, others) if len(others) > 1 else None,
    )


def _worth(trial: Trial, whole: _Measured, columns: tuple[str, ...]) -> Worth:
    less = _measured(trial.without(columns))
    return Worth(
        columns=columns,
        loss=_interval(trial, less.losses - whole.losses),
        value=_interval(trial, (whole.values - less.values) * VALUE_ROWS),
        encoded=whole.encoded - less.encoded,
        seconds=less.seconds,
    )


def _measured(trial: Trial) -> _Measured:
    model, task, gate = trial.fitted().model, trial.project.task, trial.gate
    took = []
    for _ in range(TIMED):
        began = time.perf_counter()
        answers = predict(model, gate, task)
        took.append(time.perf_counter() - began)
    label = gate[LABEL].to_numpy()
    return _Measured(
        losses=row_losses(task, label, answers),
        values=row_values(trial.project.value, label, answers),
        encoded=int(getattr(model.named_steps["model"], "n_features_in_", 0)),
        seconds=min(took),
    )


def _interval(trial: Trial, values: Floats) -> Interval:
    policy = trial.policy
    return paired_interval(
        values,
        trial.gate[trial.project.cluster].to_numpy(),
        level=policy.release.interval_level.value,
        draws=policy.release.bootstrap_draws.value,
        seed=policy.training.seed.value,
    )
