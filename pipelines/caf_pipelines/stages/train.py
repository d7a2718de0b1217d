"""Stage *train*: a challenger, and beside it a dummy and a simple baseline on the same rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from caf_pipelines.stage import stage
from caf_platform.capabilities import Capability
from caf_platform.decision import Number
from caf_platform.errors import BadInput
from caf_platform.fairness.reweighing import weights
from caf_platform.lake_columns import LABEL
from caf_platform.measures.metrics import performance, row_losses
from caf_platform.model.training import fit, predict
from caf_platform.project.model import Candidate, Declaration, Features, Task

CHOICE_SHARE = 0.2
"""When there are several candidates, the last fifth of the clusters chooses between them."""


DUMMIES = {
    Task.BINARY: "dummy",
    Task.MULTICLASS: "dummy",
    Task.REGRESSION: "dummy_regressor",
}


@dataclass(frozen=True)
class Fitted:
    """A trained pipeline with what it looks at."""

    family: str
    features: Features
    model: Any


@dataclass(frozen=True)
class Trained:
    """What training leaves: the challenger, its two yardsticks, and their metrics.

    Metrics are on the training rows (`challenger.loss`, `baseline.loss`, ...), so they show how
    well a model fits, not how well it predicts; `choice.0:logistic` is a candidate's loss on the
    later rows that chose between several.
    """

    challenger: Fitted
    parameters: dict[str, Any]
    dummy: Fitted
    baseline: Fitted
    metrics: dict[str, Number]


@stage("train", Capability.AI_LIFECYCLE_MANAGEMENT, Capability.DATA_SCIENCE)
def train(
    rows: pd.DataFrame, project: Declaration, *, seed: int, alternative: Candidate | None = None
) -> Trained:
    """Train on labelled rows (`_label` holds the label). Same rows and seed, same model.

    Several candidates are first compared on the last fifth of the clusters in time; the best is
    then trained on all rows. An `alternative` is trained instead of them, and compared with nobody.
    Raises `BadInput` when the rows cannot be learnt from.
    """
    candidates = project.candidates if alternative is None else (alternative,)
    losses = _choice_losses(rows, project, seed=seed) if len(candidates) > 1 else [0.0]
    best = candidates[_smallest(losses)]
    dummy = Candidate(family=DUMMIES[project.task], parameters={})
    fitted = {
        "challenger": learn(rows, project, best, seed),
        "dummy": learn(rows, project, dummy, seed),
        "baseline": learn(rows, project, project.baseline, seed),
    }
    return Trained(
        **fitted,
        parameters=_told(best),
        metrics=_fit_metrics(rows, project, fitted) | _choice_metrics(project, losses),
    )


def _told(candidate: Candidate) -> dict[str, Any]:
    """What a candidate was trained with, its mitigation among it."""
    mitigation = candidate.mitigation
    return {**candidate.parameters} | ({"reweighed_by": mitigation.column} if mitigation else {})


def _fit_metrics(
    rows: pd.DataFrame, project: Declaration, fitted: Mapping[str, Fitted]
) -> dict[str, Number]:
    return {
        f"{who}.{name}": value
        for who, one in fitted.items()
        for name, value in performance(
            project.task, rows[LABEL].to_numpy(), predict(one.model, rows, project.task)
        ).items()
    }


def _choice_metrics(project: Declaration, losses: Sequence[float]) -> dict[str, Number]:
    if len(losses) == 1:
        return {}
    return {
        f"choice.{at}:{candidate.family}": loss
        for at, (candidate, loss) in enumerate(zip(project.candidates, losses, strict=True))
    }


def features_of(project: Declaration, candidate: Candidate) -> Features:
    """The project's features, or the fewer that a candidate names."""
    names = candidate.features or project.features.all
    return Features(
        numeric=tuple(name for name in project.features.numeric if name in names),
        categorical=tuple(name for name in project.features.categorical if name in names),
    )


def learn(rows: pd.DataFrame, project: Declaration, candidate: Candidate, seed: int) -> Fitted:
    """One candidate on labelled rows: the same rows and seed give the same model."""
    features = features_of(project, candidate)
    model = fit(
        candidate.family,
        candidate.parameters,
        rows,
        rows[LABEL],
        features=features,
        task=project.task,
        seed=seed,
        classes=len(project.target.classes),
        weights=None
        if candidate.mitigation is None
        else weights(rows[candidate.mitigation.column], rows[LABEL]),
    )
    return Fitted(candidate.family, features, model)


def _smallest(losses: Sequence[float]) -> int:
    """The position of the smallest loss; one that was not measured is never chosen."""
    known = np.where(np.isfinite(losses), losses, np.inf)
    if np.isinf(known).all():
        raise BadInput("No candidate's loss could be measured.")
    return int(np.argmin(known))


def _choice_losses(rows: pd.DataFrame, project: Declaration, *, seed: int) -> Sequence[float]:
    clusters = rows[project.cluster].drop_duplicates()
    held = set(clusters.tail(max(1, round(len(clusters) * CHOICE_SHARE))))
    late = rows[project.cluster].isin(held)
    if late.all():
        raise BadInput("One cluster of rows cannot choose between candidates.")
    return [
        float(
            np.mean(
                row_losses(
                    project.task,
                    rows.loc[late, LABEL],
                    predict(
                        learn(rows[~late], project, candidate, seed).model,
                        rows[late],
                        project.task,
                    ),
                )
            )
        )
        for candidate in project.candidates
    ]
