"""The one scorer that is served: bytes from the lake, verified, opened, and asked.

The bytes are read once; those that were verified are those that are opened, so swapping the
stored file between the two steps changes nothing.
"""

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from caf_platform.errors import BadInput, Refused, Tampered, Unavailable
from caf_platform.ledger.values import Manifest
from caf_platform.model import artifact
from caf_platform.model.families import tasks_of
from caf_platform.model.training import features_of, predict
from caf_platform.model.transforms import in_words, reads_nothing
from caf_platform.ports.lake import Lake
from caf_platform.ports.scorer import Scorer
from caf_platform.project.model import Features, Task

if TYPE_CHECKING:  # a command that only looks at data need not wait for scikit-learn
    from sklearn.pipeline import Pipeline

ARTIFACT: Final = "artifact"
"""The manifest's name for the digest of the model file."""


class VerifiedScorer(Scorer):
    """A model opened from verified bytes. `features` are the columns that it looks at."""

    def __init__(
        self, model: "Pipeline", *, version: str, artifact_digest: str, task: Task
    ) -> None:
        self._model, self._version, self._digest = model, version, artifact_digest
        self.task = task
        self.features = features_of(model)

    @property
    def version(self) -> str:
        """The version it answers for."""
        return self._version

    @property
    def artifact_digest(self) -> str:
        """SHA-256 of the bytes it was loaded from."""
        return self._digest

    @property
    def reads_nothing(self) -> bool:
        """Whether it answers alike whatever a row says, as a dummy does."""
        return reads_nothing(self._model)

    def transforms(self, row: pd.DataFrame) -> dict[str, str]:
        """What becomes of each feature of one row before the model sees it, in words."""
        return in_words(self._model, row)

    def score(self, rows: pd.DataFrame) -> NDArray[np.float64]:
        """One answer per row, in row order: see `training.predict`.

        Raises `BadInput` for rows without the feature columns or with cells of a wrong type, and
        `Unavailable` when an answer is not a finite number: such an answer is no answer.
        """
        answers = predict(self._model, rows, self.task)
        bad = (
            int((~np.isfinite(answers.reshape(len(rows), -1))).any(axis=1).sum())
            if len(rows)
            else 0
        )
        if bad:
            raise Unavailable(
                f"Version '{self._version}' answered {bad} of {len(rows)} rows with no number.",
                next_step="Roll back, and look at the rows in the lake.",
            )
        return answers


def load_scorer(
    lake: Lake,
    manifest: Manifest,
    model_key: str,
    *,
    task: Task,
    features: Features | None = None,
) -> VerifiedScorer:
    """The scorer of a version, from the bytes at `model_key` that the manifest names.

    With `features`, a model that looks at any other column is refused. Raises `Tampered` for
    other bytes, `Refused` for a file that breaks a rule, `BadInput` when the family does not
    serve the task, `Unavailable` when the lake does not answer.
    """
    if task not in tasks_of(manifest.family):
        raise BadInput(f"Version '{manifest.version}' ('{manifest.family}') serves no {task} task.")
    expected = manifest.digests.get(ARTIFACT)
    if expected is None:
        raise Tampered(f"The manifest of '{manifest.version}' names no {ARTIFACT} digest.")
    data = lake.read(model_key, expected=expected)
    model = artifact.load(data, expected_digest=expected, family=manifest.family)
    scorer = VerifiedScorer(model, version=manifest.version, artifact_digest=expected, task=task)
    undeclared = sorted(set(scorer.features.all) - set(features.all)) if features else []
    if undeclared:
        raise Refused(
            f"Version '{manifest.version}' looks at {', '.join(undeclared)}.",
            why="The project declares no such feature.",
        )
    return scorer
