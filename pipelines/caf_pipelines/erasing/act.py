"""Carries a removal out, in an order that a kill at any moment leaves right.

New objects are written; then one signed event says what stands for what, and from there on nobody
reads an old object; then the old ones are removed. Killed before the event nothing has happened;
killed after it, the next act or play removes what is left.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from shutil import rmtree

from caf_pipelines.erasing.delivered import ROW, SUBJECT
from caf_pipelines.erasing.files import Row, csv_without, parquet_without
from caf_pipelines.erasing.plan import Plan, Progress, plan
from caf_pipelines.erasing.whom import Whom, plain
from caf_pipelines.products.origin import holding
from caf_platform.adapters.token_keys import token
from caf_platform.capabilities import Capability
from caf_platform.digest import digest, short
from caf_platform.door.actor import Actor
from caf_platform.door.orders import erase
from caf_platform.errors import BadInput
from caf_platform.ledger.events import BatchesPurged, SubjectErased
from caf_platform.ledger.state import ProjectState
from caf_platform.ledger.values import Replaced
from caf_platform.plugins import Kind, register
from caf_platform.ports.lake import Lake, Zone
from caf_platform.project.model import Declaration
from caf_platform.wiring import Platform

OF_A_BATCH = (Zone.RAW, Zone.VALIDATED, Zone.QUARANTINE, Zone.PREDICTIONS)
DERIVED = ("cache", "scenarios", "pages")
"""Folders of a home that may be emptied at any time, and may hold what a project's source gave."""
SEARCHED_FROM = 4
"""Characters from which a person's name is searched in every file; less is in any file."""


@dataclass(frozen=True)
class Done:
    """What was found and done; `changed` is false for a dry run, and where nothing was to do.

    `models` learnt from the rows, and `products` that were handed out hold them (by digest);
    `left` are files that name the person or a row still.
    """

    rows: dict[str, int]
    objects: int
    models: tuple[str, ...]
    left: tuple[str, ...]
    changed: bool
    known: bool = False
    products: tuple[str, ...] = ()


@register(Kind.CONTROL, "erasure", Capability.SECURITY_ASSURANCE, Capability.DATA_PROTECTION)
def erase_subject(
    platform: Platform,
    project: Declaration,
    state: ProjectState,
    subject: str,
    reason: str,
    actor: Actor | None,
    progress: Progress,
) -> Done:
    """Take every row of a person out of the home and keep it out; without an actor only look.

    `BadInput` where the project names no subject, or nobody of that name is found.
    """
    if not project.subject:
        raise BadInput(
            f"'{project.name}' does not say whom its rows are about.",
            next_step="Declare the column: subject=... in its project.py.",
        )
    said = plain(subject)
    if not said:
        raise BadInput("Whom? The subject is empty.")
    finish(platform.lake, state)
    names = {said, *_tokens(platform, project, subject)}
    whom = Whom(project, is_subject=names.__contains__)
    found = plan(platform.lake, project.name, whom, said, progress)
    by = platform.pseudonyms(state.erasures.key_id)
    known = by.of(SUBJECT, said) in state.erasures.subjects
    if not found.replaced and not known:
        raise BadInput(
            f"Nobody of that name is in the data of '{project.name}'.",
            why=f"No cell of '{project.subject}' is the same.",
        )
    products = holding(state, {one.key for one in found.replaced})
    if actor is not None and found.replaced:
        event = SubjectErased(
            subject=by.of(SUBJECT, said),
            rows=tuple(sorted(by.of(ROW, row) for row in whom.ids)),
            key_id=by.key_id,
            replaced=tuple(found.replaced),
            models=tuple(found.models),
            reason=reason,
        )
        _carry_out(platform, actor, state, found, event, "erase", short(event.subject))
    if actor is not None:
        _empty(platform.home, project.name)
    needles = [name for name in names if len(name) >= SEARCHED_FROM]
    left = (*found.left, *_naming(platform.home, [*needles, *whom.ids]))
    changed = actor is not None and bool(found.replaced)
    done = _done(found, left if actor else (), changed=changed, known=known)
    return replace(done, products=products)


@register(Kind.CONTROL, "retention", Capability.DATA_GOVERNANCE, Capability.SECURITY_ASSURANCE)
def purge_batches(
    platform: Platform,
    project: Declaration,
    state: ProjectState,
    actor: Actor | None,
    progress: Progress,
) -> tuple[tuple[str, ...], Done]:
    """Remove every row of the batches that are due; without an actor only look. Which, and what."""
    due = overdue(project, state)
    if not due:
        return (), Done({}, 0, (), (), changed=False)
    finish(platform.lake, state)
    whom = Whom(project, is_subject=lambda _cell: False)
    whole = list(_whole(platform.lake, project.name, due, whom))
    found = plan(platform.lake, project.name, whom, "", progress)
    gone = {one.key for one in whole}
    found.replaced = [*whole, *(one for one in found.replaced if one.key not in gone)]
    found.new = {one.by_key: found.new[one.by_key] for one in found.replaced if one.by_key}
    products = holding(state, {one.key for one in found.replaced})
    if actor is not None:
        event = BatchesPurged(
            batches=due,
            until=_until(project, state),
            keep_days=keep_days(project) or 0,
            replaced=tuple(found.replaced),
            models=tuple(found.models),
        )
        _carry_out(platform, actor, state, found, event, "purge", due[-1])
        _empty(platform.home, project.name)
    return due, replace(_done(found, (), changed=actor is not None), products=products)


def keep_days(project: Declaration) -> int | None:
    """For how many days a batch may be kept: the shortest of the data that it is made of."""
    feeds = {column.feed for column in project.contract} | {project.target.feed}
    told = [one.keep_days for one in project.datasets if one.feed in feeds and one.keep_days]
    return min(told, default=None)


def overdue(project: Declaration, state: ProjectState) -> tuple[str, ...]:
    """Batches of the present play that have been kept longer than they may be, by its calendar."""
    if keep_days(project) is None or state.moment is None:
        return ()
    until = _until(project, state)
    return tuple(
        name
        for name, batch in state.batches.items()
        if batch.received.arrived_at < until and batch.received.revision not in batch.purged
    )


def finish(lake: Lake, state: ProjectState) -> int:
    """Remove what the newest act left, if it was broken off; how many objects that were."""
    removed = 0
    for one in state.erasures.last:
        if next(iter(lake.keys(one.key)), None) == one.key:
            lake.delete(one.key)
            removed += 1
    return removed


def _tokens(platform: Platform, project: Declaration, said: str) -> Iterator[str]:
    """What a person was called in the plays of a project whose subjects are tokens."""
    if project.subject in project.contract.tokenised:
        for key in platform.token_keys(project.name).all():
            yield token(key, project.name, said)


def _until(project: Declaration, state: ProjectState) -> datetime:
    if state.moment is None:
        raise BadInput(f"'{project.name}' has not been played yet.")
    return state.moment - timedelta(days=keep_days(project) or 0)


def _carry_out(
    platform: Platform,
    actor: Actor,
    state: ProjectState,
    found: Plan,
    event: SubjectErased | BatchesPurged,
    *parts: str,
) -> None:
    for key, data in found.new.items():
        platform.lake.write(key, data)
    erase(actor, state, event, *parts)
    finish(platform.lake, state)


def _whole(lake: Lake, project: str, due: tuple[str, ...], whom: Whom) -> Iterator[Replaced]:
    """Every object of some batches, gone as a whole; `whom` knows their rows afterwards."""
    for zone in OF_A_BATCH:
        for name in due:
            for key in lake.keys(f"{zone}/{project}/{name}/"):
                data = lake.read(key)
                rows = _rows(key, data, whom)
                yield Replaced(key=key, digest=digest(data), rows=rows)


def _rows(key: str, data: bytes, whom: Whom) -> int:
    if key.endswith(".csv"):
        return csv_without(
            data, lambda row: _remember(whom, row), lambda _cell: True, whom.columns
        )[1]
    if not key.endswith(".parquet"):
        return 0
    return parquet_without(data, lambda table: [True] * table.num_rows)[1]


def _remember(whom: Whom, row: Row) -> bool:
    own = whom.own(row)
    if own:
        whom.ids.add(own)
    return True


def _empty(home: Path, project: str) -> None:
    for name in DERIVED:
        rmtree(home / name / project, ignore_errors=True)


def _naming(home: Path, needles: list[str]) -> Iterator[str]:
    """Files of a home outside of its lake in which one of some texts stands."""
    wanted = [one.encode() for one in needles]
    for path in sorted(home.rglob("*")):
        name = path.relative_to(home).as_posix()
        if path.is_file() and not path.is_symlink() and not name.startswith("lake/"):
            data = path.read_bytes()
            if any(one in data for one in wanted):
                yield name


def _done(found: Plan, left: tuple[str, ...], *, changed: bool, known: bool = False) -> Done:
    return Done(found.rows, len(found.replaced), tuple(found.models), left, changed, known)
