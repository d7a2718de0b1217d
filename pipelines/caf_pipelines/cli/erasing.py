"""The verbs that remove rows for good: `caf erase` a person's, `caf purge` those kept long enough.

While one works nobody plays the project, and the other way round.
"""

import sys
from typing import Any, Final

from caf_pipelines.cli.opening import chosen, open_platform
from caf_pipelines.cli.output import console, show_json
from caf_pipelines.cli.person import actor_in
from caf_pipelines.erasing.act import Done, erase_subject, keep_days, purge_batches
from caf_pipelines.lifecycle.turn import turn
from caf_pipelines.timeline import ConsoleTimeline, Silent
from caf_platform.digest import short
from caf_platform.ledger.state import ProjectState, read_state
from caf_platform.ports.alerts import Alert
from caf_platform.wiring import Platform

FROM_INPUT: Final = "-"
LEFT: Final = 1


def erase(
    subject: str, project: str, actor: str, reason: str, *, dry_run: bool, as_json: bool
) -> int:
    """Remove every row of a person; 1 where a file still names them or a row of theirs.

    A subject of `-` is read from standard input, so that it stands in no shell's history.
    `Refused`, and recorded, without the role of an operator. JSON: project, actor (null for a dry
    run), reason, changed, known (erased before), rows (by zone), objects, models (that learnt from
    the rows), products (digests of files that were handed out with them), left.
    """
    whom = sys.stdin.readline().strip() if subject == FROM_INPUT else subject
    platform = open_platform()
    name = chosen(platform, project)
    with turn(platform.home, name, aside=True):
        state = read_state(platform.ledger, name, platform.signer)
        declared = platform.project(name).declaration
        person = None if dry_run else actor_in(platform, state, actor)
        tell = (Silent() if as_json else ConsoleTimeline(console())).progress
        done = erase_subject(platform, declared, state, whom, reason, person, tell)
    if done.changed:
        _alert(platform, state, f"a person was erased from {name}", f"Reason: {reason}.")
    facts: dict[str, Any] = {"actor": person.name if person else None, "reason": reason}
    _show(name, "", done, facts, as_json=as_json)
    return LEFT if done.left else 0


def purge(project: str, actor: str, *, dry_run: bool, as_json: bool) -> None:
    """Remove every row of batches that have been kept longer than their data may be.

    JSON: project, actor (null for a dry run), keep_days (null: for ever), batches, changed, rows
    (by zone), objects, models, products, left, known.
    """
    platform = open_platform()
    name = chosen(platform, project)
    with turn(platform.home, name, aside=True):
        state = read_state(platform.ledger, name, platform.signer)
        declared = platform.project(name).declaration
        person = None if dry_run else actor_in(platform, state, actor)
        tell = (Silent() if as_json else ConsoleTimeline(console())).progress
        due, done = purge_batches(platform, declared, state, person, tell)
    days = keep_days(declared)
    if done.changed:
        _alert(platform, state, f"{len(due)} batches of {name} were purged", f"After {days} days.")
    facts: dict[str, Any] = {
        "actor": person.name if person else None,
        "keep_days": days,
        "batches": list(due),
    }
    about = f"{len(due)} batches older than {days} days" if days else "Nothing is limited in time"
    _show(name, about, done, facts, as_json=as_json)


def _alert(platform: Platform, state: ProjectState, title: str, text: str) -> None:
    key = f"removed-{state.erasures.acts}"
    platform.alerts.send(
        Alert(key=key, severity="medium", title=title, text=text, project=state.project)
    )


def _show(name: str, about: str, done: Done, facts: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        show_json(
            {
                "project": name,
                **facts,
                "changed": done.changed,
                "known": done.known,
                "rows": done.rows,
                "objects": done.objects,
                "models": list(done.models),
                "products": list(done.products),
                "left": list(done.left),
            }
        )
        return
    for line in filter(None, (about, *_lines(done, name))):
        console().print(line, markup=False, soft_wrap=True)


def _lines(done: Done, name: str) -> list[str]:
    rows = ", ".join(f"{count} in {zone}" for zone, count in done.rows.items())
    said = "removed" if done.changed else "to remove" if done.objects else ""
    lines = [f"Rows {said}: {rows}." if said else "There is nothing to remove."]
    if done.models:
        learnt = ", ".join(done.models)
        step = f"caf retire VERSION --project {name}, or wait for the next training"
        lines.append(f"Learnt from them: {learnt}. A model forgets nothing by itself: {step}.")
    if done.products:
        told = ", ".join(short(one) for one in done.products)
        lines.append(f"Handed out with them: {told}. Tell who has the file: caf lineage DIGEST.")
    lines += [f"STILL NAMED in {one}: look at it, and remove it." for one in done.left]
    return lines
