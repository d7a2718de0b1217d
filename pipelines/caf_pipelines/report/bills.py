"""What the play cost in money, and what its retrainings cost beside what they were worth."""

from collections.abc import Iterable

from caf_governance.cost.account import Spent, View, by, total
from caf_governance.cost.prices import Prices, priced
from caf_governance.cost.worth import Trained
from caf_pipelines.billing import Bill, bill, budget_sentence, gain_text, point_sentence
from caf_pipelines.lifecycle.play import Play
from caf_pipelines.pricing import read_prices
from caf_pipelines.report.parts import Block, Cell, Table, number, table, verdict
from caf_platform.errors import CafError
from caf_platform.ledger.record import Record

MEGABYTE = 1e6
SHOWN = {
    View.STAGE: "Cost by stage",
    View.MODEL: "Cost by version",
    View.CAPABILITY: "Cost by capability",
}


def the_bills(play: Play, records: Iterable[Record]) -> tuple[Block, ...]:
    """Money, then retraining; a price file that cannot be read costs the money only."""
    session = play.session
    found = bill(session.state, tuple(records), session.project)
    if not found.charges:
        return ()
    prices, trouble = None, ""
    try:
        prices = read_prices(session.platform.settings)
    except CafError as error:
        trouble = str(error)
    return (_money(found, prices, trouble), _retraining(found, prices))


def _money(found: Bill, prices: Prices | None, trouble: str) -> Block:
    if prices is None:
        return Block("In money", f"The prices cannot be read. {trouble}")
    every = list(found.charges)
    whole = priced(total(one.spent for one in every), prices)
    says = (
        f"{_told(whole.local, prices)} on this machine and {_told(whole.aws, prices)} at the "
        "prices of AWS, from processor time and bytes as measured on the machine that played, and "
        "a price file that is there to be edited. What several share is split evenly, so that "
        "each table adds up to the same. Memory is the process\u2019s highest mark by then, which "
        "never falls."
    )
    tables = tuple(_cut(view, caption, found, prices) for view, caption in SHOWN.items())
    return Block("In money", says, tables=tables)


def _cut(view: View, caption: str, found: Bill, prices: Prices) -> Table:
    cut = by(view, found.charges)
    rows = [_row(name, one, prices) for name, one in cut.items()]
    rows.append(_row("total", total(cut.values()), prices))
    unit = prices.currency
    columns = ("rows", "CPU seconds", "highest MB", "written MB", f"{unit} here", f"{unit} at AWS")
    return table(caption, (view.value, *columns), rows)


def _row(name: str, spent: Spent, prices: Prices) -> tuple[Cell, ...]:
    money = priced(spent, prices)
    return (
        Cell(name),
        Cell("" if spent.rows is None else f"{spent.rows:,.0f}", "number"),
        number(spent.cpu_seconds),
        _mega(spent.peak_bytes),
        _mega(spent.written_bytes),
        _coins(money.local),
        _coins(money.aws),
    )


def _retraining(found: Bill, prices: Prices | None) -> Block:
    title = "Retraining and what it was worth"
    columns = ("version", "window", "cause", "declared units", "CPU seconds")
    money = (f"{prices.currency} at AWS",) if prices else ()
    gain = f"gain, {found.unit} per 1,000 rows"
    rows = [_version(one, prices) for one in found.trained]
    worth = table(
        "Each version, its cost and its gain",
        (*columns, *money, "against", "gate", "promoted", gain),
        rows,
        stacked=True,
    )
    says = (
        "The gain is what the gate measured on its own days, with its interval; what came true is "
        "over the constant that was best in hindsight, beside the sum of gains that led to it. "
        f"{point_sentence(found)} {budget_sentence(found)}"
    )
    return Block(title, says, tables=(worth, _benefits(found)) if rows else ())


def _benefits(found: Bill) -> Table:
    """What each champion promised before it served, and what came true."""
    columns = ("version", "served rows with labels", "promised", "came true")
    rows = [
        (
            Cell(one.version),
            Cell(f"{one.rows:,}", "number"),
            _worth(one.promised),
            _worth(one.came_true),
        )
        for one in found.benefits
    ]
    caption = f"Value over the best constant, {found.unit} per 1,000 rows"
    return table(caption, columns, rows, stacked=True)


def _worth(value: float | None) -> Cell:
    text = "not known" if value is None else f"{value:+,.0f}".replace("-", "\u2212")
    return Cell(text, "number")


def _version(one: Trained, prices: Prices | None) -> tuple[Cell, ...]:
    money = (_coins(priced(one.spent, prices).aws),) if prices else ()
    return (
        Cell(one.version),
        Cell(one.window),
        Cell(one.cause),
        number(one.cost_units),
        number(one.spent.cpu_seconds),
        *money,
        Cell(one.against or "dummy"),
        verdict(one.judged.value) if one.judged else Cell("not judged"),
        Cell(one.fate),
        Cell(gain_text(one).replace("-", "\u2212"), "number"),
    )


def _told(amount: float | None, prices: Prices) -> str:
    return "not measured" if amount is None else f"{amount:.4f} {prices.currency}"


def _coins(amount: float | None) -> Cell:
    return Cell("not measured" if amount is None else f"{amount:.6f}", "number")


def _mega(amount: float | None) -> Cell:
    return Cell("not measured" if amount is None else f"{amount / MEGABYTE:,.1f}", "number")
