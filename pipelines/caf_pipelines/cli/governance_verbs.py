"""The verbs of governance: evidence, capabilities, risks, and the data catalogue."""

from typing import Annotated

import typer

from caf_pipelines.cli.options import AnyProject, Json, Project

governance = typer.Typer()
catalog = typer.Typer(help="The data catalogue: who answers for which data.", no_args_is_help=True)


@governance.command()
def risks(
    out: Annotated[str, typer.Option(help="Write the page there too.")] = "",
    proved: Annotated[
        bool, typer.Option("--proved", help="Also fail while a control's tests did not run.")
    ] = False,
    json: Json = False,
) -> None:
    """The risk register as its tests stand; exits 1 while one of its controls is red."""
    from caf_pipelines.cli.weighing import show_risks

    show_risks(out, proved=proved, as_json=json)


@governance.command()
def verify(
    version: Annotated[str, typer.Argument(help="A promoted version, such as v1.")],
    project: Project = "",
    bundle: Annotated[str, typer.Option(help="This folder; nothing of the home is read.")] = "",
    key: Annotated[
        str, typer.Option(help="The fingerprint of the key that must have signed.")
    ] = "",
    json: Json = False,
) -> None:
    """Recompute a promotion's evidence bundle: digests, signatures, chain and every decision."""
    from caf_pipelines.cli.verifying import verify_bundle

    verify_bundle(version, project, bundle, key, as_json=json)


@governance.command()
def card(
    version: Annotated[str, typer.Argument(help="A promoted version, such as v1.")],
    project: Project = "",
    out: Annotated[str, typer.Option(help="Write it there instead of printing it.")] = "",
) -> None:
    """The model card of a promoted version, in Markdown, from its signed bundle."""
    from caf_pipelines.cli.verifying import show_card

    show_card(version, project, out)


@governance.command()
def explain(
    prediction: Annotated[str, typer.Argument(help="A prediction id; caf lineage shows one.")],
    project: Project = "",
    what_if: Annotated[
        list[str] | None,
        typer.Option("--what-if", help="Ask with another cell, column=value; repeatable."),
    ] = None,
    out: Annotated[str, typer.Option(help="Write it there as a page instead.")] = "",
    json: Json = False,
) -> None:
    """Explain a recorded prediction: replayed, what drove it, and what other cells would do."""
    from caf_pipelines.cli.explanations import show_explanation

    show_explanation(prediction, project, what_if or [], out, as_json=json)


@governance.command()
def features(
    version: Annotated[
        str, typer.Argument(help="A version that was judged; default: the champion.")
    ] = "",
    project: Project = "",
    json: Json = False,
) -> None:
    """What each feature is worth and costs: the model trained again without it."""
    from caf_pipelines.cli.features import show_features

    show_features(version, project, as_json=json)


@governance.command()
def capabilities(
    out: Annotated[str, typer.Option(help="Write the page there too.")] = "",
    proved: Annotated[
        bool, typer.Option("--proved", help="Also fail on what did not run or was not played.")
    ] = False,
    json: Json = False,
) -> None:
    """The 49 CAF-AI capabilities: what enforces each, which test proved it, what records it."""
    from caf_pipelines.cli.mapping import show_capabilities

    show_capabilities(out, proved=proved, as_json=json)


@governance.command()
def maturity(json: Json = False) -> None:
    """How mature each capability is here, from evidence alone, and the next cheapest step."""
    from caf_pipelines.cli.mapping import show_maturity

    show_maturity(as_json=json)


@governance.command()
def adoption(json: Json = False) -> None:
    """Which projects use the platform, and which of its stages, gates and monitors."""
    from caf_pipelines.cli.adopting import show_adoption

    show_adoption(as_json=json)


@governance.command()
def glossary(
    project: Project = "",
    out: Annotated[str, typer.Option(help="Write it there too, in Markdown.")] = "",
    json: Json = False,
) -> None:
    """Every measure, verdict and policy key in plain words, with the project's own numbers."""
    from caf_pipelines.cli.explaining import show_glossary

    show_glossary(project, out, as_json=json)


@catalog.command("list")
def catalog_list(project: AnyProject = "", json: Json = False) -> None:
    """Every dataset and column: meaning, class, owner, and what is not declared."""
    from caf_pipelines.cli.cataloguing import list_catalogue

    list_catalogue(project, as_json=json)


@catalog.command("search")
def catalog_search(
    text: Annotated[str, typer.Argument(help="Words; every one must be found.")],
    project: AnyProject = "",
    json: Json = False,
) -> None:
    """Find datasets and columns by name, meaning, owner, class or licence; the best first."""
    from caf_pipelines.cli.cataloguing import search_catalogue

    search_catalogue(text, project, as_json=json)


@catalog.command("show")
def catalog_show(
    name: Annotated[str, typer.Argument(help="A dataset or column, or project/name.")],
    project: AnyProject = "",
    json: Json = False,
) -> None:
    """The data card: declared, counted, where it came from, and what was made of it."""
    from caf_pipelines.cli.cataloguing import show_entry

    show_entry(name, project, as_json=json)


@catalog.command("page")
def catalog_page(
    project: AnyProject = "",
    out: Annotated[str, typer.Option(help="Where to write the page.")] = "",
    json: Json = False,
) -> None:
    """Write the catalogue as one HTML page that can be searched and needs no network."""
    from caf_pipelines.cli.cataloguing import draw_catalogue

    draw_catalogue(project, out, as_json=json)
