"""The verbs of `caf`, and how they end."""

from typing import Annotated

import typer

from caf_pipelines.cli import ending
from caf_pipelines.cli.door_verbs import door, identity, tokens
from caf_pipelines.cli.governance_verbs import catalog, governance
from caf_pipelines.cli.options import AnyProject, Json, Port, Project

app = typer.Typer(
    name="caf",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
audit = typer.Typer(help="Prove what the ledger holds.", no_args_is_help=True)
quarantine = typer.Typer(help="Rows that broke the contract.", no_args_is_help=True)
scenario = typer.Typer(help="Game days: faults that must be refused.", no_args_is_help=True)
app.add_typer(door)
app.add_typer(governance)
app.add_typer(identity, name="identity")
app.add_typer(tokens, name="tokens")
app.add_typer(audit, name="audit")
app.add_typer(quarantine, name="quarantine")
app.add_typer(scenario, name="scenario")
app.add_typer(catalog, name="catalog")


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit code; every error is told, none is a traceback.

    A reader that goes away (`caf history | head`) ends it quietly, with the shell's code for that.
    """
    try:
        app(args=arguments, prog_name="caf")
    except SystemExit as leaving:
        return ending.left(leaving, as_json="--json" in arguments)
    except Exception as error:  # noqa: BLE001 - the last one to see it tells it
        return ending.failed(error, as_json="--json" in arguments)
    return 0


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"caf {version('caf-mlops')}")
        raise typer.Exit


@app.callback()
def caf(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """The CAF-AI MLOps reference platform: one use case through its whole life."""


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
def history(
    project: Project = "",
    json: Json = False,
    all_plays: Annotated[bool, typer.Option("--all-plays", help="Former plays too.")] = False,
) -> None:
    """Every decision of the present play: what was done, what was not, and why."""
    from caf_pipelines.cli.looking import show_history

    show_history(project, as_json=json, all_plays=all_plays)


@app.command()
def incidents(project: Project = "", json: Json = False) -> None:
    """What needs, or needed, a person."""
    from caf_pipelines.cli.looking import show_incidents

    show_incidents(project, as_json=json)


@app.command()
def performance(project: Project = "", json: Json = False) -> None:
    """Performance as estimated while labels are late, and as it came true."""
    from caf_pipelines.cli.performance import show_performance

    show_performance(project, as_json=json)


@app.command()
def cost(
    project: Project = "",
    by: Annotated[str, typer.Option(help="stage, run, model, project or capability.")] = "stage",
    prices: Annotated[str, typer.Option(help="A price file; default: CAF_PRICES, or ours.")] = "",
    json: Json = False,
) -> None:
    """What was spent, in seconds, bytes, rows and money, beside what it was worth."""
    from caf_pipelines.cli.costing import asked_view, show_cost

    show_cost(project, asked_view(by), prices, as_json=json)


@app.command()
def lineage(
    subject: Annotated[
        str, typer.Argument(help="A version, prediction id, or data product; default: champion.")
    ] = "",
    project: Project = "",
    json: Json = False,
) -> None:
    """Walk from a prediction, version or data product back to model, data and raw bytes."""
    from caf_pipelines.cli.tracing import show_lineage

    show_lineage(subject, project, as_json=json)


@app.command()
def drift(
    window: Annotated[str, typer.Argument(help="A window, such as 2013-10.")],
    project: Project = "",
    out: Annotated[str, typer.Option(help="Where to write the page.")] = "",
) -> None:
    """Draw Evidently's drift page of a window: one HTML file that needs no network."""
    from caf_pipelines.cli.drawing import draw_drift

    draw_drift(window, project, out)


@app.command()
def report(
    project: Project = "",
    out: Annotated[str, typer.Option(help="Where to write the page.")] = "",
    json: Json = False,
) -> None:
    """Write the play's report: one HTML file with every decision, that needs no network."""
    from caf_pipelines.cli.drawing import draw_report

    draw_report(project, out, as_json=json)


@app.command()
def ui(
    project: Project = "",
    json: Json = False,
    mlflow_port: Port = None,
    prefect_port: Port = None,
    report_port: Port = None,
    browser: Annotated[bool, typer.Option("--browser", help="Open the report in one.")] = False,
) -> None:
    """Serve MLflow, Prefect and the report on this machine until Ctrl-C."""
    from caf_pipelines.cli.serving import serve

    ports = (mlflow_port, prefect_port, report_port)
    serve(project, ports, browser=browser, as_json=json)


@app.command()
def projects(json: Json = False) -> None:
    """The use cases in this clone."""
    from caf_pipelines.cli.looking import show_projects

    show_projects(as_json=json)


@app.command()
def portfolio(json: Json = False) -> None:
    """All projects beside each other: value, cost, risk and state."""
    from caf_pipelines.cli.portfolio import show_portfolio

    show_portfolio(as_json=json)


@app.command()
def reset(
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Forget everything that happened: remove the home folder."""
    from caf_pipelines.cli.resetting import reset_home

    reset_home(yes=yes)


@audit.command("verify")
def audit_verify(json: Json = False) -> None:
    """Recompute the whole chain, ask its witness; says which record is wrong."""
    from caf_pipelines.cli.auditing import verify_ledger

    verify_ledger(as_json=json)


@audit.command("export")
def audit_export() -> None:
    """Print the ledger as it is stored, a line of JSON for each record."""
    from caf_pipelines.cli.auditing import export_ledger

    export_ledger()


@audit.command("state")
def audit_state(project: Project = "", json: Json = False) -> None:
    """The state hash: equal for plays that came to the same by the same decisions."""
    from caf_pipelines.cli.auditing import show_state_hash

    show_state_hash(project, as_json=json)


@quarantine.command("list")
def quarantine_list(project: Project = "", json: Json = False) -> None:
    """Batches with rows set aside, and why."""
    from caf_pipelines.cli.tracing import show_quarantine

    show_quarantine(project, as_json=json)


@quarantine.command("replay")
def quarantine_replay(
    batch: Annotated[str, typer.Argument(help="The batch whose rows are judged again.")],
    project: Project = "",
    json: Json = False,
) -> None:
    """Judge a batch's quarantined rows again under the present contract."""
    from caf_pipelines.cli.acting import replay_quarantine

    replay_quarantine(batch, project, as_json=json)


@scenario.command("list")
def scenario_list(project: AnyProject = "", json: Json = False) -> None:
    """The game days, and who must object in each."""
    from caf_pipelines.cli.rehearsing import list_scenarios

    list_scenarios(project, as_json=json)


@scenario.command("run")
def scenario_run(
    names: Annotated[list[str] | None, typer.Argument(help="Which ones.")] = None,
    project: AnyProject = "",
    everyone: Annotated[bool, typer.Option("--all", help="Every one of them.")] = False,
    json: Json = False,
) -> None:
    """Inject a fault into a real play; exits 0 only if the platform did the right thing."""
    from caf_pipelines.cli.rehearsing import run_scenarios

    run_scenarios(names or [], project, everyone=everyone, as_json=json)
