"""What only Evidently must do: errors become reasons, samples stay the same, nobody is called."""

import numpy as np
import pandas as pd
import pytest


def test_an_error_inside_evidently_becomes_that_column_s_reason() -> None:
    """Evidently cannot summarise a column of lists: no score, and its own words as the reason."""
    from caf_platform.adapters.drift import EvidentlyDrift  # takes 5 s

    frame = pd.DataFrame({"bad": [[1], [2], [3]], "c": ["a", "b", "a"]})

    report = EvidentlyDrift().measure(frame, frame, numeric=[], categorical=["bad", "c"])

    assert [c.score for c in report.columns] == [None, 0.0]
    assert "unhashable" in report.columns[0].why


def test_a_large_window_is_sampled_alike_each_time() -> None:
    """Above the bound a seeded sample is measured: equal scores twice, close to the whole's."""
    from caf_platform.adapters.drift import EvidentlyDrift  # takes 5 s

    draw = np.random.default_rng(1)
    frames = [pd.DataFrame({"x": draw.normal(loc, size=20_000)}) for loc in (0.3, 0.0)]
    asked = {"numeric": ["x"], "categorical": []}

    whole = EvidentlyDrift().measure(*frames, **asked)
    sampled = [EvidentlyDrift(max_rows=4_000).measure(*frames, **asked) for _ in range(2)]

    assert sampled[0] == sampled[1]
    assert sampled[0].current_rows == 20_000
    assert sampled[0].columns[0].score == pytest.approx(whole.columns[0].score, abs=0.03)


def test_telemetry_is_off() -> None:
    """Importing the adapter leaves Evidently told not to track."""
    import os  # beside its only use

    from caf_platform.adapters import drift  # takes 5 s

    assert drift.METHOD == "psi"
    assert os.environ["DO_NOT_TRACK"]
