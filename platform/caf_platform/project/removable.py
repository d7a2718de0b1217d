"""What a project says of taking rows away: whom they are about, and how long they are kept."""

from collections.abc import Iterator
from typing import Final

from caf_platform.contract.model import ColumnKind
from caf_platform.errors import did_you_mean
from caf_platform.project.model import Declaration
from caf_platform.project.policy import Policy

Found = Iterator[tuple[str, object, str]]

NAMING: Final = (ColumnKind.TEXT, ColumnKind.CATEGORY, ColumnKind.INTEGER)
"""What a cell that names a person can be: equal to another one, or not."""


def subject_mistakes(project: Declaration) -> Found:
    """A subject that is no column, cannot be compared, or is looked at by a model; 0 days kept."""
    name = project.subject
    for dataset in project.datasets:
        if dataset.keep_days is not None and dataset.keep_days < 1:
            yield f"datasets.{dataset.feed}.keep_days", dataset.keep_days, "at least 1 day"
    if not name:
        return
    if name not in project.contract.names:
        yield "subject", name, f"a column. {did_you_mean(name, project.contract.names)}".strip()
    elif project.contract[name].kind not in NAMING:
        yield "subject", name, "a column of text, categories or whole numbers"
    elif name in (*project.features.all, *project.segments):
        yield "subject", name, "a column that no model looks at: it names a person"


def retention_mistakes(policy: Policy, project: Declaration) -> Found:
    """Data that may not be kept for as long as a training and its gate look back."""
    training = policy.training
    needed = training.window_days.value + training.gate_days.value
    for dataset in project.datasets:
        if dataset.keep_days is not None and dataset.keep_days < needed:
            yield (
                "training.window_days",
                training.window_days.value,
                f"with gate_days at most {dataset.keep_days}: '{dataset.feed}' is kept no longer",
            )
