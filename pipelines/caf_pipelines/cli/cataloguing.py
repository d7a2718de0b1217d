"""The verbs of the data catalogue: list, show, search, and the page.

Listing and searching read declarations only. A data card counts the stored rows of the project's
present play, so it needs data frames; a project that was never played has nothing to count.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from caf_governance.catalogue.entry import Entry
from caf_governance.catalogue.profile import Profile
from caf_governance.catalogue.search import search
from caf_pipelines.catalogue.gathering import Card, Gathered, card, find, gather
from caf_pipelines.catalogue.telling import (
    NEWEST,
    UNSAID,
    as_card,
    as_value,
    became,
    declared,
    left,
    profiled,
    stored,
)
from caf_pipelines.cli.opening import open_platform, played_projects, records_of, state_from
from caf_pipelines.cli.output import console, show_facts, show_json, show_table
from caf_platform.digest import short
from caf_platform.ledger.state import ProjectState
from caf_platform.wiring import Platform

COLUMNS = ("project", "kind", "name", "class", "owner", "missing", "meaning")


def list_catalogue(project: str, *, as_json: bool) -> None:
    """Every dataset, column and label of all projects, or of one.

    JSON: entries, unreadable (project: why). Each entry has project, kind, name, dataset, meaning,
    classification, owner, steward, origin, licence, lawful_basis, retention, format, unit, rules,
    protected, missing (what training asks for and is not declared) and address.
    """
    found = gather(open_platform(), project)
    if as_json:
        _show_entries(found.entries, found.unreadable)
        return
    _table(f"Data catalogue: {len(found.entries)} entries", found.entries)
    _tell(found)


def search_catalogue(text: str, project: str, *, as_json: bool) -> None:
    """Entries in which every word is found, the best first. JSON: as `list`."""
    gathered = gather(open_platform(), project)
    found = search(gathered.entries, text)
    if as_json:
        _show_entries(found, gathered.unreadable)
        return
    _table(f"'{text}': {len(found)} of {len(gathered.entries)} entries", found)
    _tell(gathered)


def show_entry(name: str, project: str, *, as_json: bool) -> None:
    """The data card of a dataset or column, in each project that has one of that name.

    JSON: cards. Each has an entry's keys, and members (a dataset's columns), play (0: never), rows,
    set_aside, profile (null: none; rows, missing_share, distinct, low, high, withheld,
    stored_as), up (name, arrived_at, raw_digest, stored_digest, rows) and down (version,
    trained_from, trained_to, batches, features, champion_since, predicted_batches,
    predicted_rows) and out (data products of all plays that hold it: digest, kind, rows,
    recipient, purpose, released_by, released_at, play).
    """
    platform = open_platform()
    gathered = gather(platform, project)
    cards = _cards(platform, find(gathered.entries, name), gathered.entries)
    if as_json:
        show_json({"cards": [as_card(one) for one in cards]})
        return
    for one in cards:
        show_facts(f"{one.entry.kind.value} {one.entry.address}", _facts(one))


def draw_catalogue(project: str, out: str, *, as_json: bool) -> None:
    """Write the page of the whole catalogue, and say where. JSON: page, entries."""
    from caf_pipelines.catalogue.page import write_catalogue

    platform = open_platform()
    gathered = gather(platform, project)
    cards = _cards(platform, gathered.entries, gathered.entries)
    names = dict.fromkeys(one.project for one in gathered.entries)
    titles = {name: platform.project(name).declaration.title for name in names}
    path = Path(out) if out else platform.home / "reports" / "catalogue.html"
    page = write_catalogue(cards, titles, gathered.unreadable, path)
    if as_json:
        show_json({"page": str(page), "entries": len(cards)})
    else:
        console().print(str(page), markup=False, soft_wrap=True)


def _cards(platform: Platform, wanted: Sequence[Entry], known: Sequence[Entry]) -> list[Card]:
    played = played_projects(platform)

    @cache
    def state(project: str) -> ProjectState:
        if project not in played:
            return state_from(project, [])
        return state_from(project, records_of(platform, project, all_plays=True))

    @cache
    def profiles(project: str) -> Mapping[str, Profile]:
        from caf_pipelines.catalogue.profiling import profiles as counted

        contract = platform.project(project).declaration.contract
        return counted(platform.lake, state(project), contract) if project in played else {}

    def of(entry: Entry) -> Card:
        return card(entry, known, state(entry.project), lambda: profiles(entry.project))

    return [of(entry) for entry in wanted]


def _facts(one: Card) -> list[tuple[str, object]]:
    facts: list[tuple[str, object]] = list(declared(one.entry))
    if one.members:
        facts.append(("columns", ", ".join(member.name for member in one.members)))
    if not one.play:
        return [*facts, ("profile", "never played: there are no rows to count")]
    rows = f"{one.rows:,} usable, {one.set_aside:,} set aside"
    facts.append(("profile", profiled(one.profile) if one.profile else rows))
    if one.profile:
        facts.append(("stored", stored(one.entry, one.profile)))
    came = f"{len(one.up)} deliveries in play {one.play}"
    facts.append(("up", f"{came}; the newest:" if one.up else came))
    facts += [
        ("", f"{up.name}: raw {short(up.raw_digest)}, used {short(up.stored_digest or '')}")
        for up in one.up[-NEWEST:]
    ]
    facts += [("down", became(down)) for down in one.down]
    return [*facts, *(("out", left(out)) for out in one.out)]


def _show_entries(found: Sequence[Entry], unreadable: Mapping[str, str]) -> None:
    show_json({"entries": [as_value(one) for one in found], "unreadable": dict(unreadable)})


def _table(title: str, found: Sequence[Entry]) -> None:
    rows = [
        (
            one.project,
            one.kind.value,
            one.name,
            one.classification.value if one.classification else UNSAID,
            one.owner or UNSAID,
            ", ".join(one.missing),
            one.meaning,
        )
        for one in found
    ]
    show_table(title, COLUMNS, rows)


def _tell(gathered: Gathered) -> None:
    """Which projects are not in it."""
    for name, why in gathered.unreadable.items():
        console().print(f"{name} cannot be read: {why}", markup=False, soft_wrap=True)
