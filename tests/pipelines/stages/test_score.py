"""Stage score: answers, tied to the model and to what it saw."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd

from caf_pipelines.stages.score import features_digests, prediction_id, score
from caf_platform.lake_columns import ROW_ID
from caf_platform.ports.scorer import Scorer

AT = datetime(2020, 1, 1, tzinfo=UTC)


class Fixed(Scorer):
    """Answers with what it was made with."""

    version, artifact_digest = "v1", "a" * 64

    def __init__(self, *answers):
        self.answers = np.array(answers)

    def score(self, rows):
        """One answer per row."""
        return self.answers[: len(rows)]


def rows(**changes):
    """Two rows with a number, a category and something that no model sees."""
    values = {ROW_ID: ["r1", "r2"], "heat": [0.5, np.nan], "site": ["a", None], "note": ["x", "y"]}
    return pd.DataFrame(values | changes)


def scored(frame, scorer):
    """The log of a scoring."""
    features = features_digests(frame, ("heat", "site"))
    return score(frame, scorer, project="micro", features=features, at=AT)


def test_one_line_per_row():
    """In row order, with model, time and answer."""
    log = scored(rows(), Fixed(0.25, 0.75))

    assert list(log[ROW_ID]) == ["r1", "r2"]
    assert list(log["score"]) == [0.25, 0.75]
    assert set(log["version"]) == {"v1"}
    assert set(log["artifact_digest"]) == {"a" * 64}
    assert set(log["scored_at"]) == {pd.Timestamp(AT)}


def test_several_classes_have_a_column_each():
    """`score_0`, `score_1`, and no `score`."""
    log = scored(rows(), Fixed([0.2, 0.8], [0.4, 0.6]))

    assert "score" not in log
    assert list(log["score_1"]) == [0.8, 0.6]


def test_no_rows_no_lines():
    """The columns are there all the same."""
    log = scored(rows().head(0), Fixed())

    assert len(log) == 0
    assert {"prediction_id", "score"} <= set(log.columns)


def test_a_prediction_has_the_same_id_whenever_it_is_made():
    """Another version or row has another one."""
    again = scored(rows(), Fixed(0.1, 0.2))["prediction_id"]

    assert list(again) == [prediction_id("micro", "v1", row) for row in ("r1", "r2")]
    assert prediction_id("micro", "v2", "r1") not in set(again)
    assert again.str.fullmatch("[0-9a-f]{16}").all()


def test_what_the_model_saw_has_a_digest_per_row():
    """It changes with a feature, also between null and a value, and with nothing else."""
    before = features_digests(rows(), ("heat", "site"))

    assert features_digests(rows(note=["p", "q"]), ("heat", "site")) == before
    assert features_digests(rows(heat=[0.5, 0.0]), ("heat", "site"))[0] == before[0]
    assert features_digests(rows(heat=[0.5, 0.0]), ("heat", "site"))[1] != before[1]
    assert before[0] != before[1]
