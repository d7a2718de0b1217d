"""Will the machine fail? A use case so small that its whole life takes a second."""

from pathlib import Path

from caf_platform.contract.model import Classification, Column, ColumnKind, Contract
from caf_platform.project.dataset import Dataset
from caf_platform.project.model import (
    BatchClock,
    Candidate,
    Declaration,
    Features,
    OutcomeValue,
    Owners,
    Period,
    Target,
    Task,
)
from caf_platform.project.source import Source


def source(_cache: Path) -> Source:
    """The made-up sensor."""
    from .data import Sensor

    return Sensor()


def column(name: str, kind: ColumnKind, meaning: str, **more: object) -> Column:
    """A column of the sensor's feed."""
    held = Classification.INTERNAL
    return Column(name=name, kind=kind, meaning=meaning, feed="sensor", classification=held, **more)


project = Declaration(
    name="micro",
    title="Machine failures",
    task=Task.BINARY,
    target=Target(
        name="fails",
        meaning="1: it failed within the day",
        classes=("0", "1"),
        feed="sensor",
        classification=Classification.INTERNAL,
    ),
    source=source,
    clock=BatchClock(event_time="at", decide=Period.BATCHES, every=6),
    cluster="day",
    contract=Contract(
        key="row",
        min_rows=10,
        columns=(
            column("row", ColumnKind.TEXT, "day and number", max_length=8),
            column("at", ColumnKind.TIMESTAMP, "when it was measured"),
            column("day", ColumnKind.TEXT, "the day it belongs to", max_length=8),
            column("heat", ColumnKind.NUMBER, "degrees from normal", minimum=-10.0, maximum=10.0),
            column("noise", ColumnKind.NUMBER, "of no use", minimum=-10.0, maximum=10.0),
            column("site", ColumnKind.CATEGORY, "where it stands", allowed=("a", "b")),
        ),
    ),
    features=Features(numeric=("heat", "noise"), categorical=("site",)),
    candidates=(Candidate(family="logistic", parameters={}),),
    baseline=Candidate(family="logistic", parameters={}, features=("noise", "site")),
    segments=("site",),
    owners=Owners(business="Bea", model="Mia", data="Dan", steward="Sam"),
    value=OutcomeValue(
        unit="EUR",
        true_positive=-1.0,
        false_positive=-1.0,
        false_negative=-3.0,
        true_negative=0.0,
    ),
    licence="CC0-1.0",
    datasets=(
        Dataset(
            feed="sensor",
            meaning="what a machine measures of itself",
            origin="made up for tests",
            licence="CC0-1.0",
            lawful_basis="about no person",
            owner="Dan",
            steward="Sam",
            classification=Classification.INTERNAL,
            retention="as long as a test",
            format="CSV",
        ),
    ),
)
