"""What a project says of people in its rows: who they are, how they are named, how long kept."""

from collections.abc import Iterator
from typing import Final

from caf_platform.contract.model import ColumnKind
from caf_platform.errors import did_you_mean
from caf_platform.project.model import Declaration
from caf_platform.project.policy import Policy

Found = Iterator[tuple[str, object, str]]

NAMING: Final = (ColumnKind.TEXT, ColumnKind.CATEGORY, ColumnKind.INTEGER)
"""What a cell that names a person can be: equal to another one, or not."""


TOKEN: Final = 36
"""How many characters a token has."""


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


def token_mistakes(project: Declaration) -> Found:
    """A tokenised column that is not text, too short for a token, or that something looks at."""
    looked_at = {
        *project.features.all, *project.segments, *project.protected,
        project.cluster, project.clock.event_time or "",
    }  # fmt: skip
    for name in project.contract.tokenised:
        column, key = project.contract[name], f"contract.columns.{name}.tokenised"
        if column.kind is not ColumnKind.TEXT or column.allowed:
            yield key, True, "a column of text, of any value: a token is neither"
        elif column.max_length is not None and column.max_length < TOKEN:
            yield key, column.max_length, f"a max_length of at least {TOKEN}, which a token has"
        elif name == project.contract.key:
            yield key, True, "another column than the key, by which the source is asked for rows"
        elif name in looked_at:
            yield key, True, "a column that no model, segment, group or clock goes by"


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
