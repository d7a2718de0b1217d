"""What a play cost, all of it together, for whoever shows it: the command and the report."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from caf_governance.cost.account import Charge, Spent, charges
from caf_governance.cost.benefit import Benefit, benefits
from caf_governance.cost.prices import Prices, priced
from caf_governance.cost.worth import (
    POINT,
    PointWorth,
    Trained,
    trained_versions,
    worth_of_a_point,
)
from caf_monitoring.budget import Budget, budget, retrainings
from caf_platform.errors import CafError
from caf_platform.ledger.record import Record
from caf_platform.ledger.state import ProjectState
from caf_platform.project.model import Project
from caf_platform.wiring import Platform

MEASURED_HERE = ("seconds", "cpu_seconds", "peak_bytes", "grown_bytes", "local", "aws")
"""Numbers that another machine, or this one on another day, would measure otherwise."""


@dataclass(frozen=True)
class Bill:
    """One project's play: every charge, its versions with their worth, and its budget.

    `unit` is the project's value unit; both it and the budget are missing when the use case
    cannot be read, and `trouble` says why.
    """

    project: str
    play: int
    charges: tuple[Charge, ...]
    trained: tuple[Trained, ...]
    benefits: tuple[Benefit, ...]
    point: PointWorth
    unit: str = ""
    budget: Budget | None = None
    trouble: str = ""


def bill(
    state: ProjectState, records: Sequence[Record], project: Project | None, trouble: str = ""
) -> Bill:
    """The bill of a play from its records in order and the state that they lead to."""
    every = charges(state.project, records)
    trained = trained_versions(records, every)
    stands = None
    if project is not None and state.moment is not None:
        past = retrainings(state.trainings)
        stands = budget(past, project.policy.governor, state.moment)
    return Bill(
        project=state.project,
        play=state.play,
        charges=every,
        trained=trained,
        benefits=benefits(records, trained),
        point=worth_of_a_point(trained),
        unit=project.declaration.value.unit if project else "",
        budget=stands,
        trouble=trouble,
    )


def bill_for(platform: Platform, state: ProjectState, records: Sequence[Record]) -> Bill:
    """The same where the use case is yet to be read; mistakes in it cost unit and budget only."""
    try:
        project = platform.project(state.project)
    except CafError as error:
        return bill(state, records, None, error.what.splitlines()[0])
    return bill(state, records, project)


def amounts(spent: Spent, prices: Prices) -> dict[str, Any]:
    """Everything that was spent, with what it comes to in money, as plain values."""
    return {**spent.model_dump(), **priced(spent, prices).model_dump()}


def gain_text(one: Trained) -> str:
    """The measured gain with its interval."""
    if one.gain is None:
        return "not measured"
    if one.gain_low is None or one.gain_high is None:
        return f"{one.gain:+,.0f}"
    return f"{one.gain:+,.0f} [{one.gain_low:+,.0f}, {one.gain_high:+,.0f}]"


def benefit_sentences(one: Bill) -> list[str]:
    """What each champion promised and what came true, a sentence each."""
    return [
        f"{found.version} promised {_amount(found.promised)} {one.unit} per 1,000 rows over the "
        f"best constant; {_amount(found.came_true)} came true on the {found.rows:,} served rows "
        "with labels, over the constant that was best in hindsight."
        for found in one.benefits
    ]


def _amount(value: float | None) -> str:
    return "an unknown number of" if value is None else f"{value:+,.0f}"


def point_sentence(one: Bill) -> str:
    """What a point of the metric is worth, or why it cannot be told."""
    point = one.point
    if point.value is None or point.low is None or point.high is None:
        return f"What {POINT:g} of loss is worth cannot be told: {point.decision.summary}."
    return (
        f"{POINT:g} less loss was worth {point.value:,.0f} {one.unit} per 1,000 rows, "
        f"{point.decision.summary} (singly {point.low:,.0f} to {point.high:,.0f})."
    )


def budget_sentence(one: Bill) -> str:
    """How the retraining budget stands."""
    if one.budget is None:
        return f"The budget of {one.project} cannot be told: {one.trouble or 'nothing happened'}"
    stands = one.budget
    used = "an undeclared number of" if stands.used is None else f"{stands.used:.4g}"
    return (
        f"Budget of {one.project}: {used} of {stands.allowed:g} declared cost units and "
        f"{stands.retrainings} of {stands.max_retrainings} retrainings used within "
        f"{stands.per_days} days. No clock moves it."
    )
