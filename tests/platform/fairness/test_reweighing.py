"""Weights after which a label says nothing about the group."""

import numpy as np
import pandas as pd
import pytest

from caf_platform.fairness.reweighing import weights

GROUP = pd.Series(["a"] * 60 + ["b"] * 40)
LABEL = pd.Series([1] * 45 + [0] * 15 + [1] * 10 + [0] * 30)


def test_weighed_rows_have_one_rate_in_each_group() -> None:
    """Three quarters against one quarter become the same share, that of all rows."""
    found = weights(GROUP, LABEL)

    for name in ("a", "b"):
        of = (name == GROUP).to_numpy()
        assert np.average(LABEL[of], weights=found[of]) == pytest.approx(LABEL.mean())
        assert found[of].sum() == pytest.approx(of.sum())


def test_a_weight_is_what_the_paper_says() -> None:
    """P(g) P(y) / P(g, y), by hand for one cell."""
    found = weights(GROUP, LABEL)

    assert found[0] == pytest.approx(0.6 * 0.55 / 0.45)
    assert found.mean() == pytest.approx(1.0)


def test_rows_without_a_group_are_one() -> None:
    """They are weighed like any other, and none is lost."""
    some = GROUP.where(GROUP == "a", None)

    assert weights(some, LABEL) == pytest.approx(weights(GROUP, LABEL))
