"""The verb that proves the ledger: `caf audit verify`."""

from dataclasses import replace

import typer

from caf_pipelines.cli.opening import has_ledger, nothing_yet, open_platform
from caf_pipelines.cli.output import console, show_json
from caf_platform.ledger.privileged import Signed, verify_signatures
from caf_platform.ports.ledger import Audit

BROKEN = 1


def verify_ledger(*, as_json: bool) -> None:
    """Recompute the whole chain, and verify who signed what decides who serves.

    Leaves with exit code 1 when a record is wrong. JSON: sound, records, signed (how many gate
    decisions, approvals, promotions and rollbacks were proved), head (the newest hash: note it
    elsewhere to prove later that it stood), broken_at (the first wrong record's number)
    and why, both null when all is sound.
    """
    platform = open_platform()
    if not has_ledger(platform.settings):
        raise nothing_yet()
    audit, signed = platform.ledger.verify(), Signed(0)
    if audit.sound:
        signed = verify_signatures(platform.ledger.read(), platform.signer)
        audit = replace(audit, broken_at=signed.broken_at, why=signed.why)
    if as_json:
        why = audit.why or None
        value = {"sound": audit.sound, "records": audit.records, "signed": signed.records}
        show_json({**value, "head": audit.head, "broken_at": audit.broken_at, "why": why})
    elif audit.sound:
        text = f"sound: {audit.records:,} records chained, each what it was when it was written"
        console().print(f"[green]{text}[/]", soft_wrap=True)
        text = (
            f"proved: {signed.records:,} privileged events signed by who may (gate, approval, move)"
        )
        console().print(text, soft_wrap=True, markup=False)
        console().print(f"head: {audit.head}", soft_wrap=True)
    else:
        why = audit.why.removeprefix(f"record {audit.broken_at}: ")
        text = f"record {audit.broken_at} is wrong: {why}"
        console().print(text, style="bold red", markup=False, soft_wrap=True)
        console().print(_before(audit, signed), soft_wrap=True)
    if not audit.sound:
        raise typer.Exit(BROKEN)


def _before(audit: Audit, signed: Signed) -> str:
    """What was proved nevertheless: the chain as a whole, or only up to the wrong record."""
    if signed.broken_at is None:
        return f"{audit.records:,} records before it are sound"
    return (
        f"{audit.records:,} records are chained, as they were written; "
        f"{signed.records:,} privileged events before it are signed"
    )
