"""Stage *score*: one number per row, tied to the exact model and features that made it."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

import numpy as np
import pandas as pd

from caf_pipelines.stage import stage
from caf_platform.capabilities import Capability
from caf_platform.lake_columns import ROW_ID, SCORE
from caf_platform.ports.scorer import Scorer


@stage("score", Capability.MODERN_APPLICATION_DEVELOPMENT, Capability.AI_LIFECYCLE_MANAGEMENT)
def score(
    rows: pd.DataFrame, scorer: Scorer, *, project: str, features: Sequence[str], at: datetime
) -> pd.DataFrame:
    """Predictions ready for the append-only log, in row order.

    Columns: prediction_id, _row_id, version, artifact_digest, features_digest, scored_at, and
    `score` (or `score_0`, `score_1`, … for several classes). The prediction id is the same
    whenever the same version scores the same row. `features` are the digests of what the model
    saw, one per row: they are the same for every version that scores these rows.
    """
    answers = scorer.score(rows)
    log = pd.DataFrame(
        {
            "prediction_id": [prediction_id(project, scorer.version, row) for row in rows[ROW_ID]],
            ROW_ID: rows[ROW_ID].to_numpy(),
            "version": scorer.version,
            "artifact_digest": scorer.artifact_digest,
            "features_digest": features,
            "scored_at": pd.Timestamp(at),
        }
    )
    for name, column in score_columns(answers).items():
        log[name] = column
    return log


def score_columns(answers: np.ndarray) -> dict[str, np.ndarray]:
    """One column for one number per row, one per class otherwise."""
    if answers.ndim == 1:
        return {SCORE: answers}
    return {f"{SCORE}_{at}": answers[:, at] for at in range(answers.shape[1])}


def prediction_id(project: str, version: str, row_id: str) -> str:
    """Sixteen hex characters, stable for (project, version, row)."""
    return hashlib.sha256(f"{project}/{version}/{row_id}".encode()).hexdigest()[:16]


def features_digests(rows: pd.DataFrame, features: tuple[str, ...]) -> list[str]:
    """A digest per row of what the model saw (pandas' own row hash, 64 bits, hex)."""
    hashes = pd.util.hash_pandas_object(rows[list(features)], index=False)
    return [f"{value:016x}" for value in hashes]
