"""One fit of about a second while every core is busy: with the platform's threads and without.

`python benchmarks/spinning.py ours` fits through the platform, `bare` with scikit-learn as it
comes. Prints the fit's seconds and CPU seconds as JSON. Nothing is set in the environment: what
the platform sets itself is what is looked at.
"""

import json
import sys
import time

import numpy as np
import pandas as pd

ROWS, COLUMNS, ROUNDS = 20_000, 20, 60


def rows() -> tuple[pd.DataFrame, pd.Series]:
    """Random numbers, and a label that half depends on the first of them."""
    generator = np.random.default_rng(0)
    frame = pd.DataFrame(generator.normal(size=(ROWS, COLUMNS))).rename(columns=str)
    return frame, pd.Series((frame["0"] + generator.normal(size=ROWS) > 0).astype("float64"))


def ours(frame: pd.DataFrame, label: pd.Series) -> None:
    """As a stage does it."""
    import caf_platform.model.families  # noqa: F401 - registers the built-in families
    from caf_platform.model.training import fit
    from caf_platform.project.model import Features, Task

    fit(
        "gradient_boosting",
        {"max_iter": ROUNDS},
        frame,
        label,
        features=Features(numeric=tuple(frame.columns), categorical=()),
        task=Task.BINARY,
        seed=0,
    )


def bare(frame: pd.DataFrame, label: pd.Series) -> None:
    """As a notebook does it."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    HistGradientBoostingClassifier(max_iter=ROUNDS, early_stopping=False).fit(frame, label)


if __name__ == "__main__":
    given, chosen = rows(), {"ours": ours, "bare": bare}[sys.argv[1]]
    clock, cpu = time.perf_counter(), time.process_time()
    chosen(*given)
    print(json.dumps([time.perf_counter() - clock, time.process_time() - cpu]))
