"""US Census ACS employment in Massachusetts 2015 to 2018: a real world that stands still.

The data lie in the wheel of nannyml 0.13.1 (Apache-2.0; public-use microdata of the US Census
Bureau), of which only the Parquet files are read: the package itself is never imported.
"""

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

FEATURES = [
    *("AGEP", "SCHL", "MAR", "RELP", "DIS", "ESP", "CIT", "MIG"),
    *("MIL", "ANC", "NATIVITY", "DEAR", "DEYE", "DREM", "SEX", "RAC1P"),
]
LABEL = "employed"
LEARNT, JUDGED = 2015, 2016


@dataclass(frozen=True)
class Census:
    """A model's scores and the labels: of its evaluation, and of the two years after."""

    evaluated: tuple[NDArray[np.float64], NDArray[np.float64]]
    later: tuple[NDArray[np.float64], NDArray[np.float64]]


def folder() -> Path | None:
    """Where the files lie; None without the wheel."""
    found = find_spec("nannyml")
    places = found.submodule_search_locations if found else None
    return Path(places[0]) / "datasets" / "data" if places else None


@cache
def census() -> Census:
    """Boosted trees that learnt from 2015, evaluated on 2016; then 2017 and 2018."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    at = folder()
    assert at is not None, "the data of the census are not installed: make setup-dev"
    learnt = pd.read_parquet(at / "employment_MA_reference.pq")
    rows = pd.read_parquet(at / "employment_MA_analysis.pq").merge(
        pd.read_parquet(at / "employment_MA_analysis_target.pq"), on="id"
    )
    assert set(learnt["year"]) == {LEARNT}
    model = HistGradientBoostingClassifier(max_iter=150, random_state=0)
    model.fit(learnt[FEATURES].astype(float), learnt[LABEL])
    score = model.predict_proba(rows[FEATURES].astype(float))[:, 1]
    label, judged = rows[LABEL].to_numpy(float), (rows["year"] == JUDGED).to_numpy()
    return Census((score[judged], label[judged]), (score[~judged], label[~judged]))
