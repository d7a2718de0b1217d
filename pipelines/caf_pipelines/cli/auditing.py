"""The verb that proves the ledger: `caf audit verify`."""

import typer

from caf_pipelines.cli.opening import has_ledger, nothing_yet, open_platform
from caf_pipelines.cli.output import console, show_json

BROKEN = 1


def verify_ledger(*, as_json: bool) -> None:
    """Recompute the whole chain; leaves with exit code 1 when a record is wrong.

    JSON: sound, records, head (the newest hash: note it elsewhere to prove later that it stood),
    broken_at (the first wrong record's number) and why, both null when all is sound.
    """
    platform = open_platform()
    if not has_ledger(platform.settings):
        raise nothing_yet()
    audit = platform.ledger.verify()
    if as_json:
        why = audit.why or None
        value = {"sound": audit.sound, "records": audit.records, "head": audit.head}
        show_json({**value, "broken_at": audit.broken_at, "why": why})
    elif audit.sound:
        text = f"sound: {audit.records:,} records, each what it was when it was written"
        console().print(f"[green]{text}[/]", soft_wrap=True)
        console().print(f"head: {audit.head}", soft_wrap=True)
    else:
        why = audit.why.removeprefix(f"record {audit.broken_at}: ")
        text = f"record {audit.broken_at} is wrong: {why}"
        console().print(text, style="bold red", markup=False, soft_wrap=True)
        console().print(f"{audit.records:,} records before it are sound", soft_wrap=True)
    if not audit.sound:
        raise typer.Exit(BROKEN)
