"""The model card of a promoted version, written from a bundle's summary. Pure.

Fields follow Mitchell et al., *Model Cards for Model Reporting* (2019), as the model cards of
Google and Hugging Face have them. What nobody said is said to be so.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

NOT_SAID = "The project says nothing about it."
NOT_SHUFFLED = "It was judged before that was measured."


@dataclass(frozen=True)
class Section:
    """A part of the card: a text, facts, items below some words, a table; what there is of them."""

    title: str
    text: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    items: tuple[str, ...] = ()
    above_items: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def card(project: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    """The card in Markdown, with YAML front matter; every number stands in the summary."""
    licence = f"license: {json.dumps(project['licence'])}"
    front = ("---", licence, f"tags: [{project['task']}, tabular]", "---", "")
    parts = [_markdown(one) for one in sections(project, found)]
    return "\n".join([*front, f"# {title(project, found)}", *parts]) + "\n"


def title(project: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    """The project and its version."""
    return f"{project['title']}: {found['version']}"


def sections(project: Mapping[str, Any], found: Mapping[str, Any]) -> tuple[Section, ...]:
    """The card's parts in order."""
    use = project["use"]
    approved = (
        f"{'the policy itself' if one['automatic'] else one['approver']}, until {one['expires_at']}"
        for one in found["approvals"]
    )
    return (
        _details(project, found),
        Section(
            "Intended use",
            text=use["intended"] or NOT_SAID,
            above_items="Not meant for:",
            items=_said(use["out_of_scope"]),
        ),
        Section("Limits", items=_said(use["limits"])),
        _learnt(project, found),
        _evaluation(found),
        Section(
            "Performance",
            columns=("measure", "value"),
            rows=tuple(
                (name, _number(value))
                for name, value in sorted(found["performance"].get("challenger", {}).items())
            ),
        ),
        _segments(found),
        _rests_on(found),
        _privacy(found["membership"]),
        Section("Gates", columns=("gate", "verdict"), rows=tuple(sorted(found["gates"].items()))),
        Section("Approved by", items=tuple(approved)),
    )


def _details(project: Mapping[str, Any], found: Mapping[str, Any]) -> Section:
    return Section(
        "Model details",
        facts=(
            ("Project", project["name"]),
            ("Version", found["version"]),
            ("Replaces", found["replaces"] or "nothing"),
            ("Kind", f"{project['family']}, {project['task']}"),
            ("Predicts", project["target"]),
            ("Owner of the model", project["owners"]["model"]),
            ("Code commit", found["commit"] or "no checkout"),
            ("Packages", str(found["packages"])),
            ("Model file", found["data"]["digests"]["artifact"]),
        ),
    )


def _learnt(project: Mapping[str, Any], found: Mapping[str, Any]) -> Section:
    data, contract = found["data"], found["contract"]
    return Section(
        "Training data",
        facts=(
            ("Days", f"{data['from']} to {data['to']}"),
            ("Rows", str(data["rows"])),
            ("Batches", str(data["batches"])),
            ("Rows that came", str(contract["rows"])),
            ("Set aside by the contract", str(contract["quarantined"])),
            ("Licence", project["licence"]),
        ),
    )


def _evaluation(found: Mapping[str, Any]) -> Section:
    seen = found["comparison"]
    return Section(
        "Evaluation",
        facts=(
            ("Days", f"{seen['judged_from']} to {seen['judged_to']}"),
            ("Rows, later than any training", str(seen["gate_rows"])),
            ("Compared with", seen["against"] or "no champion"),
            ("Better than the champion", _interval(seen["improvement_on_champion"])),
            ("Better than the best constant", _interval(seen["improvement_on_dummy"])),
            ("Better than the simple model", _interval(seen["improvement_on_baseline"])),
            (f"Worth more, {seen['value_unit']} per 1,000 rows", _interval(seen["value_gain"])),
        ),
    )


def _segments(found: Mapping[str, Any]) -> Section:
    columns = dict.fromkeys(str(one["column"]) for one in found["groups"])
    return Section(
        "Segments and groups",
        text=f"Protected columns that were compared: {', '.join(columns)}." if columns else "",
        columns=("segment", "rows", "better by"),
        rows=tuple(
            (one["name"], str(one["rows"]), _interval(one["improvement"]))
            for one in found["segments"]
        ),
    )


def _rests_on(found: Mapping[str, Any]) -> Section:
    """The columns by what shuffling them loses, the one that matters most first."""
    seen = sorted(
        found.get("importance", {}).items(), key=lambda one: (-(one[1]["point"] or 0), one[0])
    )
    return Section(
        "What it rests on",
        text="What a row loses when a column is shuffled among some rows of the evaluation: "
        "permutation importance, no cause."
        if seen
        else NOT_SHUFFLED,
        columns=("column", "loses"),
        rows=tuple((name, _interval(value)) for name, value in seen),
    )


def _privacy(found: Mapping[str, Any] | None) -> Section:
    """Membership inference by loss; see `caf_platform.measures.membership`."""
    title = "What it gives away of its training rows"
    if found is None:
        return Section(title, text="It was not measured.")
    return Section(
        title,
        text="How well whoever knows a row and its label tells by the model's loss whether it "
        "was learnt from, as an area under the ROC curve: 0.5 is chance.",
        facts=(
            ("By this model", _interval(found["auc"])),
            ("By the simple model, on the same rows", _number(found["baseline"])),
            ("Rows that were learnt from", str(found["members"])),
            ("Later rows that were not", str(found["others"])),
        ),
    )


def _markdown(part: Section) -> str:
    return "\n".join(["", f"## {part.title}", *_lines(part)])


def _lines(part: Section) -> Iterator[str]:
    if part.text:
        yield from ("", part.text)
    if part.facts:
        yield from ("", *(f"- **{name}**: {value}" for name, value in part.facts))
    if part.above_items:
        yield from ("", part.above_items)
    if part.items:
        yield from ("", *(f"- {item}" for item in part.items))
    if part.rows:
        yield from ("", _row(part.columns), _row(["---"] * len(part.columns)))
        yield from (_row(row) for row in part.rows)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _said(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(texts) or (NOT_SAID,)


def _interval(value: Mapping[str, Any] | None) -> str:
    if value is None or value.get("point") is None:
        return "not measured"
    return f"{_number(value['point'])} ({_number(value['low'])} to {_number(value['high'])})"


def _number(value: Any) -> str:
    return "not measured" if value is None else f"{value:.6g}"
