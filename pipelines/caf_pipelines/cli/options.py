"""Options that many verbs share."""

from typing import Annotated

import typer


def named(context: typer.Context, parameter: typer.CallbackParam, value: str) -> str:
    """What was typed, unless that is nothing: an empty variable of a script is no default."""
    source = context.get_parameter_source(parameter.name or "")
    if source is not None and source.name == "COMMANDLINE" and not value.strip():
        raise typer.BadParameter("it is empty; leave it out, or name one")
    return value


Project = Annotated[
    str,
    typer.Option(
        "--project", "-p", help="The use case; may be left out if there is one.", callback=named
    ),
]
AnyProject = Annotated[
    str,
    typer.Option("--project", "-p", help="Of this use case only; default: of all.", callback=named),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
Actor = Annotated[
    str,
    typer.Option(
        "--as", help="Whose key acts; default: CAF_ACTOR's, or the login's.", callback=named
    ),
]
Port = Annotated[
    int | None,
    typer.Option(min=1, max=65535, help="This port and no other; default: a usual or a free one."),
]
Reason = Annotated[str, typer.Option("--reason", help="Why; it is recorded.")]
Because = Annotated[str, typer.Option("--reason", help="Why; it is recorded.", show_default=False)]
"""A reason that must be given."""
