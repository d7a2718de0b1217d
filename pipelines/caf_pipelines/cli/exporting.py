"""The verb that lets data out, and the one that finds the way back: `caf export`, `caf lineage`.

The file lies beside its place until its release is on record: killed in between, the same command
again puts it there.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import typer
from rich.markup import escape
from rich.tree import Tree

from caf_pipelines.cli.opening import chosen, open_platform, records_of
from caf_pipelines.cli.output import console, show_json
from caf_pipelines.cli.person import actor_in
from caf_pipelines.lifecycle.turn import turn
from caf_pipelines.products.making import Draft, Wanted, draft
from caf_pipelines.products.origin import ProductOrigin, Whence, origin
from caf_pipelines.whole_file import staged
from caf_platform.digest import digest, short
from caf_platform.door.actor import Actor
from caf_platform.door.orders import release_data
from caf_platform.errors import BadInput
from caf_platform.ledger.state import ProjectState, read_state

NOT_VERIFIED = 1
SHOWN = 3
"""How many sources are named one by one on a terminal."""


def export(
    wanted: Wanted, project: str, actor: str, out: str, *, dry_run: bool, as_json: bool
) -> None:
    """Release rows or answers as a Parquet file; the same again changes nothing.

    `Refused`, and recorded, without the role of an operator; `BadInput` where there are no such
    rows, or another file lies there already. JSON: project, actor (null for a dry run), changed,
    file (null for a dry run), and what is on record: kind, digest, rows, columns and withheld (by
    class), sources, labels, first_day, last_day, purpose, recipient.
    """
    platform = open_platform()
    name = chosen(platform, project)
    path = Path(out)
    with turn(platform.home, name, aside=True):  # nobody is erased meanwhile
        state = read_state(platform.ledger, name, platform.signer)
        declared = platform.project(name).declaration
        made = draft(platform.lake, declared, state, wanted)
        who, changed = None, False
        if not dry_run:
            person = actor_in(platform, state, actor)
            who, changed = person.name, _release(person, state, made, path)
    if as_json:
        facts: dict[str, Any] = {
            "actor": who,
            "changed": changed,
            "file": None if dry_run else str(path),
        }
        released = made.event.model_dump(mode="json", exclude={"measured"})
        show_json({"project": name, **facts, **released})
        return
    for line in _lines(made, path, dry_run=dry_run, changed=changed):
        console().print(line, markup=False, soft_wrap=True)


def _release(person: Actor, state: ProjectState, made: Draft, path: Path) -> bool:
    if path.is_file() and digest(path.read_bytes()) != made.event.digest:
        raise BadInput(
            f"'{path}' is there already, and is another file.",
            next_step="Name another one with --out, or remove it.",
        )
    with staged(made.data, path):
        _, changed = release_data(person, state, made.event)
    return changed


def _lines(made: Draft, path: Path, *, dry_run: bool, changed: bool) -> Iterator[str]:
    event = made.event
    said = "would be released" if dry_run else "released" if changed else "was released already"
    days = f"{event.first_day} to {event.last_day}"
    yield f"{event.rows:,} {event.kind}, {days}, for {event.recipient}: {said}."
    yield f"Columns: {', '.join(f'{name} ({held})' for name, held in event.columns.items())}."
    if event.withheld:
        held = ", ".join(f"{name} ({held})" for name, held in event.withheld.items())
        yield f"Withheld, for nobody named them with --with: {held}."
    if not dry_run:
        yield f"{path}, digest {short(event.digest)}. The way back: caf lineage {path}"


def show_product(content: str, project: str, *, as_json: bool) -> None:
    """The way from a data product back to the bytes; exit code 1 where one is not what was read.

    JSON: verified, project, product (what is on record, with play, when, actor, seq, and each
    source with verified, withdrawn and erased), withdrawn, erased, wrong.
    """
    platform = open_platform()
    name = chosen(platform, project)
    found = origin(platform.lake, records_of(platform, name, all_plays=True), name, content)
    if as_json:
        show_json(found.as_dict())
    else:
        console().print(_tree(found), soft_wrap=True)
    if found.wrong:
        raise typer.Exit(NOT_VERIFIED)


def _tree(found: ProductOrigin) -> Tree:
    product, event = found.product, found.product.released
    title = f"{event.rows:,} {event.kind} of {found.project}, play {product.play}"
    tree = Tree(f"[bold]{short(event.digest)}[/]: {escape(title)}")
    tree.add(escape(f"for {event.recipient}: {event.purpose}"))
    tree.add(escape(f"released by {product.actor} on {_day(product.when)}, record {product.seq}"))
    tree.add(escape(f"columns: {', '.join(f'{n} ({held})' for n, held in event.columns.items())}"))
    for name in found.withdrawn:
        why = next(one.withdrawn for one in found.sources if one.source.name == name)
        tree.add(f"[bold red]WITHDRAWN since: {escape(f'{name}: {why}')}[/]")
    if found.erased:
        told = f"ERASED since: {found.erased} of its rows; who has the file must remove them too"
        tree.add(f"[bold red]{told}[/]")
    _grow(tree, "made of", found.sources)
    _grow(tree, "labels from", found.labels)
    if found.wrong:
        wrong = ", ".join(found.wrong[:SHOWN])
        tree.add(f"[bold red]NOT verified: missing, or not what was read: {escape(wrong)}[/]")
    else:
        tree.add("[green]verified: every source is what was read[/]")
    return tree


def _grow(tree: Tree, title: str, sources: tuple[Whence, ...]) -> None:
    if not sources:
        return
    branch = tree.add(f"[bold]{title}[/] {len(sources)} files")
    for one in sources[:SHOWN]:
        source = one.source
        by = f" by {source.version}" if source.version else ""
        branch.add(escape(f"{source.name}: {source.rows} rows{by}, {source.key}"))
    if len(sources) > SHOWN:
        branch.add(f"... to {escape(sources[-1].source.name)} (all of them: --json)")


def _day(when: datetime) -> str:
    return f"{when:%Y-%m-%d}"
