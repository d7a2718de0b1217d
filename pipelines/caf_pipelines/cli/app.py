"""The verbs of `caf`, and how they end."""

from typing import Annotated, Any

import click
import typer

from caf_platform.errors import CafError

STOPPED = 130

app = typer.Typer(
    name="caf",
    help="The CAF-AI MLOps reference platform: one use case through its whole life.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
audit = typer.Typer(help="Prove that nobody edited the ledger.", no_args_is_help=True)
quarantine = typer.Typer(help="Rows that broke the contract.", no_args_is_help=True)
app.add_typer(audit, name="audit")
app.add_typer(quarantine, name="quarantine")

Project = Annotated[
    str, typer.Option("--project", "-p", help="The use case; may be left out if there is one.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
Actor = Annotated[str, typer.Option("--as", help="Who you are; default: CAF_ACTOR or your login.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; it is recorded.")]


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit code; every error is told, none is a traceback."""
    command = typer.main.get_command(app)
    try:
        code: Any = command.main(args=arguments, prog_name="caf", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except (KeyboardInterrupt, click.Abort):
        typer.echo("\nStopped. Nothing is lost: the same command continues.", err=True)
        return STOPPED
    except CafError as error:
        from caf_pipelines.cli.output import show_error

        show_error(error, as_json="--json" in arguments)
        return error.exit_code
    return code if isinstance(code, int) else 0


@app.command()
def demo(project: Project = "flight_delays", json: Json = False) -> None:
    """Play a use case's year from raw batch to rollback; a finished one is played anew."""
    from caf_pipelines.cli.playing import play

    play(project, anew=True, as_json=json)


@app.command("run")
def run_project(project: Project = "", json: Json = False) -> None:
    """Continue a project's lifecycle: take in what has arrived, decide, act."""
    from caf_pipelines.cli.playing import play

    play(project, anew=False, as_json=json)


@app.command()
def champion(project: Project = "", json: Json = False) -> None:
    """Which version serves, since when, and why."""
    from caf_pipelines.cli.looking import show_champion

    show_champion(project, as_json=json)


@app.command()
def history(project: Project = "", json: Json = False) -> None:
    """Every decision of the present play: what was done, what was not, and why."""
    from caf_pipelines.cli.looking import show_history

    show_history(project, as_json=json)


@app.command()
def incidents(project: Project = "", json: Json = False) -> None:
    """What needs, or needed, a person."""
    from caf_pipelines.cli.looking import show_incidents

    show_incidents(project, as_json=json)


@app.command()
def lineage(
    subject: Annotated[str, typer.Argument(help="A version (v3) or a prediction id.")],
    project: Project = "",
    json: Json = False,
) -> None:
    """Walk from a prediction or version to model, data, raw bytes, contract, policy, commit."""
    from caf_pipelines.cli.looking import show_lineage

    show_lineage(subject, project, as_json=json)


@app.command()
def projects(json: Json = False) -> None:
    """The use cases in this clone."""
    from caf_pipelines.cli.looking import show_projects

    show_projects(as_json=json)


@app.command()
def approve(version: str, project: Project = "", actor: Actor = "") -> None:
    """Approve a version whose gate has passed; never your own."""
    from caf_pipelines.cli.acting import approve_version

    approve_version(version, project, actor)


@app.command()
def promote(version: str, project: Project = "", actor: Actor = "", reason: Reason = "") -> None:
    """Make an approved version the champion, through the door."""
    from caf_pipelines.cli.acting import promote_version

    promote_version(version, project, actor, reason)


@app.command()
def rollback(
    project: Project = "",
    to: Annotated[str, typer.Option(help="The version; default: the last good one.")] = "",
    actor: Actor = "",
    reason: Reason = "",
) -> None:
    """Put the champion back to the last good version, in one audited step."""
    from caf_pipelines.cli.acting import roll_back

    roll_back(project, to, actor, reason)


@app.command()
def reset(
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Forget everything that happened: remove the home folder."""
    from caf_pipelines.cli.acting import reset_home

    reset_home(yes=yes)


@audit.command("verify")
def audit_verify(json: Json = False) -> None:
    """Recompute the whole chain; says which record is wrong."""
    from caf_pipelines.cli.looking import verify_ledger

    verify_ledger(as_json=json)


@quarantine.command("list")
def quarantine_list(project: Project = "", json: Json = False) -> None:
    """Batches with rows set aside, and why."""
    from caf_pipelines.cli.looking import show_quarantine

    show_quarantine(project, as_json=json)


@quarantine.command("replay")
def quarantine_replay(
    batch: Annotated[str, typer.Argument(help="The batch whose rows are judged again.")],
    project: Project = "",
) -> None:
    """Judge a batch's quarantined rows again under the present contract."""
    from caf_pipelines.cli.acting import replay_quarantine

    replay_quarantine(batch, project)
