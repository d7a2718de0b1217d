"""What each feature is worth: the model trained again without it, on rows that it did not see."""

from dataclasses import replace

import pytest
from micro_play import micro
from micro_rows import labelled

from caf_pipelines.explanations.worth import (
    HARMFUL,
    UNKNOWN,
    UNTOLD,
    WORTH,
    Trial,
    Worth,
    feature_worth,
)
from caf_pipelines.stages.train import learn
from caf_platform.lake_columns import LABEL
from caf_platform.measures.interval import Interval
from caf_platform.measures.metrics import row_losses
from caf_platform.model.training import predict
from caf_platform.project.model import Candidate

FAMILIES = (
    Candidate(family="logistic", parameters={}),
    Candidate(family="gradient_boosting", parameters={"max_iter": 20}),
)


def trial(candidate: Candidate = FAMILIES[0], **declared: object) -> Trial:
    """Learnt on eight days, judged on seven later ones."""
    return Trial(
        project=replace(micro().declaration, **declared),
        policy=micro().policy,
        candidate=candidate,
        training=labelled(range(1, 9)),
        gate=labelled([*range(9, 15), 16]),
    )


def verdicts(asked: Trial) -> dict[str, str]:
    """Each feature's verdict."""
    return {one.columns[0]: one.verdict for one in feature_worth(asked).features}


@pytest.mark.parametrize("candidate", FAMILIES, ids=lambda one: one.family)
def test_a_useful_feature_is_told_from_one_of_no_use(candidate: Candidate) -> None:
    """Failures follow the heat; the noise is of no use, and is never called worth it."""
    found = verdicts(trial(candidate))

    assert found["heat"] == WORTH
    assert found["noise"] in {UNTOLD, HARMFUL}


def test_the_loss_is_that_of_the_model_without_the_feature() -> None:
    """Nothing else than the mean loss of two trainings apart, in the value's unit too."""
    asked = trial()
    found = feature_worth(asked)
    [heat] = [one for one in found.features if one.columns == ("heat",)]

    losses = []
    for names in (("heat", "noise", "site"), ("noise", "site")):
        candidate = replace(FAMILIES[0], features=names)
        model = learn(asked.training, asked.project, candidate, 0).model
        scores = predict(model, asked.gate, asked.project.task)
        losses.append(row_losses(asked.project.task, asked.gate[LABEL], scores).mean())

    assert heat.loss.point == pytest.approx(losses[1] - losses[0])
    assert (heat.value.point or 0) > 0
    assert found.value_unit == "EUR"
    assert found.features[0] == heat


def test_each_feature_has_its_cost() -> None:
    """A category becomes a column for each of its values; scoring is timed with and without."""
    found = feature_worth(trial())

    encoded = {one.columns[0]: one.encoded for one in found.features}
    assert encoded == {"heat": 1, "noise": 1, "site": 2}
    assert found.encoded == sum(encoded.values())
    assert found.seconds > 0
    assert all(one.seconds > 0 for one in found.features)


def test_columns_that_tell_the_same_hide_each_other_alone_and_not_together() -> None:
    """Of two copies of the heat neither is missed; without both the model is lost."""
    asked = trial()
    features = replace(asked.project.features, numeric=("heat", "copy", "noise"))
    twice = replace(
        asked,
        project=replace(asked.project, features=features),
        training=asked.training.assign(copy=asked.training["heat"]),
        gate=asked.gate.assign(copy=asked.gate["heat"]),
    )

    found = feature_worth(twice)

    told = {one.columns[0]: one.verdict for one in found.features}
    assert (told["heat"], told["copy"]) == (UNTOLD, UNTOLD)
    assert found.together is not None
    assert {"heat", "copy"} <= set(found.together.columns)
    assert found.together.verdict == WORTH


def test_without_its_only_feature_a_model_is_the_dummy() -> None:
    """What the one column is worth is what the model is worth."""
    found = feature_worth(trial(Candidate(family="logistic", parameters={}, features=("heat",))))

    [heat] = found.features
    assert heat.verdict == WORTH
    assert heat.encoded == found.encoded == 1
    assert found.together is None


def test_the_same_rows_give_the_same_worth() -> None:
    """Everything but the seconds."""
    first, again = (
        [one.model_dump(exclude={"seconds"}) for one in feature_worth(trial()).features]
        for _ in range(2)
    )

    assert first == again


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.001, 0.2, WORTH),
        (0.0, 0.2, UNTOLD),
        (-0.1, 0.2, UNTOLD),
        (-0.2, 0.0, UNTOLD),
        (-0.2, -0.001, HARMFUL),
        (None, None, UNKNOWN),
    ],
)
def test_the_verdict_goes_by_the_whole_interval(
    low: float | None, high: float | None, verdict: str
) -> None:
    """A bound at zero is not told from nothing; what has no interval was not measured."""
    loss = Interval(
        point=None if low is None or high is None else (low + high) / 2,
        low=low, high=high, level=0.95, draws=100, clusters=5, rows=50, share_above_zero=None,
    )  # fmt: skip

    assert Worth(columns=("a",), loss=loss, value=loss, encoded=1, seconds=0.1).verdict == verdict
