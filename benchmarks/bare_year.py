"""The year as a script of pandas and scikit-learn alone: nothing of the platform is imported.

`python benchmarks/bare_year.py FLIGHTS.parquet SCHEDULE.json` fits the models that a play has
trained, on the same days; compares them on the days of the gate; scores each served day with the
champion and the former one; and computes the same metrics with the same intervals. It decides
nothing, keeps nothing and checks nothing: that is what the lifecycle adds. `played_year.py` writes
the schedule and says what the losses have to be. Prints one JSON document.
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.dummy import DummyClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

CATEGORIES = ["dow", "carrier", "origin", "dest"]
SCHEDULE = ["dep_min", "sched_arr_min", "distance"]
NUMBERS = [
    *SCHEDULE, "plane_age", "seats", "temp", "dewp", "humid", "wind_dir", "wind_speed",
    "wind_gust", "precip", "pressure", "visib", "dep_delay_2h", "waiting", "scheduled_2h",
    "origin_late_1d", "carrier_late_1d", "dest_late_1d", "cancelled_1d",
]  # fmt: skip
SEGMENTS = ["origin", "carrier"]
STRONGEST_WIND = 150.0  # the one rule of the contract that rows of the year break, in mph
GATE_DAYS, MIN_SEGMENT_ROWS = 14, 500
DRAWS, LEVEL, SEED = 1000, 0.95, 0
DAY = pd.Timedelta(days=1)
SECONDS: Counter[str] = Counter()


@contextmanager
def counted(part: str) -> Iterator[None]:
    """Add the CPU seconds of a part."""
    begun = time.process_time()
    yield
    SECONDS[part] += time.process_time() - begun


def read(path: Path, sample: float | None) -> pd.DataFrame:
    """The flights in order of departure: numbers as numbers, one share of them if asked for."""
    rows = pd.read_parquet(path, columns=[*NUMBERS, *CATEGORIES, "day", "label"])
    if sample is not None:
        places = pd.Series(np.arange(len(rows))).sample(frac=sample, random_state=SEED)
        rows = rows.iloc[np.sort(places)]
    rows = rows[~(rows["wind_speed"] > STRONGEST_WIND)].reset_index(drop=True)
    return rows.astype(dict.fromkeys(NUMBERS, "float64") | dict.fromkeys(CATEGORIES, "object"))


def linear(numbers: list[str]) -> Pipeline:
    """The model: medians and indicators for nulls, unit variance, one column per category."""
    scaled = make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler())
    coded = make_pipeline(
        SimpleImputer(strategy="constant", fill_value="(missing)"),
        OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=10),
    )
    columns = ColumnTransformer([("n", scaled, numbers), ("c", coded, CATEGORIES)])
    return make_pipeline(columns, LogisticRegression(C=0.1, max_iter=1000, random_state=SEED))


def scored(model: Pipeline, rows: pd.DataFrame) -> np.ndarray:
    """The probability of arriving late."""
    return model.predict_proba(rows[NUMBERS + CATEGORIES])[:, 1]


def metrics(late: pd.Series, score: np.ndarray) -> dict[str, float]:
    """What is known about a model on some rows."""
    edges = np.unique(np.quantile(score, np.arange(1, 10) / 10))
    gaps = np.bincount(np.searchsorted(edges, score), weights=score - late)
    rate = late.mean()
    loss = log_loss(late, score, labels=[0, 1])
    return {
        "rows": len(late),
        "loss": loss,
        "skill": 1 - loss / log_loss(late, np.full(len(late), rate), labels=[0, 1]),
        "bias": score.mean() - rate,
        "calibration_error": np.abs(gaps).sum() / len(late),
        "auc": roc_auc_score(late, score),
        "brier": brier_score_loss(late, score),
    }


def losses(late: pd.Series, score: np.ndarray) -> np.ndarray:
    """The log loss of each row."""
    return -np.log(np.clip(np.where(late == 1, score, 1 - score), 1e-15, 1))


def interval(values: np.ndarray, days: pd.Series) -> tuple[float, float]:
    """A bootstrap interval of the mean that draws whole days."""
    codes, names = pd.factorize(days)
    sums, sizes = np.bincount(codes, weights=values), np.bincount(codes)
    shares = np.full(len(names), 1 / len(names))
    drawn = np.random.default_rng(SEED).multinomial(len(names), shares, size=DRAWS)
    means = (drawn @ sums) / (drawn @ sizes)
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def between(rows: pd.DataFrame, first: str, last: str) -> pd.DataFrame:
    """The labelled rows of some days."""
    return rows[rows["day"].between(first, last) & rows["label"].notna()]


def trained(rows: pd.DataFrame) -> dict[str, Pipeline]:
    """The challenger and its two yardsticks, and how well each fits."""
    models = {
        "challenger": linear(NUMBERS),
        "baseline": linear(SCHEDULE),
        "dummy": DummyClassifier(strategy="prior"),
    }
    for model in models.values():
        with counted("fit"):
            model.fit(rows[NUMBERS + CATEGORIES], rows["label"])
        with counted("metrics"):
            metrics(rows["label"], scored(model, rows))
    return models


def judged(rows: pd.DataFrame, models: dict[str, Pipeline]) -> dict[str, float]:
    """The contenders' losses on the gate's days, with intervals of the differences."""
    late, days = rows["label"], rows["day"]
    scores = {name: scored(model, rows) for name, model in models.items()}
    found = {name: metrics(late, score) for name, score in scores.items()}
    reference = losses(late, scores["challenger"])
    gains = {name: losses(late, score) - reference for name, score in scores.items()}
    for gain in gains.values():
        interval(gain, days)
    against = gains["champion" if "champion" in gains else "dummy"]
    for column in SEGMENTS:
        for places in rows.reset_index().groupby(column).indices.values():
            if len(places) >= MIN_SEGMENT_ROWS:
                interval(against[places], days.iloc[places])
    return {name: numbers["loss"] for name, numbers in found.items()}


def year(rows: pd.DataFrame, schedule: dict[str, Any]) -> dict[str, Any]:
    """The losses of every gate and of every window."""
    models: dict[str, Pipeline] = {}
    gates = {}
    for training in schedule["trainings"]:
        first, last = training["train_from"], training["train_to"]
        fitted = trained(between(rows, first, last))
        models[training["version"]] = fitted["challenger"]
        if training["against"]:
            fitted["champion"] = models[training["against"]]
        after = [str(pd.Timestamp(last) + step * DAY)[:10] for step in (1, GATE_DAYS)]
        with counted("metrics"):
            gates[training["version"]] = judged(between(rows, *after), fitted)
    return {"gates": gates, "windows": windows(served(rows, models, schedule["served"]))}


def served(
    rows: pd.DataFrame, models: dict[str, Pipeline], schedule: dict[str, list[str]]
) -> pd.DataFrame:
    """Each served day with the champion, its scores, and those of the former champion if any."""
    days = []
    for day, of_day in rows.groupby("day"):
        if day not in schedule:
            continue
        champion, *former = schedule[day]
        with counted("score"):
            found = of_day.assign(champion=champion, score=scored(models[champion], of_day))
            days.append(found.assign(former=scored(models[former[0]], of_day) if former else None))
    return pd.concat(days) if days else pd.DataFrame({"day": pd.Series(dtype="str")})


def windows(rows: pd.DataFrame) -> dict[str, float]:
    """Each month's loss, and the harm of the champion's promotion since then.

    The labels of a month's last day have not come when it is looked at.
    """
    found = {}
    for month, of_month in rows.groupby(rows["day"].str[:7]):
        last = of_month.iloc[-1]
        known = rows[rows["label"].notna() & (rows["day"] < last["day"])]
        now = known[known["day"].str.startswith(month)]
        both = known[(known["champion"] == last["champion"]) & known["former"].notna()]
        with counted("metrics"):
            found[month] = metrics(now["label"], now["score"].to_numpy())["loss"]
            interval(losses(now["label"], now["score"].to_numpy()), now["day"])
            if len(both):
                late, former = both["label"], both["former"].to_numpy(dtype="float64")
                harm = losses(late, both["score"].to_numpy()) - losses(late, former)
                interval(harm, both["day"])
    return found


if __name__ == "__main__":
    asked = json.loads(Path(sys.argv[2]).read_text("utf-8"))
    with counted("read"):
        flights = read(Path(sys.argv[1]), asked["sample"])
    print(json.dumps(year(flights, asked) | {"cpu_seconds": dict(SECONDS)}))
