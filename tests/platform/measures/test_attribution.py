"""Shapley values: what a column adds to an answer, against cases that one can work out by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from caf_platform.errors import BadInput
from caf_platform.measures.attribution import shapley

BACKGROUND = pd.DataFrame(
    {"a": [0.0, 1.0, 2.0, 5.0], "b": [1.0, 1.0, 3.0, 3.0], "c": ["x", "y", "x", "x"]}
)
CASE = pd.DataFrame({"a": [4.0], "b": [0.0], "c": ["y"]})


def straight(rows: pd.DataFrame) -> np.ndarray:
    """A linear model that does not read c."""
    return (2 * rows["a"] - 3 * rows["b"] + 1).to_numpy(dtype=np.float64)


def crooked(rows: pd.DataFrame) -> np.ndarray:
    """One in which three columns work together: of two the pairs of orders would be exact."""
    named = (rows["c"] == "y").to_numpy(dtype=np.float64)
    both = np.sin(rows["a"]) * rows["b"]
    return np.asarray(both + named * rows["a"] ** 2 * (1 + rows["b"]), dtype=np.float64)


def test_a_linear_model_gives_each_column_its_coefficient_times_its_distance() -> None:
    """Exactly, whatever was drawn: the order of steps does not matter to it."""
    found = shapley(straight, CASE, BACKGROUND, seed=1)

    assert found.worth == pytest.approx({"a": 2 * (4 - 2), "b": -3 * (0 - 2), "c": 0}, abs=1e-12)
    assert found.error == pytest.approx({"a": 0, "b": 0, "c": 0}, abs=1e-12)
    assert (found.base, found.score) == pytest.approx((-1, 9))


def test_two_columns_that_work_together_share() -> None:
    """Of a product neither factor alone earns anything: each gets half, by pairs of orders."""
    nothing = pd.DataFrame({"a": [0.0], "b": [0.0]})
    both = pd.DataFrame({"a": [2.0], "b": [3.0]})

    found = shapley(lambda rows: (rows["a"] * rows["b"]).to_numpy(), both, nothing, seed=3)

    assert found.worth == pytest.approx({"a": 3.0, "b": 3.0})


@given(seed=st.integers(0, 2**64 - 1), pairs=st.integers(2, 5))
def test_the_shares_add_up_to_the_answer(seed: int, pairs: int) -> None:
    """For any model, seed and number of orders: base and all shares are the score."""
    found = shapley(crooked, CASE, BACKGROUND, seed=seed, pairs=pairs)

    assert found.base + sum(found.worth.values()) == pytest.approx(found.score, abs=1e-12)
    assert found.score == pytest.approx(float(crooked(CASE)[0]))
    assert found.base == pytest.approx(float(crooked(BACKGROUND).mean()))


def test_many_orders_come_to_the_exact_values() -> None:
    """Against all six orders of three columns, within a few of the errors that it tells."""
    few = shapley(crooked, CASE, BACKGROUND, seed=5, pairs=4)
    found = shapley(crooked, CASE, BACKGROUND, seed=5, pairs=400)

    exact = _exactly()
    for name, worth in found.worth.items():
        assert abs(worth - exact[name]) <= 4 * found.error[name] + 1e-9
        assert found.error[name] < few.error[name] / 5


def test_the_same_seed_gives_the_same_and_another_one_others() -> None:
    """What is drawn follows from the seed alone."""
    first, again, other = (shapley(crooked, CASE, BACKGROUND, seed=seed) for seed in (7, 7, 8))

    assert first == again
    assert first.worth != other.worth


def test_nothing_to_compare_with_is_refused() -> None:
    """Without a background row, or with two cases, there is no base to start from."""
    with pytest.raises(BadInput):
        shapley(straight, CASE, BACKGROUND.head(0), seed=1)
    with pytest.raises(BadInput):
        shapley(straight, BACKGROUND, BACKGROUND, seed=1)


def _exactly() -> dict[str, float]:
    """The mean step of each column over all orders and background rows."""
    from itertools import permutations

    names = list(CASE.columns)
    found = dict.fromkeys(names, 0.0)
    orders = list(permutations(names))
    for order in orders:
        rows = BACKGROUND.copy()
        for name in order:
            before = crooked(rows).mean()
            rows[name] = CASE[name].iloc[0]
            found[name] += float(crooked(rows).mean() - before) / len(orders)
    return found
