"""The page: everything about a play gathered, and stored as one file."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from caf_pipelines.lifecycle.play import Play
from caf_pipelines.lineage.walk import Walk
from caf_pipelines.proving.gathering import capability_map
from caf_pipelines.report.alternatives import the_alternatives
from caf_pipelines.report.bills import the_bills
from caf_pipelines.report.capability_map import MEANING, SIGNS, View, in_short, views
from caf_pipelines.report.chapters import Chapter, chapters
from caf_pipelines.report.checked import Checked, checked
from caf_pipelines.report.contenders import Comparison, compare
from caf_pipelines.report.costs import the_costs
from caf_pipelines.report.expected import expectations
from caf_pipelines.report.groups import the_trade_off
from caf_pipelines.report.headline import Tile, sentences, tiles
from caf_pipelines.report.looks import Look, looks
from caf_pipelines.report.moved import the_moved
from caf_pipelines.report.origin import batches_table, the_origin
from caf_pipelines.report.parts import Block, Card, Figure, Table, day
from caf_pipelines.report.supply import incidents_table, quarantine_table, the_batches
from caf_pipelines.report.tools import drift_page, tools
from caf_pipelines.report.windows import Cards
from caf_pipelines.report.writing import page_text, write_page
from caf_pipelines.report.year import the_year
from caf_pipelines.summary import summarise
from caf_platform.digest import short
from caf_platform.errors import CafError
from caf_platform.ledger.record import Record

PARTS = (
    ("summary", "In short"),
    ("picture", "Picture"),
    ("groups", "Groups of people"),
    ("decisions", "Decisions"),
    ("origin", "Lineage"),
    ("data", "Data"),
    ("incidents", "Incidents"),
    ("cost", "Cost"),
    ("capabilities", "Capabilities"),
    ("tools", "Look further"),
)


@dataclass(frozen=True)
class Page:
    """What the template writes down."""

    title: str
    play: int
    span: str
    sentences: list[str]
    tiles: tuple[Tile, ...]
    missing: str
    pictures: tuple[Figure, ...]
    groups: Table | None
    cards: tuple[Card, ...]
    origin: Figure | None
    learnt: Table | None
    batches: Figure | None
    quarantine: Table
    checked: list[Checked]
    incidents: Table
    costs: Figure | None
    bills: tuple[Block, ...]
    map: tuple[View, ...]
    map_says: str
    map_legend: tuple[tuple[str, str, str], ...]
    tools: tuple[Block, ...]
    made_from: str
    parts: tuple[tuple[str, str], ...]


def report_path(play: Play) -> Path:
    """Where a project's report lies unless somebody says otherwise."""
    return play.session.platform.home / "reports" / f"{play.session.project.name}.html"


def write_report(play: Play, records: Sequence[Record], path: Path | None = None) -> Path:
    """Write the report of a play, given its records in order; returns where it lies.

    A file is replaced whole or not at all, and a link's target rather than the link. `BadInput`
    for anything that is no file, `Unavailable` when it cannot be written.
    """
    target = Path(path or report_path(play))
    text = page_text(gathered(play, records, target.absolute().parent))
    return write_page(text.encode(), target)


def is_current(path: Path, records: Sequence[Record]) -> bool:
    """Whether a report tells of all these records; one that is not there does not."""
    try:
        return _made_from(records) in path.read_text("utf-8")
    except (OSError, ValueError):
        return False


def gathered(play: Play, records: Sequence[Record], beside: Path) -> Page:
    """Everything on the page; `beside` is the folder that links are relative to."""
    state, told = play.session.state, chapters(records)
    summary = summarise(state)
    compared, missing = _compared(play, told)
    seen = looks(told, compared, expectations(play))
    pictures = (
        the_year(seen) if seen else None,
        the_alternatives(seen),
        the_moved(play.session.platform.lake, seen),
    )
    mapped, map_says = _map(play, records)
    origin, learnt = _origin(play, records)
    groups = the_trade_off(state, play.session.platform.lake)
    return Page(
        title=play.session.declaration.title,
        play=state.play,
        span=_span(play),
        sentences=sentences(summary, len(state.trainings)),
        tiles=tiles(summary),
        missing=missing,
        pictures=tuple(figure for figure in pictures if figure),
        groups=groups,
        cards=_cards(play, seen, told, beside),
        origin=origin,
        learnt=learnt,
        batches=the_batches(state),
        quarantine=quarantine_table(state),
        checked=checked(play),
        incidents=incidents_table(state),
        costs=the_costs(state),
        map=mapped,
        map_says=map_says,
        map_legend=tuple((SIGNS[one], str(one), MEANING[one]) for one in SIGNS),
        bills=the_bills(play, records),
        tools=tools(play, seen, beside),
        made_from=_made_from(records),
        parts=tuple(part for part in PARTS if groups or part[0] != "groups"),
    )


def _compared(play: Play, told: Sequence[Chapter]) -> tuple[tuple[Comparison, ...], str]:
    """The comparison, or why there is none: a damaged model or file costs one picture, no page."""
    try:
        return compare(play, told), ""
    except CafError as error:
        return (), f"What would have been cannot be measured: {error}"


def _cards(
    play: Play, seen: Sequence[Look], told: Sequence[Chapter], beside: Path
) -> tuple[Card, ...]:
    cards = Cards(play.session.platform.lake, lambda window: drift_page(play, window, beside))
    found = [cards.of_look(look) for look in seen]
    looked_at = {id(look.chapter) for look in seen}
    found += [cards.of_rest(one) for one in told if id(one) not in looked_at and one.told]
    return tuple(found)


def _origin(play: Play, records: Sequence[Record]) -> tuple[Figure, Table] | tuple[None, None]:
    """The lineage of the champion, or of the newest version while there is none."""
    if not play.session.state.models:
        return None, None
    session = play.session
    found = Walk(session.project.name, records, session.platform.lake).back_from()
    return the_origin(found), batches_table(found)


def _span(play: Play) -> str:
    """Which use case, which play, which days, and with which share of the rows."""
    state = play.session.state
    arrived = sorted(batch.first.arrived_at for batch in state.batches.values())
    days = f" · {day(arrived[0])} to {day(arrived[-1])}" if arrived else ""
    sample = state.started.sample if state.started else None
    rows = "" if sample is None else f" · {sample * 100:.3g}% of the rows"
    return f"{play.session.project.name} · play {state.play}{days}{rows}"


def _map(play: Play, records: Sequence[Record]) -> tuple[tuple[View, ...], str]:
    """The capabilities as this clone and this play show them, or why they cannot be told."""
    try:
        found = capability_map(records, play.session.platform.lake)
    except CafError as error:
        return (), str(error)
    return views(found, records), in_short(found)


def _made_from(records: Sequence[Record]) -> str:
    if not records:
        return "Made from an empty ledger."
    last = records[-1]
    return (
        f"Made from {len(records):,} records of the ledger, up to record {last.seq:,} "
        f"({short(last.hash)}), and from the evidence in the lake that they name."
    )
