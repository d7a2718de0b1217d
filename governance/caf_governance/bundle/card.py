"""The model card of a promoted version, written from a bundle's summary. Pure.

Fields follow Mitchell et al., *Model Cards for Model Reporting* (2019), as the model cards of
Google and Hugging Face have them. What nobody said is said to be so.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

NOT_SAID = "The project says nothing about it."


def card(project: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    """The card in Markdown, with YAML front matter; every number stands in the summary."""
    return "\n".join(_lines(project, found)) + "\n"


def _lines(project: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[str]:
    yield from (
        "---",
        f"license: {json.dumps(project['licence'])}",
        f"tags: [{project['task']}, tabular]",
    )
    yield from ("---", "", f"# {project['title']}: {found['version']}", "")
    yield from ("## Model details", "")
    yield from _facts(
        {
            "Project": project["name"],
            "Version": found["version"],
            "Replaces": found["replaces"] or "nothing",
            "Kind": f"{project['family']}, {project['task']}",
            "Predicts": project["target"],
            "Owner of the model": project["owners"]["model"],
            "Code commit": found["commit"] or "no checkout",
            "Packages": found["packages"],
            "Model file": found["data"]["digests"]["artifact"],
        }
    )
    yield from ("", "## Intended use", "", project["use"]["intended"] or NOT_SAID, "")
    yield from ("Not meant for:", "", *_items(project["use"]["out_of_scope"]))
    yield from ("", "## Limits", "", *_items(project["use"]["limits"]))
    yield from ("", "## Training data", "")
    data, contract = found["data"], found["contract"]
    yield from _facts(
        {
            "Days": f"{data['from']} to {data['to']}",
            "Rows": data["rows"],
            "Batches": data["batches"],
            "Rows that came": contract["rows"],
            "Set aside by the contract": contract["quarantined"],
            "Licence": project["licence"],
        }
    )
    yield from ("", "## Evaluation", "")
    comparison = found["comparison"]
    yield from _facts(
        {
            "Days": f"{comparison['judged_from']} to {comparison['judged_to']}",
            "Rows, later than any training": comparison["gate_rows"],
            "Compared with": comparison["against"] or "no champion",
            "Better than the champion": _interval(comparison["improvement_on_champion"]),
            "Better than the best constant": _interval(comparison["improvement_on_dummy"]),
            "Better than the simple model": _interval(comparison["improvement_on_baseline"]),
            f"Worth more, {comparison['value_unit']} per 1,000 rows": _interval(
                comparison["value_gain"]
            ),
        }
    )
    yield from ("", "| measure | value |", "|---|---|")
    yield from (
        f"| {name} | {_number(value)} |"
        for name, value in sorted(found["performance"].get("challenger", {}).items())
    )
    yield from ("", "## Segments and groups", "")
    yield from ("| segment | rows | better by |", "|---|---|---|")
    yield from (
        f"| {one['name']} | {one['rows']} | {_interval(one['improvement'])} |"
        for one in found["segments"]
    )
    if found["groups"]:
        yield from ("", f"Protected columns that were compared: {_columns(found['groups'])}.")
    yield from ("", "## Gates", "", "| gate | verdict |", "|---|---|")
    yield from (f"| {name} | {verdict} |" for name, verdict in sorted(found["gates"].items()))
    yield from ("", "## Approved by", "")
    yield from _items(
        [
            f"{'the policy itself' if one['automatic'] else one['approver']}, "
            f"until {one['expires_at']}"
            for one in found["approvals"]
        ]
    )
    yield from (
        "",
        "## Not measured",
        "",
        "Explanations, and what the model gives away of its rows.",
    )


def _facts(facts: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"- **{name}**: {value}" for name, value in facts.items())


def _items(texts: list[str]) -> list[str]:
    return [f"- {text}" for text in texts] or [f"- {NOT_SAID}"]


def _columns(groups: list[Mapping[str, Any]]) -> str:
    return ", ".join(dict.fromkeys(str(one["column"]) for one in groups))


def _interval(value: Mapping[str, Any] | None) -> str:
    if value is None or value.get("point") is None:
        return "not measured"
    return f"{_number(value['point'])} ({_number(value['low'])} to {_number(value['high'])})"


def _number(value: Any) -> str:
    return "not measured" if value is None else f"{value:.6g}"
