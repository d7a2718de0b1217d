"""The verb that says what words mean here: `caf glossary`."""

import json
from pathlib import Path
from typing import Any

from caf_governance.glossary.entries import Entry, entries
from caf_pipelines.billing import bill
from caf_pipelines.cli.opening import chosen, open_platform, records_of, state_from
from caf_pipelines.cli.output import console, show_json, show_table
from caf_platform.ledger.state import ProjectState
from caf_platform.ports.lake import Lake


def show_glossary(project: str, out: str, *, as_json: bool) -> None:
    """Every measure, verdict, action, gate, monitor and policy key, with the project's numbers.

    JSON: project, entries (each with word, kind, meaning, business, number), page (null without
    `--out`).
    """
    from caf_governance.gates import release as _gates  # noqa: F401 - registers the gates
    from caf_monitoring import monitors as _monitors  # noqa: F401 - registers the monitors

    platform = open_platform()
    name = chosen(platform, project)
    records = records_of(platform, name)
    state, found = state_from(name, records), platform.project(name)
    told, seen = bill(state, records, found), _seen(state, platform.lake)
    every = entries(
        found.declaration,
        found.policy,
        dict(seen.get("performance", {}).get("challenger", {})),
        told.trained,
        told.point,
        membership=((seen.get("membership") or {}).get("auc") or {}).get("point"),
    )
    if out:
        from caf_pipelines.report.writing import write_page

        write_page(_page(found.declaration.title, every).encode(), Path(out))
    if as_json:
        listed = [one.model_dump() for one in every]
        show_json({"project": name, "entries": listed, "page": out or None})
        return
    show_table(
        f"Words of {name}",
        ("word", "kind", "here", "meaning"),
        [(one.word, one.kind, one.number, f"{one.meaning} {one.business}") for one in every],
    )
    if out:
        console().print(out, markup=False, soft_wrap=True)


def _seen(state: ProjectState, lake: Lake) -> dict[str, Any]:
    """What the gates saw of the newest version that was judged; nothing where none was."""
    gates = [model.gate for model in state.models.values() if model.gate]
    if not gates:
        return {}
    return dict(json.loads(lake.read(gates[-1].evidence_key))["evidence"])


def _page(title: str, every: tuple[Entry, ...]) -> str:
    """The glossary in Markdown, a table for each kind of word."""
    lines = [f"# What words mean: {title}"]
    for kind in dict.fromkeys(one.kind for one in every):
        lines += ["", f"## {kind.capitalize()}", "", "| word | here | meaning |", "|---|---|---|"]
        lines += [
            f"| {one.word} | {one.number} | {f'{one.meaning} {one.business}'.strip()} |".replace(
                "\n", " "
            )
            for one in every
            if one.kind == kind
        ]
    return "\n".join(lines) + "\n"
