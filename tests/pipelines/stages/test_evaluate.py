"""Stage evaluate: champion and challenger on the same later rows."""

from functools import cache

import pytest
from micro_play import micro
from micro_rows import labelled

from caf_governance.gates.evidence import Contender
from caf_pipelines.stages.evaluate import TrainedOn, evaluate
from caf_pipelines.stages.train import train
from caf_platform.decision import Verdict
from caf_platform.errors import BadInput
from caf_platform.lake_columns import ROW_ID
from caf_platform.model.scorer import VerifiedScorer
from caf_platform.project.model import Task

PROJECT, POLICY = micro().declaration, micro().policy
TRAINING, GATE = labelled(range(13, 21)), labelled(range(21, 24))


@cache
def scorers():
    """A champion from before the wear, a challenger from the midst of it, and its yardsticks."""
    old, new = train(labelled(range(1, 9)), PROJECT, seed=0), train(TRAINING, PROJECT, seed=0)
    fitted = {
        Contender.CHAMPION: old.challenger,
        Contender.CHALLENGER: new.challenger,
        Contender.DUMMY: new.dummy,
        Contender.BASELINE: new.baseline,
    }
    return {
        who: VerifiedScorer(one.model, version=f"{who}", artifact_digest="a", task=Task.BINARY)
        for who, one in fitted.items()
    }


def trained_on(rows):
    """What a model has learnt from."""
    return TrainedOn(rows[ROW_ID], rows["at"].max())


def evaluated(rows=GATE, *, without=(), learnt=None, taught=TRAINING):
    """The challenger, judged on days 21 to 23 unless told otherwise."""
    seen = {Contender.CHALLENGER: TRAINING, Contender.CHAMPION: labelled(range(1, 9))}
    seen |= learnt or {}
    return evaluate(
        rows,
        {who: scorer for who, scorer in scorers().items() if who not in without},
        {who: trained_on(value) for who, value in seen.items() if who not in without},
        project=PROJECT,
        policy=POLICY,
        times=rows["at"],
        taught=taught,
    )


def codes(found):
    """What stands against it."""
    return {reason.code for reason in found.decision.reasons}


def test_a_better_challenger_passes():
    """Every gate is asked and has its own answer; the evidence names both models."""
    found = evaluated()

    assert found.decision.verdict is Verdict.PASS
    assert {"unseen_rows", "better_than_champion", "segments_hold"} <= set(found.parts)
    assert (found.evidence.challenger, found.evidence.champion) == ("challenger", "champion")
    assert found.evidence.gate_rows == len(GATE)
    assert (found.evidence.gate_from, found.evidence.gate_to) == (
        GATE["at"].min(),
        GATE["at"].max(),
    )


def test_a_first_model_has_nobody_to_beat():
    """But its yardsticks."""
    found = evaluated(without=[Contender.CHAMPION])

    assert found.decision.verdict is Verdict.PASS
    assert (found.evidence.champion, found.evidence.improvement_on_champion) == (None, None)


@pytest.mark.parametrize("who", [Contender.CHALLENGER, Contender.CHAMPION])
def test_rows_that_one_of_them_has_seen_refuse(who):
    """One row in its training data is enough."""
    found = evaluated(learnt={who: labelled(range(13, 22))})

    assert {"overlap", "not_later"} <= codes(found)
    assert found.decision.verdict is Verdict.REFUSE


def test_a_worse_challenger_is_refused():
    """Judged on days before the wear, where the champion is right."""
    found = evaluated(labelled(range(10, 13)), learnt={Contender.CHALLENGER: labelled(range(1, 3))})

    assert found.parts["better_than_champion"].verdict is Verdict.REFUSE
    assert found.evidence.improvement_on_champion.point < 0


def test_too_few_rows_cannot_be_judged():
    """One day is neither enough rows nor enough days."""
    found = evaluated(GATE[GATE["day"] == "day-22"])

    assert not found.decision.verdict.good
    assert {"too_few_rows", "too_few_clusters"} <= codes(found)


def test_no_rows_at_all_cannot_be_judged():
    """Nothing was measured, and nothing breaks."""
    found = evaluated(GATE.head(0))

    assert found.decision.verdict is not Verdict.PASS
    assert found.evidence.gate_rows == 0


def test_a_model_without_training_data_is_not_trusted():
    """Whether it has seen the rows was not measured."""
    found = evaluated(learnt={Contender.CHAMPION: GATE.head(0)})

    assert found.parts["unseen_rows"].verdict is Verdict.CANNOT_JUDGE
    assert not found.decision.verdict.good


def test_a_missing_yardstick_is_an_error():
    """Nobody forgets to ask the dummy."""
    with pytest.raises(BadInput, match="dummy"):
        evaluated(without=[Contender.DUMMY])


def test_what_the_challenger_rests_on_is_measured_with_it():
    """Every feature with an interval over the gate's days; the failures follow the heat."""
    found = evaluated().evidence.importance

    assert set(found) == set(PROJECT.features.all)
    assert (found["heat"].low or 0) > 0
    assert (found["heat"].point or 0) > (found["noise"].point or 0)
    assert {one.clusters for one in found.values()} == {GATE["day"].nunique()}


def test_judging_again_comes_to_the_same_importance():
    """What is shuffled follows from the policy's seed alone."""
    assert evaluated().evidence.importance == evaluated().evidence.importance


def test_as_many_rows_are_asked_of_either_side():
    """Of more that were learnt from some are drawn, the same ones each time; of fewer all."""
    found, again = evaluated(), evaluated()

    assert found.evidence.membership.members == len(GATE) < len(TRAINING)
    assert found.evidence.membership == again.evidence.membership
    assert evaluated(taught=TRAINING.head(70)).evidence.membership.members == 70


def test_rows_that_nobody_kept_cannot_be_judged():
    """What the challenger tells of its rows was not measured then."""
    found = evaluated(taught=TRAINING.head(0))

    assert found.parts["membership_inference"].verdict is Verdict.CANNOT_JUDGE
    assert not found.decision.verdict.good
