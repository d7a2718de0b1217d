"""How groups of people were treated: by each version that was judged, and at what price."""

from collections.abc import Iterator, Mapping
from typing import Any

from caf_governance.gates.evidence import Contender
from caf_governance.gates.fair import NAME as FAIR
from caf_pipelines.report.evidence import read_evidence
from caf_pipelines.report.parts import Cell, Table, code, interval, number, table, verdict
from caf_platform.fairness.gaps import GroupGap
from caf_platform.fairness.rule import RATIO, TPR
from caf_platform.ledger.state import ProjectState
from caf_platform.ports.lake import Lake

RATES = ("selection_rate", "true_positive_rate", "false_positive_rate", "bias")


def group_tables(evidence: Mapping[str, Any]) -> Iterator[Table]:
    """The gaps and every group of some evidence; nothing where no groups were measured."""
    gaps = [GroupGap.model_validate(one) for one in evidence.get("groups") or ()]
    if not gaps:
        return
    yield table(
        "How far groups of people lie apart",
        ("column", "true positive rates apart", "ratio of selection rates", "not compared"),
        [
            (
                code(gap.column),
                interval(gap.tpr_difference),
                interval(gap.selection_ratio),
                ", ".join(group.name for group in gap.left_out) or "nobody",
            )
            for gap in gaps
        ],
    )
    yield table(
        "Every group of people",
        ("group", "rows", "of the class", "selected", "found", "falsely selected", "bias"),
        [
            (
                code(group.name),
                number(group.rows),
                number(group.class_rows),
                *(number(getattr(group, rate)) for rate in RATES),
            )
            for gap in gaps
            for group in gap.groups
        ],
    )


def the_trade_off(state: ProjectState, lake: Lake) -> Table | None:
    """Every judged version with what the gate for groups saw and what the model is worth."""
    rows = [row for version in state.models for row in _judged(state, lake, version)]
    if not rows:
        return None
    columns = ("version", "gate", "numbers that are bound", "log loss", "worth per 1,000 rows")
    return table("What treating groups alike costs", columns, rows)


def _judged(state: ProjectState, lake: Lake, version: str) -> Iterator[tuple[Cell, ...]]:
    gate = state.models[version].gate
    if gate is None or FAIR not in gate.parts or not gate.parts[FAIR].numbers:
        return
    said = gate.parts[FAIR]
    found = read_evidence(lake, gate.evidence_key, gate.manifest.digests.get("evaluation"))
    evidence = found.get("evidence") or {}
    performance = (evidence.get("performance") or {}).get(Contender.CHALLENGER) or {}
    gain = (evidence.get("value_gain") or {}).get("point")
    yield (
        Cell(version),
        verdict(said.verdict.value),
        Cell("; ".join(_bound(name, value) for name, value in said.numbers.items())),
        number(performance.get("loss")),
        number(gain, f" {evidence.get('value_unit', '')}" if gain is not None else ""),
    )


def _bound(name: str, value: float | None) -> str:
    column, _, what = name.rpartition(".")
    words = {TPR: "rates apart", RATIO: "ratio"}.get(what, what)
    return f"{column} {words} {'not measured' if value is None else f'{value:.3f}'}"
