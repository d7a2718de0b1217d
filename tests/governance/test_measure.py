"""From scores to evidence: simulated days on which it is known who is better, and where."""

import math

import numpy as np
import pandas as pd
import pytest
from release_evidence import day, release_policy, risk, training_policy

from caf_governance.gates.evidence import Comparison
from caf_governance.gates.measure import Learnt, measure, overlap
from caf_governance.gates.release import judge
from caf_governance.gates.segments_hold import segment_level
from caf_platform.decision import Verdict
from caf_platform.errors import BadInput
from caf_platform.project.model import ErrorValue, HitValue, OutcomeValue, Task

ROWS = 2800
OUTCOMES = OutcomeValue(
    unit="USD", true_positive=10, false_positive=-5, false_negative=-10, true_negative=0
)
COMPARISON = Comparison(
    challenger="v2",
    champion="v1",
    gate_from=day(16),
    gate_to=day(30),
    overlap_with_challenger=0,
    overlap_with_champion=0,
    first_gate_event=day(16),
    last_training_event_challenger=day(15),
    last_training_event_champion=day(1),
)
FIRST = COMPARISON.model_copy(
    update={"champion": None, "overlap_with_champion": None, "last_training_event_champion": None}
)


def logistic(score):
    """Log-odds to probability."""
    return 1 / (1 + np.exp(-score))


@pytest.fixture(scope="module")
def world():
    """Fourteen days of 200 rows whose true probability is known; only the challenger knows it."""
    random = np.random.default_rng(0)
    signal = random.normal(0, 1.5, ROWS)
    label = (random.uniform(size=ROWS) < logistic(signal)).astype(float)
    return {
        "task": Task.BINARY,
        "value": OUTCOMES,
        "label": label,
        "cluster": pd.Series(np.arange(ROWS) // 200),
        "segments": pd.DataFrame({"origin": np.where(np.arange(ROWS) % 2, "JFK", "EWR")}),
        "features": pd.DataFrame({"signal": signal}),
        "protected": pd.DataFrame({"sex": np.where(np.arange(ROWS) // 2 % 2, "f", "m")}),
        "scores": {
            "challenger": logistic(signal),
            "champion": logistic(0.3 * signal),
            "dummy": np.full(ROWS, 0.5),
            "baseline": logistic(0.2 * signal),
        },
        "policy": release_policy(bootstrap_draws=500, max_feature_skill=0.5),
        "seed": 0,
    }


def known(world):
    """Fourteen earlier days that were learnt from, and on which the models are as good."""
    return world | {"learnt": Learnt(world["label"], world["cluster"] - 100, world["scores"])}


def judged(found, world):
    """The release decision on measured evidence, with a register in order."""
    found = found.model_copy(update={"risks": (risk(),)})
    return judge(found, world["policy"], training_policy())[0].verdict


def test_the_better_model_is_measured_as_better_and_released(world):
    """Positive everywhere: on champion, dummy and baseline, in both segments, in money."""
    found = measure(COMPARISON, **known(world))

    assert found.improvement_on_champion.low > 0.01
    assert found.improvement_on_dummy.point > found.improvement_on_champion.point
    assert [one.name for one in found.segments] == ["origin=EWR", "origin=JFK"]
    assert found.value_gain.point > 0
    assert judged(found, world) is Verdict.PASS


def test_the_worse_model_is_refused(world):
    """Swap the two and every sign turns."""
    scores = world["scores"]
    swapped = scores | {"challenger": scores["champion"], "champion": scores["challenger"]}

    found = measure(COMPARISON, **(world | {"scores": swapped}))

    assert found.improvement_on_champion.high < 0
    assert judged(found, world) is Verdict.REFUSE


def test_a_copy_of_the_champion_is_refused(world):
    """No difference is no improvement."""
    scores = world["scores"] | {"champion": world["scores"]["challenger"]}

    found = measure(COMPARISON, **(world | {"scores": scores}))

    assert found.improvement_on_champion.point == 0
    assert judged(found, world) is Verdict.REFUSE


def test_harm_in_one_segment_is_found(world):
    """Better on the whole, broken at JFK: the segment gate alone sees it."""
    at_jfk = (world["segments"]["origin"] == "JFK").to_numpy() & (np.arange(ROWS) % 10 == 1)
    segments = pd.DataFrame({"origin": np.where(at_jfk, "JFK", "EWR")})
    scores = dict(world["scores"])
    scores["challenger"] = np.where(at_jfk, 1 - scores["champion"], scores["challenger"])
    changed = world | {"scores": scores, "segments": segments}

    found = measure(COMPARISON, **changed)
    _, parts = judge(found, world["policy"], training_policy())

    assert parts["better_than_champion"].verdict is Verdict.PASS
    assert parts["segments_hold"].verdict is Verdict.REFUSE
    assert "origin=JFK" in parts["segments_hold"].summary


def test_the_first_model_is_measured_against_the_dummy(world):
    """Without a champion, segments and money are compared with the best constant."""
    scores = {name: score for name, score in world["scores"].items() if name != "champion"}

    found = measure(FIRST, **(known(world) | {"scores": scores}))

    assert found.improvement_on_champion is None
    assert "champion" not in found.performance
    mean = np.mean([one.improvement.point for one in found.segments])
    assert mean == pytest.approx(found.improvement_on_dummy.point)
    assert judged(found, world) is Verdict.PASS


def test_segments_share_the_error_of_many_looks(world):
    """Two segments: each interval at 0.975, so that both hold together at 0.95."""
    found = measure(COMPARISON, **world)

    assert {one.improvement.level for one in found.segments} == {0.975}
    assert segment_level(0.95, 2) == pytest.approx(0.975)
    assert segment_level(0.95, 0) == 0.95


def test_rare_values_do_not_widen_the_others(world):
    """Only segments large enough to be judged share the error; nulls are a segment too."""
    origin = world["segments"]["origin"].astype(object).to_numpy(copy=True)
    origin[:3] = None

    found = measure(COMPARISON, **(world | {"segments": pd.DataFrame({"origin": origin})}))

    assert (found.segments[0].name, found.segments[0].rows) == ("origin=(none)", 3)
    assert found.segments[1].improvement.level == 0.975


def test_a_missing_score_makes_the_evidence_unmeasured(world):
    """One NaN of 2,800: nothing is guessed, nothing passes."""
    hole = world["scores"]["challenger"].copy()
    hole[7] = math.nan

    found = measure(COMPARISON, **(world | {"scores": world["scores"] | {"challenger": hole}}))

    assert found.improvement_on_champion.point is None
    assert found.performance["challenger"]["bias"] is None
    assert judged(found, world) is Verdict.CANNOT_JUDGE


def test_no_rows_at_all_cannot_be_judged(world):
    """An empty gate window is evidence of nothing, and no error."""
    empty = {
        "label": [],
        "cluster": [],
        "segments": pd.DataFrame({"origin": pd.Series(dtype=str)}),
        "features": world["features"].head(0),
        "protected": world["protected"].head(0),
        "scores": dict.fromkeys(world["scores"], np.array([])),
    }

    found = measure(COMPARISON, **(world | empty))

    assert found.gate_rows == 0
    assert judged(found, world) is Verdict.CANNOT_JUDGE


@pytest.mark.parametrize("task", list(Task))
def test_every_task_survives_an_empty_window(world, task):
    """Also where scores would have had a column per class."""
    value = HitValue(unit="EUR", right=1.0, wrong=0.0)
    empty = {"task": task, "value": value, "label": [], "cluster": []}
    empty |= {"segments": pd.DataFrame(), "features": world["features"].head(0)}
    empty |= {"protected": world["protected"].head(0)}
    scores = dict.fromkeys(world["scores"], np.array([]))

    found = measure(COMPARISON, **(world | empty | {"scores": scores}))

    assert found.performance["challenger"]["loss"] is None


def test_the_same_rows_give_the_same_evidence(world):
    """Evidence is recomputed by others and compared byte by byte."""
    first, again = measure(COMPARISON, **world), measure(COMPARISON, **world)

    assert first.model_dump_json() == again.model_dump_json()


def test_money_is_counted_per_thousand_rows(world):
    """The challenger avoids a false alarm of 5 on half of the rows: 2,500 per 1,000 rows."""
    changes = {
        "label": np.zeros(ROWS),
        "scores": {
            "challenger": np.full(ROWS, 0.01),
            "champion": np.where(np.arange(ROWS) % 2, 0.99, 0.01),
            "dummy": np.full(ROWS, 0.5),
            "baseline": np.full(ROWS, 0.5),
        },
    }

    found = measure(COMPARISON, **(world | changes))

    assert found.value_gain.point == 2500
    assert found.value_unit == "USD"


def test_regression_is_measured_in_absolute_error(world):
    """One unit off against three: two units better per row, worth 2 each."""
    label = np.arange(ROWS, dtype=float)
    changes = {
        "task": Task.REGRESSION,
        "value": ErrorValue(unit="EUR", per_unit_error=-2.0),
        "label": label,
        "scores": {
            "challenger": label + 1,
            "champion": label - 3,
            "dummy": np.full(ROWS, np.median(label)),
            "baseline": label + 4,
        },
    }
    policy = world["policy"].model_copy(update={"fairness": None})
    unprotected = {"policy": policy, "protected": pd.DataFrame(index=range(ROWS))}
    found = measure(COMPARISON, **known(world | changes | unprotected))

    assert found.improvement_on_champion.point == pytest.approx(2)
    assert found.value_gain.point == pytest.approx(4000)
    assert judged(found, unprotected) is Verdict.PASS


def test_multiclass_is_measured_in_log_loss(world):
    """Always right with 0.8 against 0.4: log 2 better per row."""
    label = np.arange(ROWS) % 3
    right = np.eye(3)[label]
    scores = {
        name: right * (p - (1 - p) / 2) + (1 - p) / 2
        for name, p in {
            "challenger": 0.8,
            "champion": 0.4,
            "dummy": 1 / 3,
            "baseline": 0.35,
        }.items()
    }
    changes = {"task": Task.MULTICLASS, "label": label, "scores": scores}
    value = HitValue(unit="EUR", right=1.0, wrong=0.0)

    found = measure(COMPARISON, **(world | changes | {"value": value}))

    assert found.improvement_on_champion.point == pytest.approx(math.log(2))
    assert found.performance["challenger"]["accuracy"] == 1.0


def test_a_missing_contender_is_wrong_usage(world):
    """Comparing with a champion needs the champion's scores."""
    scores = {name: score for name, score in world["scores"].items() if name != "champion"}

    with pytest.raises(BadInput, match="No scores of: champion"):
        measure(COMPARISON, **(world | {"scores": scores}))


def test_different_row_counts_are_wrong_usage(world):
    """Scores of other rows must not be paired."""
    scores = world["scores"] | {"champion": np.full(ROWS - 1, 0.5)}

    with pytest.raises(BadInput, match="'champion': 2799"):
        measure(COMPARISON, **(world | {"scores": scores}))


def test_overlap_counts_gate_rows_seen_in_training():
    """By key, whatever its type; a repeated gate row counts each time."""
    assert overlap(["a", "b", "b"], ["b", "x"]) == 2
    assert overlap([1, 2, 4], ["2", "3"]) == 1
    assert overlap([1, 10.5, "a"], [1, "10.5"]) == 2
    assert overlap([1, 2.5], [1]) == overlap([1], [1, 2.5]) == 1 > overlap([], ["b"]) == 0


@pytest.mark.parametrize(("gate", "training"), [(["a"], []), (["a"], ["b", None]), ([None], ["b"])])
def test_lost_keys_leave_overlap_unmeasured(gate, training):
    """Nothing to compare with is not *nothing in common*."""
    assert overlap(gate, training) is None
