"""Permutation importance: what a model loses when a column is shuffled."""

import numpy as np
import pandas as pd
import pytest

from caf_platform.measures.importance import ROWS, permutation_importance
from caf_platform.measures.metrics import row_losses
from caf_platform.project.model import Task

COUNT = 600
CLUSTERS = np.arange(COUNT) // 30


def rows() -> pd.DataFrame:
    """Two columns that matter, the first twice as much, and one that nobody reads."""
    random = np.random.default_rng(2)
    return pd.DataFrame({name: random.normal(size=COUNT) for name in ("much", "little", "none")})


def answer(frame: pd.DataFrame) -> np.ndarray:
    """A number that follows two of the columns."""
    return (2 * frame["much"] + frame["little"]).to_numpy()


def measured(frame: pd.DataFrame, **more: object) -> dict:
    """Every column's importance to the model that is always right."""
    asked = {"level": 0.95, "draws": 500, "seed": 4} | more
    label, clusters = answer(frame), np.resize(CLUSTERS, len(frame))
    return permutation_importance(Task.REGRESSION, answer, frame, label, clusters, **asked)


def test_what_a_model_rests_on_is_told_and_what_it_does_not_read_is_zero() -> None:
    """Twice the coefficient, twice the loss; an unread column loses nothing at all."""
    found = measured(rows())

    assert found["much"].point == pytest.approx(2 * (found["little"].point or 0), rel=0.2)
    assert (found["little"].low or 0) > 0
    assert (found["none"].point, found["none"].low, found["none"].high) == (0, 0, 0)
    assert found["much"].clusters == len(set(CLUSTERS))


def test_it_is_the_loss_of_the_shuffled_rows() -> None:
    """The point is nothing else than the mean loss after the shuffle minus that before."""
    frame, order = rows(), np.random.default_rng(4).permutation(COUNT)
    shuffled = frame.assign(much=frame["much"].to_numpy()[order])

    lost = row_losses(Task.REGRESSION, answer(frame), answer(shuffled)).mean()

    assert measured(frame)["much"].point == pytest.approx(float(lost))


def test_the_same_rows_give_the_same_numbers() -> None:
    """Byte for byte; another seed shuffles otherwise."""
    assert measured(rows()) == measured(rows())
    assert measured(rows(), seed=5)["much"].point != measured(rows())["much"].point


def test_what_it_takes_is_bounded() -> None:
    """Of many rows some are asked, spread over all of them."""
    frame = pd.concat([rows()] * 5, ignore_index=True)

    assert measured(frame)["much"].rows <= ROWS < len(frame)


def test_no_row_is_not_measured() -> None:
    """Nothing is claimed of nothing."""
    found = measured(rows().head(0))

    assert found["much"].point is None
