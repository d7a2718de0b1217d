"""The verbs that prove the ledger: `caf audit verify`, `caf audit export`, `caf audit state`."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace

import typer

from caf_pipelines.cli.opening import (
    chosen,
    has_ledger,
    nothing_yet,
    open_platform,
    records_of,
)
from caf_pipelines.cli.output import console, show_facts, show_json
from caf_platform.errors import Unavailable
from caf_platform.ledger.fingerprint import Fingerprint, fingerprint
from caf_platform.ledger.privileged import Signed, verify_signatures
from caf_platform.ports.ledger import Audit
from caf_platform.ports.witness import Checkpoint
from caf_platform.wiring import Platform

BROKEN = 1


def verify_ledger(*, as_json: bool) -> None:
    """Recompute the whole chain, compare it with its witness, and verify who signed what.

    Leaves with exit code 1 when a record is wrong. JSON: sound, records, signed (how many
    privileged events were proved: those that decide who serves, or whether), attested (how many
    records the witness was shown; those after them rest on the chain alone), head (the newest
    hash), broken_at (the first wrong record's number) and why, both null when all is sound.
    """
    platform = open_platform()
    if not has_ledger(platform.settings):
        raise nothing_yet(platform.settings)
    audit, signed = platform.ledger.verify(), Signed(0)
    last = platform.witness.last()
    if audit.sound:
        signed = verify_signatures(platform.ledger.read(), platform.signer)
        audit = replace(audit, broken_at=signed.broken_at, why=signed.why)
    if audit.sound and signed.records and last is None:
        raise _unattested(platform)
    if as_json:
        value: dict[str, object] = {
            "sound": audit.sound,
            "records": audit.records,
            "signed": signed.records,
        }
        value |= {"attested": last.records if last else 0, "head": audit.head}
        show_json({**value, "broken_at": audit.broken_at, "why": audit.why or None})
    elif audit.sound:
        _show_sound(audit, signed, last)
    else:
        why = audit.why.removeprefix(f"record {audit.broken_at}: ")
        text = f"record {audit.broken_at} is wrong: {why}"
        console().print(text, style="bold red", markup=False, soft_wrap=True)
        console().print(_before(audit, signed), soft_wrap=True)
        console().print(_attested(last, audit.records), soft_wrap=True, markup=False)
    if not audit.sound:
        raise typer.Exit(BROKEN)


def _unattested(platform: Platform) -> Unavailable:
    """A witness who saw none of what every witness is shown is not the one: it proves nothing."""
    where = platform.settings.witness or str(platform.home / "witness")
    return Unavailable(
        f"The witness at '{where}' was never shown this ledger.",
        why="Its chain and signatures are whole, and nobody can say whether its end was cut off.",
        next_step="Set CAF_WITNESS to the folder that the platform used, or restore it there.",
    )


def _show_sound(audit: Audit, signed: Signed, last: Checkpoint | None) -> None:
    text = f"sound: {audit.records:,} records chained, each what it was when it was written"
    console().print(f"[green]{text}[/]", soft_wrap=True)
    which = "gate, approval, move, order"
    text = f"proved: {signed.records:,} privileged events signed by who may ({which})"
    console().print(text, soft_wrap=True, markup=False)
    console().print(_attested(last, audit.records), soft_wrap=True, markup=False)
    console().print(f"head: {audit.head}", soft_wrap=True)


def _attested(last: Checkpoint | None, records: int) -> str:
    """Where the last checkpoint stands, and what comes after it."""
    if last is None:
        return "attested: nothing, no witness was shown this ledger; it rests on its chain alone"
    after = max(records - last.records, 0)
    rest = f"the {after:,} after it rest on the chain alone" if after else "none come after it"
    return f"attested: {last.records:,} records by the witness on {last.time:%Y-%m-%d}; {rest}"


def export_ledger() -> None:
    """Print every row of the ledger as one line of JSON, unchecked, as the store holds it.

    `governance/verify_audit.py` proves such a file without the platform, whatever the database.
    """
    platform = open_platform()
    if not has_ledger(platform.settings):
        raise nothing_yet(platform.settings)
    for row in platform.ledger.stored():
        typer.echo(json.dumps(row._asdict(), default=repr))


def _before(audit: Audit, signed: Signed) -> str:
    """What was proved nevertheless: the chain as a whole, or only up to the wrong record."""
    if signed.broken_at is None:
        return f"{audit.records:,} records before it are sound"
    return (
        f"{audit.records:,} records are chained, as they were written; "
        f"{signed.records:,} privileged events before it are signed"
    )


def show_state_hash(project: str, *, as_json: bool) -> None:
    """The state hash of the present play, and what it covers.

    Two plays have the same one if they came to the same by the same decisions: on another day or
    machine, killed or not, with another orchestrator. JSON: project, play, state_hash, finished,
    champion, covers and left_out (events by kind), streams (a digest for each: compare them to
    see where two plays part).
    """
    platform = open_platform()
    name = chosen(platform, project)
    found = fingerprint(name, records_of(platform, name))
    if as_json:
        state = found.state
        value = {"project": name, "play": found.play, "state_hash": found.digest}
        value |= {"finished": state["finished"], "champion": state["champion"]}
        value |= {"covers": found.covers, "left_out": found.left_out, "streams": found.streams}
        show_json(value)
        return
    console().print(found.digest, soft_wrap=True)
    show_facts(f"the state hash of {name}, play {found.play}, covers", list(_covered(found)))


def _covered(found: Fingerprint) -> Iterator[tuple[str, object]]:
    state = found.state
    yield "champion", state["champion"] or "none"
    yield "finished", "yes" if state["finished"] else "not yet"
    yield "events", f"{sum(found.covers.values()):,}: {_counted(found.covers)}"
    yield "left out", f"{_counted(found.left_out) or 'no event'}; never real time, run ids, cost"


def _counted(events: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in events.items())
