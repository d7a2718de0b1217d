"""The verb that tells what a play cost: measured, in money, and beside what it was worth."""

from typing import Any

from caf_governance.cost.account import Spent, View, by, total
from caf_governance.cost.prices import Prices, priced
from caf_governance.cost.worth import Trained
from caf_pipelines.billing import (
    MEASURED_HERE,
    Bill,
    amounts,
    benefit_sentences,
    bill_for,
    budget_sentence,
    gain_text,
    point_sentence,
)
from caf_pipelines.cli.opening import (
    chosen,
    nothing_yet,
    open_platform,
    played_projects,
    records_of,
    state_from,
)
from caf_pipelines.cli.output import console, show_json, show_table
from caf_pipelines.pricing import price_file, read_prices
from caf_platform.errors import BadInput, did_you_mean
from caf_platform.wiring import Platform

MEGABYTE = 1e6
COLUMNS = (
    "steps", "rows", "seconds *", "CPU s *", "peak MB *", "read MB", "written MB", "units",
    "local *", "AWS *",
)  # fmt: skip
RETRAINED = (
    "version", "window", "cause", "units", "CPU s *", "local *", "AWS *", "against", "gate",
    "promoted", "gain",
)  # fmt: skip
NOTE = (
    "* measured on the machine that played; another one would differ. Peak is the process's "
    "highest mark by then. What several share is split evenly, so that columns add up; a row is "
    "counted in every stage that it passed."
)


def asked_view(word: str) -> View:
    """The view that was asked for by its name; `BadInput` for another word."""
    try:
        return View(word)
    except ValueError:
        known = [view.value for view in View]
        raise BadInput(
            f"Cost is not told by '{word}'.",
            why=did_you_mean(word, known),
            next_step=f"Known: {', '.join(known)}.",
        ) from None


def show_cost(project: str, view: View, prices_file: str, *, as_json: bool) -> None:
    """What the present play cost, by stage, run, model, project or capability.

    JSON: by, currency, prices (the file), measured_here (names of numbers that depend on the
    machine), rows, total, projects. A row has name, steps, rows, seconds, cpu_seconds,
    peak_bytes, grown_bytes, read_bytes, written_bytes, reads, writes, cost_units, local, aws
    (money; null: not measured). Each project has project, play, unit, trouble, retrainings
    (version, window, cause, cost_units, judged, against, gain, gain_low, gain_high, improvement,
    improvement_low, improvement_high, promoted, rolled_back, and amounts of training and gate
    under spent),
    benefits (version, rows, promised, came_true: value per 1,000 rows over the best constant),
    point (value, low, high, comparisons, decision) and budget (used, allowed, left, per_days,
    retrainings, max_retrainings; null when the use case cannot be read).
    """
    platform = open_platform()
    prices = read_prices(platform.settings, prices_file)
    bills = _bills(platform, project, view)
    found = by(view, [charge for one in bills for charge in one.charges])
    whole = total(found.values())
    source = price_file(platform.settings, prices_file)
    if as_json:
        show_json(
            {
                "by": view.value,
                "currency": prices.currency,
                "prices": str(source),
                "measured_here": list(MEASURED_HERE),
                "rows": [{"name": name, **amounts(one, prices)} for name, one in found.items()],
                "total": amounts(whole, prices),
                "projects": [_told(one, prices) for one in bills],
            }
        )
        return
    names = ", ".join(f"{one.project} (play {one.play})" for one in bills)
    rows = [(name, *_cells(one, prices)) for name, one in found.items()]
    rows.append(("total", *_cells(whole, prices)))
    show_table(f"Cost of {names} by {view}, money in {prices.currency}", (view, *COLUMNS), rows)
    _say(NOTE, f"Prices: {source}; copy it, and name the copy in CAF_PRICES or with --prices.")
    for one in bills:
        _show_worth(one, prices)


def _bills(platform: Platform, project: str, view: View) -> list[Bill]:
    """The bill of one project, or of all that were played where they are compared."""
    if view is View.PROJECT and not project:
        names = played_projects(platform)
        if not names:
            raise nothing_yet(platform.settings)
    else:
        names = [chosen(platform, project)]
    played = [(name, records_of(platform, name)) for name in names]
    return [bill_for(platform, state_from(name, found), found) for name, found in played]


def _show_worth(one: Bill, prices: Prices) -> None:
    """What follows the table: a project's retrainings, what a point is worth, its budget."""
    show_table(
        f"\nRetrainings of {one.project}; gain in {one.unit or 'its unit'} per 1,000 rows",
        RETRAINED,
        [_version(trained, prices) for trained in one.trained],
    )
    _say(*benefit_sentences(one), point_sentence(one), budget_sentence(one))


def _say(*lines: str) -> None:
    for line in lines:
        console().print(line, markup=False, soft_wrap=True)


def _version(one: Trained, prices: Prices) -> tuple[object, ...]:
    money = priced(one.spent, prices)
    judged = one.judged.value if one.judged else "not judged"
    against = one.against or "dummy"
    return (
        one.version, one.window, one.cause, f"{one.cost_units:.4f}", _shown(one.spent.cpu_seconds),
        _money(money.local), _money(money.aws), against, judged, one.fate, gain_text(one),
    )  # fmt: skip


def _cells(spent: Spent, prices: Prices) -> tuple[object, ...]:
    money = priced(spent, prices)
    return (
        f"{spent.steps:,.4g}" if spent.steps % 1 else f"{spent.steps:,.0f}",
        "" if spent.rows is None else f"{spent.rows:,.0f}",
        _shown(spent.seconds), _shown(spent.cpu_seconds), _mega(spent.peak_bytes),
        _mega(spent.read_bytes), _mega(spent.written_bytes), f"{spent.cost_units:.4f}",
        _money(money.local), _money(money.aws),
    )  # fmt: skip


def _told(one: Bill, prices: Prices) -> dict[str, Any]:
    stands = one.budget
    return {
        "project": one.project,
        "play": one.play,
        "unit": one.unit,
        "trouble": one.trouble,
        "retrainings": [
            {**trained.model_dump(mode="json"), "spent": amounts(trained.spent, prices)}
            for trained in one.trained
        ],
        "benefits": [found.model_dump() for found in one.benefits],
        "point": one.point.model_dump(mode="json"),
        "budget": None if stands is None else {**stands.model_dump(), "left": stands.left},
    }


def _shown(value: float | None) -> str:
    return "" if value is None else f"{value:,.2f}"


def _mega(value: float | None) -> str:
    return "" if value is None else f"{value / MEGABYTE:,.1f}"


def _money(value: float | None) -> str:
    return "" if value is None else f"{value:.6f}"
