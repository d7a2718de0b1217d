"""The verbs by which people decide who serves, and those that make people known."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import typer

from caf_pipelines.cli.options import Actor, Because, Json, Project, Reason, named

door = typer.Typer()
identity = typer.Typer(help="Who may act here: people with keys and roles.", no_args_is_help=True)


tokens = typer.Typer(help="Keys by which identifiers become tokens.", no_args_is_help=True)


class Exported(StrEnum):
    """What can be let out."""

    ROWS = "rows"
    PREDICTIONS = "predictions"


class Duty(StrEnum):
    """The roles that a person may have, named here so that `--help` needs no typed events."""

    AUTHOR = "author"
    APPROVER = "approver"
    PUBLISHER = "publisher"
    OPERATOR = "operator"
    AUDITOR = "auditor"


@door.command()
def approve(
    version: str,
    project: Project = "",
    actor: Actor = "",
    revoke: Annotated[
        bool, typer.Option("--revoke", help="Take back every approval it has by now.")
    ] = False,
    reason: Reason = "",
    json: Json = False,
) -> None:
    """Approve a version whose gate has passed, never your own; or take approvals back."""
    from caf_pipelines.cli.approving import approve_version, take_approvals_back

    if revoke:
        take_approvals_back(version, project, actor, reason, as_json=json)
    else:
        approve_version(version, project, actor, as_json=json)


@door.command()
def promote(
    version: str,
    project: Project = "",
    actor: Actor = "",
    reason: Reason = "",
    json: Json = False,
) -> None:
    """Make an approved version the champion, through the door."""
    from caf_pipelines.cli.acting import promote_version

    promote_version(version, project, actor, reason, as_json=json)


@door.command()
def rollback(
    project: Project = "",
    to: Annotated[
        str, typer.Option(help="The version; default: the last good one.", callback=named)
    ] = "",
    actor: Actor = "",
    reason: Reason = "",
    json: Json = False,
) -> None:
    """Put the champion back to the last good version, in one audited step."""
    from caf_pipelines.cli.acting import roll_back

    roll_back(project, to, actor, reason, as_json=json)


@door.command()
def retire(
    version: str, reason: Because, project: Project = "", actor: Actor = "", json: Json = False
) -> None:
    """Take a version out of service for good; not the champion while it serves."""
    from caf_pipelines.cli.stopping import retire_version

    retire_version(version, project, actor, reason, as_json=json)


@door.command()
def stop(reason: Because, project: Project = "", actor: Actor = "", json: Json = False) -> None:
    """Kill switch: let the champion's fallback answer from the next batch on."""
    from caf_pipelines.cli.stopping import stop as stop_it

    stop_it(project, actor, reason, as_json=json)


@door.command()
def withdraw(
    batch: Annotated[str, typer.Argument(help="A batch that was accepted, by its name.")],
    reason: Because,
    project: Project = "",
    actor: Actor = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what rests on it; record nothing.")
    ] = False,
    json: Json = False,
) -> None:
    """Roll back data: take a batch out of use, and mark everything that rests on it."""
    from caf_pipelines.cli.withdrawing import withdraw as withdraw_it

    withdraw_it(batch, project, actor, reason, dry_run=dry_run, as_json=json)


@door.command()
def erase(
    subject: Annotated[str, typer.Argument(help="Who, as in the data; - reads it from input.")],
    reason: Because,
    project: Project = "",
    actor: Actor = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would go; remove nothing.")
    ] = False,
    json: Json = False,
) -> None:
    """Erase a person: every row, now and in files to come; lists who learnt from them."""
    from caf_pipelines.cli.erasing import erase as erase_it

    raise typer.Exit(erase_it(subject, project, actor, reason, dry_run=dry_run, as_json=json))


@door.command()
def purge(
    project: Project = "",
    actor: Actor = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would go; remove nothing.")
    ] = False,
    json: Json = False,
) -> None:
    """Carry retention out: remove the rows of batches that were kept as long as they may be."""
    from caf_pipelines.cli.erasing import purge as purge_it

    purge_it(project, actor, dry_run=dry_run, as_json=json)


@door.command()
def export(
    what: Annotated[Exported, typer.Argument(help="Accepted rows, or answers that were given.")],
    *,
    out: Annotated[str, typer.Option(help="The Parquet file to write.", callback=named)],
    purpose: Annotated[str, typer.Option(help="What for; it is recorded.", show_default=False)],
    recipient: Annotated[
        str, typer.Option("--for", help="For whom; it is recorded.", callback=named)
    ],
    project: Project = "",
    first: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="The first day.")
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="The last day.")
    ] = None,
    closely: Annotated[
        list[str] | None,
        typer.Option("--with", help="Let out this closely held column; once for each."),
    ] = None,
    actor: Actor = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would leave; write nothing.")
    ] = False,
    json: Json = False,
) -> None:
    """Release a data product: rows or answers as a file, on record with all they came from."""
    from caf_pipelines.cli.exporting import export as export_it
    from caf_pipelines.products.making import Wanted

    days = (first.date() if first else None), (last.date() if last else None)
    wanted = Wanted(what.value, purpose, recipient, *days, tuple(closely or ()))
    export_it(wanted, project, actor, out, dry_run=dry_run, as_json=json)


@door.command()
def resume(reason: Because, project: Project = "", actor: Actor = "", json: Json = False) -> None:
    """Let the champion answer again, from the next batch on."""
    from caf_pipelines.cli.stopping import resume as resume_it

    resume_it(project, actor, reason, as_json=json)


@identity.command("create")
def identity_create(
    role: Annotated[list[Duty], typer.Option("--role", help="What they may do; once for each.")],
    name: Annotated[
        str, typer.Argument(help="Who; default: CAF_ACTOR or your login.", callback=named)
    ] = "",
    json: Json = False,
) -> None:
    """Make a person's key, with the roles that it has for good."""
    from caf_pipelines.cli.identity import create_identity

    create_identity(name, [one.value for one in role], as_json=json)


@identity.command("list")
def identity_list(json: Json = False) -> None:
    """Everybody who has a key here, with roles."""
    from caf_pipelines.cli.identity import list_identities

    list_identities(as_json=json)


@identity.command("retire")
def identity_retire(name: str, json: Json = False) -> None:
    """Let a person's key sign no more; what it signed stays proved."""
    from caf_pipelines.cli.identity import retire_identity

    retire_identity(name, as_json=json)


@tokens.command("show")
def tokens_show(project: Project = "", json: Json = False) -> None:
    """Which columns hold tokens, and which play made them with which key."""
    from caf_pipelines.cli.tokens import show_tokens

    show_tokens(project, as_json=json)


@tokens.command("rotate")
def tokens_rotate(project: Project = "", json: Json = False) -> None:
    """Make a new key for the next play, which names everybody anew."""
    from caf_pipelines.cli.tokens import rotate_tokens

    rotate_tokens(project, as_json=json)
