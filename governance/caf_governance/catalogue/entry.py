"""What the catalogue holds: one entry for each dataset, column and label of a project."""

from collections.abc import Iterator
from enum import StrEnum

from caf_governance.catalogue.completeness import feeds
from caf_platform.contract.model import Classification, Column
from caf_platform.decision import Frozen
from caf_platform.project.dataset import Dataset
from caf_platform.project.model import Declaration


class EntryKind(StrEnum):
    """What an entry is: a column that no model may look at is no feature."""

    DATASET = "dataset"
    FEATURE = "feature"
    COLUMN = "column"
    LABEL = "label"


class Entry(Frozen):
    """One line of the catalogue. A column's origin, licence and people are its dataset's.

    An empty text was not declared; `missing` names what training asks for and is not there.
    """

    project: str
    kind: EntryKind
    name: str
    dataset: str
    meaning: str
    classification: Classification | None
    owner: str
    steward: str
    origin: str
    licence: str
    lawful_basis: str
    retention: str
    format: str
    unit: str = ""
    rules: str = ""
    protected: bool = False
    missing: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """The one name of it in the whole catalogue."""
        return f"{self.project}/{self.name}"


def entries(project: Declaration) -> tuple[Entry, ...]:
    """The catalogue of a project: its datasets, then the columns in the contract's order."""
    datasets = {dataset.feed: dataset for dataset in project.datasets}
    known = {
        feed: datasets.get(feed, Dataset(feed=feed, meaning=""))
        for feed in feeds(project)
        if feed or feed in datasets
    }
    found = [_of_dataset(project, one, declared=one.feed in datasets) for one in known.values()]
    found += [_of_column(project, column, known[column.feed]) for column in project.contract]
    return (*found, _of_target(project, known.get(project.target.feed)))


def _of_dataset(project: Declaration, dataset: Dataset, *, declared: bool) -> Entry:
    wanted = {
        "owner": dataset.owner.strip(),
        "steward": dataset.steward.strip(),
        "classification": dataset.classification,
        "lawful_basis": dataset.lawful_basis.strip() or not _of_people(dataset),
    }
    missing = tuple(name for name, value in wanted.items() if not value)
    return _entry(
        project,
        EntryKind.DATASET,
        dataset,
        name=dataset.feed,
        meaning=dataset.meaning,
        classification=dataset.classification,
        missing=missing if declared else ("dataset", *missing),
    )


def _of_people(dataset: Dataset) -> bool:
    return dataset.classification is not None and dataset.classification.of_people


def _of_column(project: Declaration, column: Column, dataset: Dataset) -> Entry:
    looked_at = column.name in project.features.all
    return _entry(
        project,
        EntryKind.FEATURE if looked_at else EntryKind.COLUMN,
        dataset,
        name=column.name,
        meaning=column.meaning,
        classification=column.classification,
        unit=column.unit,
        rules="; ".join(_rules(column)),
        protected=column.name in project.protected,
        missing=() if column.classification else ("classification",),
    )


def _of_target(project: Declaration, dataset: Dataset | None) -> Entry:
    target = project.target
    missing = () if target.classification else ("classification",)
    return _entry(
        project,
        EntryKind.LABEL,
        dataset or Dataset(feed=target.feed, meaning=""),
        name=target.name,
        meaning=target.meaning,
        classification=target.classification,
        rules=f"one of {', '.join(target.classes)}" if target.classes else "a number",
        missing=missing if dataset else ("dataset", *missing),
    )


def _entry(project: Declaration, kind: EntryKind, dataset: Dataset, **more: object) -> Entry:
    return Entry.model_validate(
        {
            "project": project.name,
            "kind": kind,
            "dataset": dataset.feed,
            "owner": dataset.owner,
            "steward": dataset.steward,
            "origin": dataset.origin,
            "licence": dataset.licence,
            "lawful_basis": dataset.lawful_basis,
            "retention": dataset.retention,
            "format": dataset.format,
            **more,
        }
    )


def _rules(column: Column) -> Iterator[str]:
    """What the contract lets a cell hold, in words."""
    yield column.kind.value
    if column.minimum is not None or column.maximum is not None:
        yield f"from {column.minimum:g} to {column.maximum:g}"
    if column.allowed:
        yield f"one of {len(column.allowed)} values"
    if column.max_length:
        yield f"at most {column.max_length} characters"
    yield "may be missing" if column.nullable else "never missing"
