"""What a judged version gives away of the rows that it learnt from."""

from collections.abc import Iterator, Mapping
from typing import Any

from caf_governance.gates.evidence import Membership
from caf_pipelines.report.parts import Cell, Table, interval, number, table


def privacy_tables(evidence: Mapping[str, Any]) -> Iterator[Table]:
    """How well its loss tells them, beside the simple model; nothing where it was not measured."""
    if not evidence.get("membership"):
        return
    found = Membership.model_validate(evidence["membership"])
    yield table(
        "How well rows that were learnt from are told from others, by loss",
        ("model", "AUC, 0.5 is chance", "rows learnt from", "later rows"),
        [
            (
                Cell("the challenger"),
                interval(found.auc),
                number(found.members),
                number(found.others),
            ),
            (
                Cell("the simple model, on the same rows"),
                number(found.baseline),
                number(found.members),
                number(found.others),
            ),
        ],
    )
