"""The verb that explains one recorded answer: `caf explain`."""

from collections.abc import Sequence
from pathlib import Path

import typer

from caf_governance.bundle.card import Section
from caf_pipelines.cli.opening import chosen, nothing_yet, open_platform, plays_of
from caf_pipelines.cli.output import console, show_facts, show_json, show_table
from caf_pipelines.explanations.case import Case, open_case
from caf_pipelines.explanations.explanation import explained
from caf_pipelines.explanations.sections import sections, title
from caf_platform.errors import BadInput
from caf_platform.wiring import Platform

DIFFERS = 1


def show_explanation(
    prediction: str, project: str, what_if: Sequence[str], out: str, *, as_json: bool
) -> None:
    """Explain a recorded prediction; replayed, so that nothing is explained that was not so.

    JSON: good, project, play, prediction, model, lineage (verified, wrong), inputs, action,
    replay, drivers, dependence, counterfactual, what_if, says: the fields of
    `caf_pipelines.explanations.values`, the same bytes for the same prediction. Exit code 1 when
    the replay differs from what was recorded, or a byte on the way does.
    """
    platform = open_platform()
    found = explained(_case(platform, chosen(platform, project), prediction), what_if)
    parts = sections(found)
    if out:
        from caf_pipelines.report.card_page import explanation_page
        from caf_pipelines.report.writing import write_page

        write_page(explanation_page(title(found), parts).encode(), Path(out))
    if as_json:
        show_json(found.as_dict())
    elif out:
        console().print(out, markup=False, soft_wrap=True)
    else:
        for part in parts:
            _show(part)
    if not found.good:
        raise typer.Exit(DIFFERS)


def _case(platform: Platform, project: str, prediction: str) -> Case:
    """The case from the newest play that knows the prediction."""
    unknown: BadInput | None = None
    for records in plays_of(platform, project):
        try:
            return open_case(platform, platform.project(project), records, prediction)
        except BadInput as error:
            unknown = unknown or error
    raise unknown or nothing_yet(platform.settings)


def _show(part: Section) -> None:
    """One part on a terminal."""
    if part.rows:
        show_table(part.title, part.columns, part.rows)
    else:
        show_facts(part.title, part.facts)
    for line in (part.text, *part.items):
        if line:
            console().print(f"  {line}", markup=False, soft_wrap=True)
