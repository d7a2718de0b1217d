"""Gathers the catalogue of all projects, and all that is known of one entry."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from caf_governance.catalogue.entry import Entry, EntryKind, entries
from caf_governance.catalogue.lineage import (
    Downstream,
    Outward,
    Upstream,
    downstream,
    label_files,
    outward,
    upstream,
)
from caf_governance.catalogue.profile import Profile
from caf_platform.errors import BadInput, CafError, did_you_mean
from caf_platform.lake_columns import LABEL
from caf_platform.ledger.state import ProjectState
from caf_platform.project.load import projects_in
from caf_platform.wiring import Platform


@dataclass(frozen=True)
class Gathered:
    """Entries of all projects that can be read; `unreadable` says why another one cannot."""

    entries: tuple[Entry, ...]
    unreadable: Mapping[str, str]


@dataclass(frozen=True)
class Card:
    """A data card: what was declared, what was counted, where it came from, what it became.

    `members` are a dataset's columns. `profile` is None for a dataset, and for what was not asked
    or has no rows; `rows` are those that may be used, `set_aside` those in quarantine. `out` are
    the data products that hold it.
    """

    entry: Entry
    members: tuple[Entry, ...]
    play: int
    rows: int
    set_aside: int
    profile: Profile | None
    up: tuple[Upstream, ...]
    down: tuple[Downstream, ...]
    out: tuple[Outward, ...]


def gather(platform: Platform, project: str = "") -> Gathered:
    """The catalogue of all projects, or of one; a mistake in that one is raised."""
    if project:
        return Gathered(entries(platform.project(project).declaration), {})
    found: list[Entry] = []
    unreadable = {}
    for name in projects_in(platform.settings.projects):
        try:
            found += entries(platform.project(name).declaration)
        except CafError as error:
            unreadable[name] = str(error)
    return Gathered(tuple(found), unreadable)


def find(known: Sequence[Entry], name: str) -> list[Entry]:
    """The entries of that name, or of that address (`project/name`); `BadInput` for none."""
    found = [entry for entry in known if name in (entry.name, entry.address)]
    if not found:
        names = [word for entry in known for word in (entry.name, entry.address)]
        raise BadInput(
            f"No dataset or column '{name}' in the catalogue.",
            why=did_you_mean(name, names),
            next_step="Run: caf catalog list, or: caf catalog search WORD",
        )
    return found


Profiles = Callable[[], Mapping[str, Profile]]
"""Profiles of a project's columns by name, counted when they are first asked for."""


def card(
    entry: Entry, known: Sequence[Entry], state: ProjectState, profiles: Profiles | None
) -> Card:
    """All that is known of one entry; without `profiles` nothing is counted."""
    members = _members(entry, known)
    validated = [batch.validated for batch in state.batches.values() if batch.validated]
    labels = entry.kind is EntryKind.LABEL or _only_labels(members)
    counted = None
    if profiles is not None and entry.kind in (EntryKind.FEATURE, EntryKind.COLUMN):
        counted = profiles().get(entry.name)
    return Card(
        entry=entry,
        members=members,
        play=state.play,
        rows=sum(one.joined for one in state.labels)
        if labels
        else sum(one.accepted for one in validated),
        set_aside=0 if labels else sum(one.quarantined for one in validated),
        profile=counted,
        up=label_files(state) if labels else upstream(state),
        down=downstream(state, _looked_at(entry, members)),
        out=outward(state, _stored_as(entry, members)),
    )


def _stored_as(entry: Entry, members: Sequence[Entry]) -> frozenset[str]:
    """The columns of a stored file that hold it: a label stands in the platform's own."""
    held = members or (entry,)
    return frozenset(LABEL if one.kind is EntryKind.LABEL else one.name for one in held)


def _members(entry: Entry, known: Sequence[Entry]) -> tuple[Entry, ...]:
    if entry.kind is not EntryKind.DATASET:
        return ()
    return tuple(
        one
        for one in known
        if (one.project, one.dataset) == (entry.project, entry.name)
        and one.kind is not EntryKind.DATASET
    )


def _only_labels(members: Sequence[Entry]) -> bool:
    return bool(members) and all(one.kind is EntryKind.LABEL for one in members)


def _looked_at(entry: Entry, members: Sequence[Entry]) -> frozenset[str] | None:
    """The columns by which models depend on it; None: every model does, for it is a label."""
    held = members or (entry,)
    if any(one.kind is EntryKind.LABEL for one in held):
        return None
    return frozenset(one.name for one in held)
