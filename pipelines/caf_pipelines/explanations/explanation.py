"""Explains an opened case: its inputs, its replay, what drove it, and what other cells would do."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from caf_pipelines.explanations.case import Case
from caf_pipelines.explanations.drivers import (
    TOP,
    among,
    cell,
    counterfactual,
    dependence,
    drivers,
    rounded,
)
from caf_pipelines.explanations.values import (
    Action,
    Dependence,
    Drivers,
    Explanation,
    Input,
    Replay,
    WhatIf,
)
from caf_pipelines.explanations.what_if import asked, changed
from caf_pipelines.stages.score import features_digests, score_columns
from caf_platform.capabilities import Capability
from caf_platform.errors import BadInput, CafError
from caf_platform.model.golden import TOLERANCE
from caf_platform.model.inputs import inputs
from caf_platform.model.scorer import VerifiedScorer
from caf_platform.plugins import Kind, register
from caf_platform.project.model import Declaration, OutcomeValue, Task

Floats = NDArray[np.float64]

NOTHING_READ = "A fallback answered: it rests on no column at all, so no column drove the answer."
NO_CAUSE = (
    "A column's worth is what the model made of its value against the golden rows; it says nothing "
    "of what causes the outcome, and columns that tell the same share the credit."
)
ONE_COLUMN = (
    "Dependence and counterfactual change one column and hold the others, also where such a row "
    "cannot be."
)


@register(
    Kind.CONTROL,
    "explanation",
    Capability.BUSINESS_INSIGHT,
    Capability.RESPONSIBLE_USE_OF_AI,
)
def explained(case: Case, changes: Sequence[str] = ()) -> Explanation:
    """The explanation of a case; the same case gives the same one.

    `changes` are `column=value` texts. Raises `BadInput` for one that cannot be asked.
    """
    scorer, row = case.scorer, case.row
    replayed = _replayed(case)
    found: Drivers | None = None
    curves: tuple[Dependence, ...] = ()
    nearest, other = None, None
    if scorer is not None and row is not None and len(case.background):
        given = among(scorer.features, inputs(row, scorer.features))
        column, of = _asked_for(case)
        answer = partial(_one_number, scorer, column)
        background = among(scorer.features, case.background)
        found = drivers(
            answer,
            given,
            background,
            of=of,
            seed=case.prediction.prediction_id,
            background_digest=case.background_digest,
        )
        top = [one.column for one in found.columns[:TOP] if one.worth]
        curves = dependence(answer, given, background, top)
        if case.project.task is not Task.REGRESSION:
            decide = partial(_decisions, case.project)
            pick = partial(_picked, column)
            nearest = counterfactual(scorer.score, decide, pick, given, background)
    if changes:
        other = _what_if(case, changes)
    return Explanation(
        lineage=case.lineage,
        inputs=_inputs(case),
        action=action(case.project, np.array(list(case.prediction.scores.values()))),
        replay=replayed,
        drivers=found,
        dependence=curves,
        counterfactual=nearest,
        what_if=other,
        says=_says(case, found),
    )


def action(project: Declaration, answer: Floats) -> Action:
    """What one answer, shape (numbers,), leads to in a project."""
    rows = answer if len(answer) == 1 else answer.reshape(1, -1)
    value = project.value
    threshold = value.threshold if isinstance(value, OutcomeValue) else None
    return Action(_decisions(project, rows)[0], threshold)


def _decisions(project: Declaration, answers: Floats) -> list[str]:
    """The decision for each answer: act or not, the likeliest class, or a number."""
    value, classes = project.value, project.target.classes
    if isinstance(value, OutcomeValue):
        return ["act" if one > value.threshold else "do not act" for one in answers]
    if project.task is Task.REGRESSION:
        return [f"{one:.6g}" for one in answers]
    likeliest = answers.argmax(axis=1) if answers.ndim > 1 else (answers > 0.5).astype(int)  # noqa: PLR2004 - the likelier of two classes
    return [classes[int(at)] for at in likeliest]


def _asked_for(case: Case) -> tuple[int | None, str]:
    """Which number of an answer is explained, None for the only one, and what it is called."""
    target, task = case.project.target, case.project.task
    if task is Task.REGRESSION:
        return None, target.name
    if task is Task.BINARY:
        return None, f"probability of {target.name} {target.classes[-1]}"
    at = int(np.argmax(list(case.prediction.scores.values())))
    return at, f"probability of {target.name} {target.classes[at]}, the likeliest"


def _one_number(scorer: VerifiedScorer, column: int | None, rows: pd.DataFrame) -> Floats:
    return _picked(column, scorer.score(rows))


def _picked(column: int | None, answers: Floats) -> Floats:
    return answers if column is None else answers[:, column]


def _replayed(case: Case) -> Replay:
    """The stored row asked again; what keeps it from being asked is told, and is no replay."""
    recorded, failure, now = case.prediction.scores, case.failure, dict[str, float]()
    as_scored = _as_scored(case)
    if not failure and case.scorer is not None and case.row is not None:
        try:
            columns = score_columns(case.scorer.score(case.row))
            now = {name: float(values[0]) for name, values in columns.items()}
        except CafError as error:
            failure = str(error)
    apart = [abs(now[name] - recorded[name]) for name in recorded if name in now]
    largest = max(apart) if len(apart) == len(recorded) == len(now) and now else None
    if not failure and as_scored is False:
        failure = "the stored row is not the one that was scored: its digest differs"
    if not failure and (largest is None or not largest <= TOLERANCE):
        failure = f"the model answers {_told(now)} now, {_told(recorded)} was recorded"
    return Replay(
        same=not failure,
        scores=now,
        largest_difference=largest,
        tolerance=TOLERANCE,
        row_as_scored=as_scored,
        failure=failure,
    )


def _as_scored(case: Case) -> bool | None:
    """Whether the stored row has the digest that was recorded with the answer."""
    if case.row is None:
        return None
    names = case.project.features.all
    if any(name not in case.row for name in names):
        return False
    return features_digests(case.row, names)[0] == case.prediction.features_digest


def _told(scores: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.9g}" for name, value in scores.items()) or "nothing"


def _inputs(case: Case) -> tuple[Input, ...]:
    """Every feature of the project, in the order in which models are given them."""
    if case.row is None:
        return ()
    seen = case.scorer.transforms(case.row) if case.scorer is not None else {}
    given = inputs(case.row, case.project.features)
    meanings = {column.name: column.meaning for column in case.project.contract}
    return tuple(
        Input(
            column=name,
            meaning=meanings.get(name, ""),
            raw=case.raw.get(name),
            value=cell(given[name].iloc[0]),
            seen=seen.get(name, "not looked at"),
        )
        for name in case.project.features.all
    )


def _what_if(case: Case, changes: Sequence[str]) -> WhatIf:
    """Ask the model about the row with other cells."""
    if case.scorer is None or case.row is None:
        raise BadInput("Nothing can be asked of this case.", why=f"{case.failure}.")
    features = () if case.scorer.reads_nothing else case.scorer.features.all
    row = changed(case.row, asked(changes), case.project.contract, features)
    answer = case.scorer.score(row)
    before, after = (inputs(one, case.scorer.features) for one in (case.row, row))
    return WhatIf(
        changes={
            name: (cell(before[name].iloc[0]), cell(after[name].iloc[0])) for name in asked(changes)
        },
        scores={name: rounded(float(values[0])) for name, values in score_columns(answer).items()},
        action=action(case.project, answer.reshape(-1)),
    )


def _says(case: Case, found: Drivers | None) -> tuple[str, ...]:
    if case.scorer is not None and case.scorer.reads_nothing:
        return (NOTHING_READ,)
    if found is None:
        why = case.unexplained or case.failure
        return (f"Nothing is said of what drove the answer: {why}.",)
    return (NO_CAUSE, ONE_COLUMN)
