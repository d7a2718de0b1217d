"""The verb that sets all projects beside each other, from the ledger only."""

from typing import Any

from caf_governance.cost.account import total
from caf_governance.cost.portfolio import Standing, ranked, standing
from caf_governance.cost.prices import Prices, priced
from caf_pipelines.billing import amounts, bill_for
from caf_pipelines.cli.opening import (
    nothing_yet,
    open_platform,
    played_projects,
    records_of,
    state_from,
)
from caf_pipelines.cli.output import console, show_json, show_table
from caf_pipelines.pricing import read_prices
from caf_platform.project.load import projects_in
from caf_platform.wiring import Platform

COLUMNS = (
    "project", "value", "came true", "unit", "rows served", "units", "here *", "AWS *",
    "gates refused", "rolled back", "incidents", "champion", "last window", "model's age",
    "needs a person",
)  # fmt: skip


EXPECTED = (
    "Value: what the gates promised of all rows that champions served, by unit. Came true: what "
    "was had on those whose labels are known, beside what was promised of them; each over the best "
    "constant. * measured on the machine that played."
)


def show_portfolio(*, as_json: bool) -> None:
    """Every project that was played, the most valuable of each unit first; then the others.

    JSON: currency, projects, unplayed (names). Each project has project, play, unit,
    expected_value (by the gates' gains over the rows served; null: not known), promised_value and
    realised_value (both on the realised_rows whose labels are known), rows_served, spent
    (as `caf cost --json` has it, with local and aws), open_incidents, stopped, gates,
    gates_refused, rollbacks, awaiting, champion, last_window, model_age_days, finished, risks.
    """
    platform = open_platform()
    prices = read_prices(platform.settings)
    played = played_projects(platform)
    if not played:
        raise nothing_yet(platform.settings)
    found = ranked(_standing(platform, name) for name in played)
    others = [name for name in projects_in(platform.settings.projects) if name not in played]
    if as_json:
        projects = [_told(one, prices) for one in found]
        show_json({"currency": prices.currency, "projects": projects, "unplayed": others})
        return
    title = f"Portfolio: {len(found)} project{'s' * (len(found) > 1)}, money in {prices.currency}"
    show_table(title, COLUMNS, [_row(one, prices) for one in found])
    console().print(EXPECTED, markup=False, soft_wrap=True)
    if others:
        console().print(f"Not played yet: {', '.join(others)}.", markup=False, soft_wrap=True)


def _standing(platform: Platform, name: str) -> Standing:
    records = records_of(platform, name)
    state = state_from(name, records)
    found = bill_for(platform, state, records)
    spent = total(charge.spent for charge in found.charges)
    return standing(state, found.trained, found.benefits, spent, found.unit)


def _row(one: Standing, prices: Prices) -> tuple[object, ...]:
    money = priced(one.spent, prices)
    age = "" if one.model_age_days is None else f"{one.model_age_days} days"
    came_true = f"{_value(one.realised_value)} of {_value(one.promised_value)}"
    came_true = came_true if one.realised_rows else "nothing yet"
    return (
        one.project, _value(one.expected_value), came_true, one.unit, f"{one.rows_served:,}",
        f"{one.spent.cost_units:.4f}",
        _money(money.local), _money(money.aws), f"{one.gates_refused} of {one.gates}",
        one.rollbacks, one.open_incidents, one.champion or "none", one.last_window or "none", age,
        ", ".join(one.risks) or "no",
    )  # fmt: skip


def _value(value: float | None) -> str:
    return "not known" if value is None else f"{value:,.0f}"


def _told(one: Standing, prices: Prices) -> dict[str, Any]:
    return {**one.model_dump(), "spent": amounts(one.spent, prices), "risks": list(one.risks)}


def _money(value: float | None) -> str:
    return "" if value is None else f"{value:.6f}"
