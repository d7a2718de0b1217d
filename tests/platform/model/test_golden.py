"""Golden rows: asked again, they must be answered as when the version was made."""

import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_samples import SERVED, file_of, fitted, rows
from numpy.typing import NDArray

from caf_platform.decision import Verdict
from caf_platform.digest import digest
from caf_platform.errors import BadInput, Unavailable
from caf_platform.model.golden import (
    TOLERANCE,
    Replay,
    check_golden,
    golden_answers,
    judge_replay,
    replay,
)
from caf_platform.model.scorer import VerifiedScorer
from caf_platform.ports.scorer import Scorer
from caf_platform.project.model import Task


def scorer_of(family: str, task: Task = Task.BINARY, seed: int = 1) -> VerifiedScorer:
    """A scorer of a sample model."""
    return VerifiedScorer(
        fitted(family, task, seed),
        version="v1",
        artifact_digest=digest(file_of(family, task, seed)),
        task=task,
    )


class Shifted(Scorer):
    """Answers as another scorer does, plus a little; or with something else altogether."""

    def __init__(self, scorer: Scorer, by: float = 0.0, width: int | None = None) -> None:
        self._scorer, self._by, self._width = scorer, by, width

    def score(self, rows: pd.DataFrame) -> NDArray[np.float64]:
        """The shifted answers."""
        answers = self._scorer.score(rows) + self._by
        return answers if self._width is None else np.zeros((len(rows), self._width))


class Dead(Scorer):
    """Answers nothing."""

    def score(self, rows: pd.DataFrame) -> NDArray[np.float64]:
        """Fail as a scorer does whose answers are not numbers."""
        raise Unavailable(f"Version 'v1' answered 3 of {len(rows)} rows with no number.")


@pytest.mark.parametrize(("family", "task"), SERVED)
def test_the_same_model_matches_itself(family: str, task: Task) -> None:
    """Every family and task passes its own golden rows, to the last bit."""
    golden = golden_answers(scorer_of(family, task), rows())

    decision = check_golden(scorer_of(family, task), golden)

    assert decision.verdict is Verdict.PASS
    assert decision.numbers == {"rows": 50, "largest_difference": 0.0}


def test_another_model_does_not_match() -> None:
    """A model of the same family that learnt something else is refused with the difference."""
    golden = golden_answers(scorer_of("logistic"), rows())

    decision = check_golden(scorer_of("gradient_boosting"), golden)

    assert decision.verdict is Verdict.REFUSE
    assert decision.reasons[0].found == decision.numbers["largest_difference"]
    assert "differ by up to" in decision.summary


@pytest.mark.parametrize(
    ("by", "verdict"), [(TOLERANCE / 2, Verdict.PASS), (TOLERANCE * 2, Verdict.REFUSE)]
)
def test_the_tolerance_is_for_the_last_bits_only(by: float, verdict: Verdict) -> None:
    """Half the tolerance passes, twice the tolerance does not."""
    golden = golden_answers(scorer_of("logistic"), rows())

    decision = check_golden(Shifted(scorer_of("logistic"), by), golden)

    assert decision.verdict is verdict


def test_a_scorer_that_fails_is_refused() -> None:
    """No answer is a refusal that says what went wrong."""
    golden = golden_answers(scorer_of("logistic"), rows())

    decision = check_golden(Dead(), golden)

    assert decision.verdict is Verdict.REFUSE
    assert "3 of 50 rows with no number" in decision.summary


def test_answers_of_another_shape_are_refused() -> None:
    """Probabilities of three classes are no answer to a yes/no question."""
    golden = golden_answers(scorer_of("logistic"), rows())

    decision = check_golden(Shifted(scorer_of("logistic"), width=3), golden)

    assert decision.verdict is Verdict.REFUSE
    assert "(50, 3) answers instead of (50, 1)" in decision.summary


@pytest.mark.parametrize("golden", [b"", b"no parquet", b"PAR1" * 10])
def test_golden_rows_that_cannot_be_read_are_refused(golden: bytes) -> None:
    """A damaged file never counts as a match."""
    decision = check_golden(scorer_of("logistic"), golden)

    assert decision.verdict is Verdict.REFUSE
    assert "unreadable" in decision.summary


def test_no_golden_row_cannot_be_judged() -> None:
    """An empty file of golden rows shows nothing, so it does not pass."""
    stored = pd.read_parquet(io.BytesIO(golden_answers(scorer_of("logistic"), rows()))).iloc[:0]

    found = replay(scorer_of("logistic"), stored.to_parquet())

    assert judge_replay(found).verdict is Verdict.CANNOT_JUDGE


@given(difference=st.one_of(st.none(), st.just(float("nan")), st.floats()), count=st.integers(0, 9))
def test_only_a_measured_small_difference_passes(difference: float | None, count: int) -> None:
    """Nothing but at least one row and a difference within the tolerance is a pass."""
    decision = judge_replay(Replay(rows=count, largest_difference=difference))

    small = difference is not None and difference <= TOLERANCE
    assert decision.verdict.good == (count > 0 and small and np.isfinite(difference or 0))


def test_only_what_the_model_looks_at_is_kept() -> None:
    """The file holds up to fifty rows, from the first to the last, without the note."""
    frame = rows()

    stored = pd.read_parquet(io.BytesIO(golden_answers(scorer_of("logistic"), frame)))

    assert list(stored.columns) == ["wind", "hour", "origin", "golden answer 0"]
    assert len(stored) == 50
    assert stored["hour"].iloc[[0, -1]].tolist() == frame["hour"].iloc[[0, -1]].tolist()


def test_a_short_window_keeps_every_row_once() -> None:
    """Seven rows make seven golden rows."""
    stored = pd.read_parquet(io.BytesIO(golden_answers(scorer_of("logistic"), rows(7))))

    assert len(stored) == 7


def test_no_rows_make_no_golden_answers() -> None:
    """A version without golden rows could never be asked again."""
    with pytest.raises(BadInput, match="no rows"):
        golden_answers(scorer_of("logistic"), rows(7).iloc[:0])
