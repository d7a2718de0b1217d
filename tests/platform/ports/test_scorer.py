"""The contract of the scorer: verified bytes only, and an answer is always a finite number."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from memory_lake import MemoryLake
from model_samples import FEATURES, SERVED, file_of, fitted, manifest_of, rows

from caf_platform.digest import digest
from caf_platform.errors import BadInput, Refused, Tampered, Unavailable
from caf_platform.ledger.values import Manifest
from caf_platform.model.scorer import VerifiedScorer, load_scorer
from caf_platform.model.training import predict
from caf_platform.ports.scorer import Scorer
from caf_platform.project.model import Features, Task

KEY = "models/flights/v1.skops"


def stored(family: str, task: Task = Task.BINARY) -> tuple[MemoryLake, Manifest]:
    """A lake with one model, and its manifest."""
    lake, data = MemoryLake(), file_of(family, task)
    lake.write(KEY, data)
    return lake, manifest_of(family, data)


@pytest.fixture(params=SERVED, ids=lambda served: f"{served[0]}-{served[1]}")
def served(request: pytest.FixtureRequest) -> tuple[str, Task, Scorer]:
    """Each family and task behind the port."""
    family, task = request.param
    lake, manifest = stored(family, task)
    return family, task, load_scorer(lake, manifest, KEY, task=task, features=FEATURES)


def test_it_says_what_it_is(served: tuple[str, Task, Scorer]) -> None:
    """The version and the digest are those of the manifest."""
    family, task, scorer = served

    assert scorer.version == "v1"
    assert scorer.artifact_digest == digest(file_of(family, task))


def test_it_answers_as_the_model_that_was_trained(served: tuple[str, Task, Scorer]) -> None:
    """Bit for bit, in row order, one answer per row, whatever else the rows hold."""
    family, task, scorer = served

    answers = scorer.score(rows(30).assign(more="x"))

    assert np.array_equal(answers, predict(fitted(family, task), rows(30), task))


def test_each_row_is_answered_by_itself(served: tuple[str, Task, Scorer]) -> None:
    """A row's answer does not depend on its neighbours or on the frame's index."""
    _, _, scorer = served
    frame = rows(30)

    together, alone = scorer.score(frame), scorer.score(frame.iloc[[17]])

    assert np.allclose(together[17], alone[0], rtol=0, atol=1e-12)


def test_missing_features_are_refused_by_name(served: tuple[str, Task, Scorer]) -> None:
    """Rows without what the model looks at are bad input."""
    _, _, scorer = served

    with pytest.raises(BadInput, match="missing: hour"):
        scorer.score(rows(3).drop(columns="hour"))


def test_an_empty_batch_is_answered_empty(served: tuple[str, Task, Scorer]) -> None:
    """No rows, no answers, no error."""
    _, _, scorer = served

    assert len(scorer.score(rows(3).iloc[:0])) == 0


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("task", [Task.BINARY, Task.MULTICLASS])
def test_an_answer_that_is_no_number_is_no_answer(bad: float, task: Task) -> None:
    """One row with a NaN or an infinity refuses the batch and counts the rows."""

    class Broken:
        """A model whose second row comes out wrong."""

        named_steps = fitted("logistic", task).named_steps

        def predict_proba(self, rows: Any) -> Any:
            """Probabilities, one of them broken."""
            answers = fitted("logistic", task).predict_proba(rows)
            answers[1, -1] = bad
            return answers

    scorer = VerifiedScorer(Broken(), version="v1", artifact_digest="0" * 64, task=task)

    with pytest.raises(Unavailable, match="'v1' answered 1 of 3 rows with no number"):
        scorer.score(rows(3))


def test_other_bytes_are_refused() -> None:
    """A valid model that was put in the place of the approved one is never opened."""
    lake, manifest = stored("logistic")
    lake.objects[KEY] = file_of("logistic", seed=2)

    with pytest.raises(Tampered):
        load_scorer(lake, manifest, KEY, task=Task.BINARY)


@pytest.mark.parametrize(
    "change", [lambda data: data[:-1], lambda data: data + b"\0", lambda _: b""]
)
def test_damaged_bytes_are_refused(change: Callable[[bytes], bytes]) -> None:
    """Cut short, lengthened or emptied: refused."""
    lake, manifest = stored("logistic")
    lake.objects[KEY] = change(lake.objects[KEY])

    with pytest.raises(Tampered):
        load_scorer(lake, manifest, KEY, task=Task.BINARY)


class SwapsAfterReading(MemoryLake):
    """A lake whose object is replaced the moment after it was read."""

    def read(self, key: str, *, expected: str | None = None) -> bytes:
        """The bytes as they were, once; then others lie there."""
        data = super().read(key, expected=expected)
        self.objects[key] = file_of("logistic", seed=2)
        return data


def test_the_bytes_that_were_verified_are_the_bytes_that_are_opened() -> None:
    """A swap between check and use changes nothing, for the bytes are read once."""
    lake = SwapsAfterReading()
    lake.write(KEY, file_of("logistic"))
    manifest = manifest_of("logistic", file_of("logistic"))

    scorer = load_scorer(lake, manifest, KEY, task=Task.BINARY)

    expected = predict(fitted("logistic"), rows(5), Task.BINARY)
    assert np.array_equal(scorer.score(rows(5)), expected)


def test_a_manifest_without_an_artifact_digest_is_refused() -> None:
    """Without a digest there is nothing to verify against."""
    lake, manifest = stored("logistic")
    nameless = manifest.model_copy(update={"digests": {}})

    with pytest.raises(Tampered, match="names no artifact digest"):
        load_scorer(lake, nameless, KEY, task=Task.BINARY)


def test_a_missing_file_is_refused() -> None:
    """A key that holds nothing is a typed error."""
    _, manifest = stored("logistic")

    with pytest.raises((BadInput, Tampered, Unavailable)):
        load_scorer(MemoryLake(), manifest, KEY, task=Task.BINARY)


def test_a_family_of_another_task_is_refused() -> None:
    """A regression model does not answer a yes/no question."""
    lake, manifest = stored("ridge", Task.REGRESSION)

    with pytest.raises(BadInput, match="serves no binary task"):
        load_scorer(lake, manifest, KEY, task=Task.BINARY)


def test_a_model_that_looks_elsewhere_is_refused() -> None:
    """A model trained on a column that the project does not declare is named and refused."""
    lake, manifest = stored("logistic")
    declared = Features(numeric=("wind",), categorical=("origin",))

    with pytest.raises(Refused, match="looks at hour"):
        load_scorer(lake, manifest, KEY, task=Task.BINARY, features=declared)
