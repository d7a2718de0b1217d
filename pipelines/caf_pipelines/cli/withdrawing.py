"""The verb that rolls back data: `caf withdraw` takes a batch out of use.

It reads the ledger and appends one signed event; no byte is removed. What plays the project at the
same time sees it before the next batch.
"""

from typing import Any

from caf_governance.catalogue.lineage import Touched, touched_by
from caf_pipelines.cli.opening import chosen, open_platform
from caf_pipelines.cli.output import console, show_json
from caf_pipelines.cli.person import actor_in
from caf_platform.digest import short
from caf_platform.door.orders import known_batch, withdraw_batch
from caf_platform.ledger.state import read_state
from caf_platform.ports.alerts import Alert


def withdraw(
    batch: str, project: str, actor: str, reason: str, *, dry_run: bool, as_json: bool
) -> None:
    """Take the revision of a batch that is in force out of use; withdrawing twice changes nothing.

    `Refused`, and recorded, without the role of an operator; `BadInput` for an unknown batch or
    one of which nothing was accepted. JSON: project, actor (null for a dry run), reason, changed,
    and what rests on it: batch, revision, rows, trained, judged, promoted, champion, windows,
    predicted (rows by version), products (digests).
    """
    platform = open_platform()
    name = chosen(platform, project)
    state = read_state(platform.ledger, name, platform.signer)
    held = known_batch(state, batch)
    former = max(held.withdrawn, default=0)
    revision = held.validated.revision if held.validated else former
    found = touched_by(state, batch, revision)
    who, changed = None, False
    if not dry_run:
        person = actor_in(platform, state, actor)
        who, changed = person.name, withdraw_batch(person, state, batch, reason=reason) is not None
    if changed:
        title = f"batch {batch} of {name} was withdrawn"
        text = f"by {who}: {reason}. {_rests(found)}"
        key = f"withdrawn-{batch}-{revision}"
        platform.alerts.send(Alert(key=key, severity="high", title=title, text=text, project=name))
    if as_json:
        facts: dict[str, Any] = {"actor": who, "reason": reason, "changed": changed}
        show_json({"project": name, **facts, **found.model_dump(mode="json")})
        return
    done = {(True, False): "would be withdrawn", (False, True): "is withdrawn"}
    said = done.get((dry_run, changed), "is withdrawn already")
    lines = [f"Batch {batch}, revision {revision}, {said}. {_rests(found)}", _next(found, name)]
    for line in filter(None, lines):
        console().print(line, markup=False, soft_wrap=True)


def _rests(found: Touched) -> str:
    """What is downstream, in one sentence."""
    predicted = ", ".join(f"{rows} by {version}" for version, rows in found.predicted.items())
    parts = {
        "trained on it": ", ".join(found.trained),
        "judged on it": ", ".join(found.judged),
        "promoted of those": ", ".join(found.promoted),
        "looked at in": ", ".join(found.windows),
        "rows answered": predicted,
        "handed out in": ", ".join(short(one) for one in found.products),
    }
    told = "; ".join(f"{what}: {which}" for what, which in parts.items() if which)
    return f"{told}." if told else "Nothing rests on it."


def _next(found: Touched, project: str) -> str:
    if found.champion is None:
        return ""
    return (
        f"{found.champion} serves and learnt from it: the next decision puts the former champion "
        f"back, or trains anew. Not so long: caf rollback --project {project}, or caf stop."
    )
