"""Whether the data of a project is described well enough to train on: owner, steward, class."""

from collections.abc import Iterator

from caf_platform.contract.model import Classification
from caf_platform.decision import Decision, Reason, Verdict
from caf_platform.project.dataset import Dataset
from caf_platform.project.model import Declaration

BY = "data_card"


def described(project: Declaration) -> Decision:
    """Refuses data that nobody answers for, or of which nobody said how closely it is held.

    Every feed of the contract and of the target needs a dataset with owner, steward and class, and
    a lawful basis where it is about people; every column and the target need a class.
    """
    reasons = tuple(gaps(project))
    columns = len(project.contract.columns) + 1
    return Decision(
        by=BY,
        verdict=Verdict.REFUSE if reasons else Verdict.PASS,
        reasons=reasons,
        numbers={"datasets": len(feeds(project)), "columns": columns, "missing": len(reasons)},
    )


def feeds(project: Declaration) -> tuple[str, ...]:
    """Every feed that columns or the target name, once, in order; the target's may be empty."""
    named = [column.feed for column in project.contract]
    return tuple(dict.fromkeys([*named, project.target.feed]))


def gaps(project: Declaration) -> Iterator[Reason]:
    """What is missing, each with the dataset or column it is missing of."""
    datasets = {dataset.feed: dataset for dataset in project.datasets}
    for feed in feeds(project):
        if feed in datasets:
            yield from _of_dataset(datasets[feed])
        else:
            name = f"feed '{feed}'" if feed else f"the label '{project.target.name}'"
            yield Reason(code="no_dataset", text=f"{name} belongs to no dataset that is declared")
    held = [(column.name, column.classification) for column in project.contract]
    yield from _of_columns([*held, (project.target.name, project.target.classification)])


def _of_dataset(dataset: Dataset) -> Iterator[Reason]:
    name, held = f"dataset '{dataset.feed}'", dataset.classification
    if not dataset.owner.strip():
        yield Reason(code="no_owner", text=f"{name} has no owner")
    if not dataset.steward.strip():
        yield Reason(code="no_steward", text=f"{name} has no steward")
    if held is None:
        yield Reason(code="no_class", text=f"{name} has no classification")
    elif held.of_people and not dataset.lawful_basis.strip():
        text = f"{name} is {held.value} and has no lawful basis"
        yield Reason(code="no_lawful_basis", text=text)


def _of_columns(held: list[tuple[str, Classification | None]]) -> Iterator[Reason]:
    for name, classification in held:
        if classification is None:
            yield Reason(code="no_class", text=f"column '{name}' has no classification")
