"""One recorded answer explained, for every task and family: it adds up and is the recorded one."""

import io
import json
from dataclasses import replace

import pandas as pd
import pytest
from other_questions import STATES, played, played_by_trees

from caf_pipelines.explanations.case import open_case
from caf_pipelines.explanations.explanation import explained
from caf_pipelines.lifecycle.play import Play
from caf_platform.errors import BadInput
from caf_platform.ledger.events import BatchScored
from caf_platform.project.model import Task

PLAYS = {
    "three classes": lambda: played(Task.MULTICLASS),
    "a number": lambda: played(Task.REGRESSION),
    "trees": played_by_trees,
}
each = pytest.mark.parametrize("kind", PLAYS)


def case_of(play: Play, at: int = 3):
    """The case of a recorded prediction of the last scored batch."""
    session = play.session
    records = list(session.platform.ledger.read(prefix=f"{session.project.name}/"))
    scored = [one.event for one in records if one.type == BatchScored.TYPE][-1]
    assert isinstance(scored, BatchScored)
    rows = pd.read_parquet(io.BytesIO(session.platform.lake.read(scored.by[0].predictions_key)))
    return open_case(
        session.platform, session.project, records, str(rows["prediction_id"].iloc[at])
    )


@each
def test_it_adds_up_to_the_recorded_answer(kind: str) -> None:
    """Base and all shares are the number that was recorded; the replay gives it too."""
    case = case_of(PLAYS[kind]())

    found = explained(case)

    assert found.good
    assert found.replay.same
    assert found.replay.row_as_scored is True
    drivers = found.drivers
    assert drivers is not None
    total = drivers.base + sum(one.worth for one in drivers.columns)
    assert total == pytest.approx(drivers.score, abs=1e-8)
    assert any(
        drivers.score == pytest.approx(value, abs=1e-8) for value in case.prediction.scores.values()
    )
    assert {one.column for one in drivers.columns} == {"heat", "noise", "site"}


@each
def test_the_column_that_matters_comes_first(kind: str) -> None:
    """The sensor follows the heat: over all its values the answer moves more than over noise."""
    found = explained(case_of(PLAYS[kind](), at=5))

    assert found.drivers is not None
    assert found.drivers.columns[0].column != "noise"
    curves = {one.column: [score for _, score in one.points] for one in found.dependence}
    assert max(curves["heat"]) - min(curves["heat"]) > 0.2


@each
def test_the_same_case_gives_the_same_bytes(kind: str) -> None:
    """Opened anew, asked anew, in any order: one explanation."""
    play = PLAYS[kind]()

    first = json.dumps(explained(case_of(play)).as_dict(), default=str)
    explained(case_of(play, at=7))

    assert json.dumps(explained(case_of(play)).as_dict(), default=str) == first


def test_of_several_classes_the_likeliest_is_explained() -> None:
    """It is named, and a counterfactual is another class."""
    found = explained(case_of(played(Task.MULTICLASS)))

    assert found.drivers is not None
    assert found.drivers.of == f"probability of state {found.action.decision}, the likeliest"
    assert found.action.decision in STATES
    assert found.action.threshold is None
    assert found.counterfactual is not None
    assert found.counterfactual.decision != found.action.decision


def test_a_number_has_no_decision_to_change() -> None:
    """So there is no counterfactual; what it leads to is the number itself."""
    case = case_of(played(Task.REGRESSION))

    found = explained(case, ["heat=9"])

    assert found.counterfactual is None
    assert found.action.decision == f"{case.prediction.scores['score']:.6g}"
    assert found.what_if is not None
    assert found.what_if.scores["score"] > case.prediction.scores["score"]


def test_a_linear_model_is_explained_as_its_coefficients_say() -> None:
    """For ridge the shares are coefficient x distance from the mean of the golden rows."""
    case = case_of(played(Task.REGRESSION))
    found = explained(case)
    assert case.scorer is not None
    assert case.row is not None
    assert found.drivers is not None

    more = case.row.assign(heat=case.row["heat"] + 1)
    slope = float(case.scorer.score(more)[0] - case.scorer.score(case.row)[0])
    away = float(case.row["heat"].iloc[0] - case.background["heat"].mean())

    worth = {one.column: one.worth for one in found.drivers.columns}
    assert worth["heat"] == pytest.approx(slope * away, abs=1e-6)


def test_a_column_that_the_model_does_not_look_at_cannot_be_asked() -> None:
    """The key of a row is no feature; the nearest name is offered for a slip."""
    case = case_of(played_by_trees())

    with pytest.raises(BadInput, match="does not look at 'row'"):
        explained(case, ["row=1"])
    with pytest.raises(BadInput, match="heat"):
        explained(case, ["haet=1"])


def test_another_answer_than_the_recorded_one_is_told() -> None:
    """A model or library that answers otherwise now: both numbers, and it is not the same."""
    case = case_of(played_by_trees())
    score = case.prediction.scores["score"]
    other = replace(case, prediction=replace(case.prediction, scores={"score": score + 1e-6}))

    found = explained(other)

    assert not found.good
    assert found.replay.largest_difference == pytest.approx(1e-6)
    assert f"{score:.9g} now, score {score + 1e-6:.9g} was recorded" in found.replay.failure


def test_another_row_than_the_scored_one_is_told() -> None:
    """The digest of what the model saw was recorded beside its answer."""
    case = case_of(played_by_trees())
    assert case.row is not None

    found = explained(replace(case, row=case.row.assign(noise=case.row["noise"] + 1)))

    assert not found.good
    assert found.replay.row_as_scored is False
    assert "its digest differs" in found.replay.failure
