"""Stage train: a challenger beside its yardsticks, reproducibly."""

from dataclasses import replace

import numpy as np
import pytest
from micro_play import micro
from micro_rows import labelled

from caf_pipelines.stages.train import _smallest, features_of, train
from caf_platform.errors import BadInput
from caf_platform.lake_columns import LABEL
from caf_platform.model.training import features_of as looked_at
from caf_platform.model.training import predict
from caf_platform.project.model import Candidate, ErrorValue, Target, Task

PROJECT = micro().declaration
ROWS = labelled(range(1, 9))
WEAK = Candidate(family="logistic", parameters={}, features=("noise",))
STRONG = Candidate(family="logistic", parameters={"C": 2.0})


def with_candidates(*candidates):
    """The micro project with other candidates."""
    return replace(PROJECT, candidates=candidates)


def test_a_challenger_a_dummy_and_a_baseline():
    """All on the same rows; each says how well it fits."""
    found = train(ROWS, PROJECT, seed=0)

    assert (found.challenger.family, found.dummy.family) == ("logistic", "dummy")
    assert found.baseline.features.all == ("noise", "site")
    losses = [found.metrics[f"{who}.loss"] for who in ("challenger", "baseline", "dummy")]
    assert losses == sorted(losses)


def test_the_same_rows_and_seed_give_the_same_model():
    """Answer by answer."""
    answers = [
        predict(train(ROWS, PROJECT, seed=0).challenger.model, ROWS, Task.BINARY) for _ in range(2)
    ]

    assert np.array_equal(*answers)


def test_one_candidate_needs_no_choice():
    """Nothing is held back for it."""
    found = train(ROWS, PROJECT, seed=0)

    assert not any(name.startswith("choice") for name in found.metrics)
    assert found.parameters == {}


def test_the_best_candidate_on_the_latest_days_is_chosen():
    """And then trained on all rows; every candidate's loss is kept."""
    found = train(ROWS, with_candidates(WEAK, STRONG), seed=0)

    assert found.parameters == {"C": 2.0}
    assert found.metrics["choice.1:logistic"] < found.metrics["choice.0:logistic"]
    assert found.challenger.features == PROJECT.features


def test_candidates_are_not_chosen_on_what_they_learnt_from():
    """The last fifth of the days: a rule that holds only there chooses its candidate."""
    rows = ROWS.copy()
    late = rows["day"].isin(["day-07", "day-08"])
    rows.loc[late, LABEL] = 1.0 - rows.loc[late, LABEL]  # what heat taught is wrong there

    found = train(rows, with_candidates(STRONG, WEAK), seed=0)

    assert found.challenger.features.all == ("noise",)


def test_one_day_cannot_choose():
    """There is nothing later to choose on."""
    with pytest.raises(BadInput, match="cannot choose"):
        train(ROWS[ROWS["day"] == "day-01"], with_candidates(WEAK, STRONG), seed=0)


def test_rows_of_one_class_teach_nothing():
    """No model is made up."""
    with pytest.raises(BadInput, match="class"):
        train(ROWS.assign(**{LABEL: 0.0}), PROJECT, seed=0)


def test_a_regression():
    """With its own dummy: the mean."""
    project = replace(
        PROJECT,
        task=Task.REGRESSION,
        target=Target(name="heat_tomorrow", meaning="-"),
        candidates=(Candidate(family="ridge", parameters={}),),
        baseline=Candidate(family="ridge", parameters={}, features=("noise",)),
        value=ErrorValue(unit="EUR", per_unit_error=-1.0),
    )

    found = train(ROWS.assign(**{LABEL: ROWS["heat"]}), project, seed=0)

    assert found.dummy.family == "dummy_regressor"
    assert found.metrics["challenger.mae"] < found.metrics["dummy.mae"] / 10


def test_a_candidate_may_look_at_fewer_columns():
    """In the project's order, whatever order it names them in."""
    candidate = Candidate(family="logistic", parameters={}, features=("site", "heat"))

    assert features_of(PROJECT, candidate).all == ("heat", "site")
    assert features_of(PROJECT, STRONG) == PROJECT.features


def test_no_model_looks_at_anything_else():
    """Not at keys, times or labels."""
    found = train(ROWS, PROJECT, seed=0)

    for fitted in (found.challenger, found.dummy, found.baseline):
        assert set(looked_at(fitted.model).all) <= {"heat", "noise", "site"}


@pytest.mark.parametrize(
    ("losses", "best"), [([0.3, 0.2], 1), ([np.nan, 0.9], 1), ([0.9, np.nan], 0), ([np.inf, 5], 1)]
)
def test_a_loss_that_was_not_measured_is_never_the_smallest(losses, best):
    """NaN and infinity are no losses."""
    assert _smallest(losses) == best


def test_no_measured_loss_chooses_nothing():
    """There is no best of none."""
    with pytest.raises(BadInput, match="loss could be measured"):
        _smallest([np.nan, np.inf])
