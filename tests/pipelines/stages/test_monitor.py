"""Stage monitor: a window's rows as evidence, and every monitor's reading of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from drift import PlainDrift
from micro.data import truth
from micro_play import micro
from micro_rows import labelled

from caf_pipelines.stages.monitor import Served, Watched, _drift, _worst, answers, monitor
from caf_platform.decision import Verdict
from caf_platform.lake_columns import LABEL, SCORE
from caf_platform.project.model import ErrorValue, HitValue, Target, Task

PROJECT, POLICY = micro().declaration, micro().policy
WINDOW = labelled(range(13, 19))
ENDS = datetime(2020, 1, 19, tzinfo=UTC)


def scored(rows, shift=0.0):
    """Rows with the scores of a model that knows the truth, moved by `shift` on the logit."""
    odds = 2.5 * rows["heat"] + np.where(rows["site"] == "a", 0.5, -0.5)
    odds += np.where(rows["day"] >= "day-17", 3.0, 0.0)
    return rows.assign(**{SCORE: 1 / (1 + np.exp(-(odds + shift)))})


def recomputed(days):
    """Features built afresh."""
    return pd.concat([truth(day) for day in days]).set_index("row")[["heat", "noise", "site"]]


def watched(**changes):
    """A healthy window of v2, with everything to look at."""
    rows = scored(WINDOW)
    values = {
        "window": "0003",
        "served": Served("v2", rows),
        "reference": rows,
        "gate": rows,
        "recomputed": recomputed(range(13, 19)),
        "arrivals": [(ENDS, {"sensor": ENDS - timedelta(hours=4)})],
    }
    return Watched(**(values | changes))


def seen(project=PROJECT, **changes):
    """Evidence and readings."""
    return monitor(watched(**changes), project=project, policy=POLICY, meter=PlainDrift())


def test_a_healthy_window():
    """Everything that could be asked is well."""
    evidence, readings = seen()

    nothing_to_judge = {"former_champion", "fairness"}
    asked = {name: r.verdict for name, r in readings.items() if name not in nothing_to_judge}
    assert set(asked.values()) == {Verdict.OK}
    assert {readings[name].verdict for name in nothing_to_judge} == {Verdict.CANNOT_JUDGE}
    assert (evidence.served_rows, evidence.labelled_rows, evidence.champion) == (240, 240, "v2")


def test_without_a_model_only_sources_are_looked_at():
    """No champion: nothing about a model is measured, nothing passes for healthy."""
    evidence, readings = seen(served=None, reference=None)

    assert readings["freshness"].verdict is Verdict.OK
    assert {r.verdict for n, r in readings.items() if n != "freshness"} == {Verdict.CANNOT_JUDGE}
    assert evidence.champion is None


def test_labels_turned_round_are_suspect():
    """Labels that contradict the champion, as they did not in its evaluation."""
    rows = scored(WINDOW)
    turned = rows.assign(**{LABEL: 1 - rows[LABEL]})

    evidence, readings = seen(served=Served("v2", turned))

    assert readings["label_noise"].verdict is Verdict.BREACH
    assert evidence.disagreement.found > evidence.disagreement.expected


def test_without_an_evaluation_labels_are_not_believed_and_not_accused():
    """Nothing to compare with: no judgement."""
    evidence, readings = seen(gate=None)

    assert evidence.disagreement is None
    assert readings["label_noise"].verdict is Verdict.CANNOT_JUDGE


def test_a_model_that_is_off_is_seen():
    """Its mean score lies far from the mean label."""
    _, readings = seen(served=Served("v2", scored(WINDOW, shift=2.0)))

    assert readings["calibration"].verdict is Verdict.BREACH


def test_labels_that_are_missing_are_not_guessed():
    """Performance rests on the labelled rows only, and says on how many."""
    rows = scored(WINDOW)
    rows.loc[rows["day"] == "day-18", LABEL] = np.nan

    evidence, _ = seen(served=Served("v2", rows))

    assert (evidence.labelled_rows, evidence.performance["rows"]) == (200, 200)
    assert evidence.label_coverage == pytest.approx(200 / 240)


def test_no_labels_at_all_is_silence():
    """Nothing is measured, and the silence itself is a breach."""
    evidence, readings = seen(served=Served("v2", scored(WINDOW).assign(**{LABEL: np.nan})))

    assert evidence.performance["loss"] is None
    assert readings["labels"].verdict is Verdict.BREACH
    assert readings["skill"].verdict is Verdict.CANNOT_JUDGE


def test_columns_that_moved_are_seen():
    """Heat and noise are far from what the model was trained on."""
    moved = scored(WINDOW).assign(heat=lambda r: r["heat"] + 5, noise=lambda r: r["noise"] + 5)

    evidence, readings = seen(served=Served("v2", moved))

    assert readings["data_drift"].verdict is Verdict.BREACH
    assert set(evidence.drift) == {"heat", "noise", "site"}
    assert evidence.drift["heat"] > 1 > evidence.drift["site"]


def test_without_a_reference_drift_is_not_measured():
    """Every feature is named, none has a number."""
    evidence, readings = seen(reference=None)

    assert evidence.drift == {"heat": None, "noise": None, "site": None}
    assert readings["data_drift"].verdict is Verdict.CANNOT_JUDGE


def test_served_features_that_differ_from_the_origin_are_skew():
    """One cell of one row."""
    wrong = recomputed(range(13, 19))
    wrong.loc["13-00", "heat"] += 0.5

    evidence, readings = seen(recomputed=wrong)

    assert (evidence.skew_checked, evidence.skewed_rows) == (240, 1)
    assert evidence.skewed_columns == {"heat": 1}
    assert readings["skew"].verdict is Verdict.BREACH


def test_harm_is_paired_on_the_same_labelled_rows():
    """The champion's loss minus the former champion's: positive when the promotion harmed."""
    rows = scored(WINDOW)
    rows.loc[rows["day"] == "day-18", LABEL] = np.nan

    evidence, readings = seen(
        champion_since=scored(rows, shift=2.0), former_since=rows, former="v1"
    )

    assert evidence.harm.point > 0.1
    assert evidence.harm.rows == 200
    assert readings["former_champion"].verdict is Verdict.BREACH


def test_a_stale_feed_and_a_frozen_one_are_seen():
    """By the age at arrival, and by the same content three times over."""
    late = [(ENDS, {"sensor": ENDS - timedelta(hours=30)})]
    same = [{"sensor": "d"}] * 3

    assert seen(arrivals=late)[1]["freshness"].verdict is Verdict.BREACH
    assert seen(feed_digests=same)[1]["freshness"].verdict is Verdict.BREACH
    assert seen(feed_digests=same[:2])[1]["freshness"].verdict is Verdict.OK


def test_a_column_that_stands_still_is_seen_beside_a_feed_that_moves():
    """Not when it stood still as long in training, and not twice when its whole feed is frozen."""
    still = [{"heat": "1.5"}] * 3

    evidence, readings = seen(held=still)

    assert evidence.stuck_columns == {"heat": 3}
    assert [reason.code for reason in readings["freshness"].reasons] == ["stuck_column"]
    assert seen(held=still, held_in_training=still)[1]["freshness"].verdict is Verdict.OK
    frozen = seen(held=still, feed_digests=[{"sensor": "d"}] * 3)[1]["freshness"]
    assert [reason.code for reason in frozen.reasons] == ["frozen_feed"]


def test_answers_of_several_classes_are_in_order():
    """Ten classes: `score_10` comes after `score_2`."""
    rows = pd.DataFrame({f"score_{at}": [float(at)] for at in (10, 2, 0)})

    assert answers(rows).tolist() == [[0.0, 2.0, 10.0]]


def test_several_classes():
    """Probabilities per class instead of one score."""
    project = replace(
        PROJECT,
        task=Task.MULTICLASS,
        target=Target(name="fails", meaning="-", classes=("0", "1")),
        value=HitValue(unit="EUR", right=1.0, wrong=0.0),
    )
    rows = scored(WINDOW).assign(score_1=lambda r: r[SCORE], score_0=lambda r: 1 - r[SCORE])
    rows = rows.drop(columns=SCORE)

    evidence, readings = seen(project, served=Served("v2", rows), reference=rows)

    assert evidence.performance["accuracy"] > 0.7
    assert readings["skill"].verdict is Verdict.OK
    assert evidence.prediction_psi == pytest.approx(0)


def test_of_several_classes_the_worst_drift_counts():
    """One class in three is foreseen quite otherwise than in training."""
    rows = WINDOW.assign(score_0=WINDOW["heat"], score_1=WINDOW["heat"], score_2=WINDOW["noise"])
    moved = rows.assign(score_1=rows["score_1"] + 5)
    project = replace(PROJECT, task=Task.MULTICLASS)

    found = _drift(moved, rows, project, PlainDrift())

    assert [found[f"score_{at}"] > 1 for at in range(3)] == [False, True, False]
    assert _worst([found[f"score_{at}"] for at in range(3)]) == found["score_1"]


@pytest.mark.parametrize("scores", [[0.1, None], [None], []])
def test_a_class_that_was_not_measured_may_be_the_worst(scores):
    """Then the worst is not known."""
    assert _worst(scores) is None


def test_a_number():
    """Labels of a regression drift as numbers."""
    project = replace(
        PROJECT,
        task=Task.REGRESSION,
        target=Target(name="heat_tomorrow", meaning="-"),
        value=ErrorValue(unit="EUR", per_unit_error=-1.0),
    )
    rows = WINDOW.assign(**{LABEL: WINDOW["heat"] + 20, SCORE: WINDOW["heat"] + 20.1})

    evidence, readings = seen(project, served=Served("v2", rows), reference=rows)

    assert evidence.performance["mae"] == pytest.approx(0.1)
    assert evidence.target_psi == pytest.approx(0)
    assert readings["skill"].verdict is Verdict.OK
