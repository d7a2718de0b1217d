"""Is somebody in work? Asked where the survey's answer is missing, so that nobody need be called.

The use case as data, like `flight_delays`: contract, features, model, protected groups, owners and
value. Thresholds are in `policy.yaml`, where the rows come from is in `data.py`.
"""

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
    Reweighing,
    Target,
    Task,
    Use,
)
from caf_platform.project.source import Source

CLOSE = Classification.PERSONAL
"""Public-use microdata without names: answers of single people all the same."""
SENSITIVE = Classification.SENSITIVE


def source(cache: Path) -> Source:
    """Four years of the survey; pandas is imported only when somebody asks for them."""
    from .data import Census

    return Census(cache)


def text(name: str, meaning: str, max_length: int) -> Column:
    """An identifying text, made when the files are read."""
    return Column(
        name=name,
        kind=ColumnKind.TEXT,
        meaning=meaning,
        feed="survey",
        max_length=max_length,
        classification=CLOSE,
    )


def code(
    name: str, meaning: str, highest: int, *, lowest: int = 0, held: Classification = CLOSE
) -> Column:
    """A code of the survey's dictionary, under the survey's own name."""
    return Column(
        name=name,
        kind=ColumnKind.CATEGORY,
        meaning=meaning,
        feed="survey",
        allowed=tuple(str(value) for value in range(lowest, highest + 1)),
        classification=held,
    )


COLUMNS = (
    text("person", "a row of the files, by its place in them", 8),
    text("block", "year, and 200 households that follow each other in the file", 10),
    Column(
        name="AGEP",
        kind=ColumnKind.INTEGER,
        meaning="age; the question is put to people of working age",
        feed="survey",
        minimum=16,
        maximum=65,
        unit="years",
        classification=SENSITIVE,
    ),
    code("SCHL", "highest school grade or degree, 24: doctorate; 0: not asked", 24),
    code("MAR", "1 married, 2 widowed, 3 divorced, 4 separated, 5 never married", 5, lowest=1),
    code("RELP", "relation to whoever answers for the household; 16, 17: no household", 17),
    code("DIS", "1: with a disability, 2: without", 2, lowest=1, held=SENSITIVE),
    code("ESP", "whether the parents with whom a child lives work; 0: no such child", 8),
    code("CIT", "citizenship, 1 born in the country to 5 no citizen", 5, lowest=1),
    code("MIG", "where a year ago: 1 same house, 2 abroad, 3 elsewhere in the country", 3),
    code("MIL", "military service: 1 now, 2 before, 3 training only, 4 never; 0: too young", 4),
    code("ANC", "ancestry: 1 single, 2 multiple, 3 unclear, 4 not told", 4, lowest=1),
    code("NATIVITY", "1 born in the country, 2 abroad", 2, lowest=1),
    code("DEAR", "1: hears with difficulty, 2: does not", 2, lowest=1, held=SENSITIVE),
    code("DEYE", "1: sees with difficulty, 2: does not", 2, lowest=1, held=SENSITIVE),
    code("DREM", "1: remembers or concentrates with difficulty, 2: does not; 0: too young", 2,
         held=SENSITIVE),
    code("SEX", "1 male, 2 female", 2, lowest=1, held=SENSITIVE),
    code("RAC1P", "race, nine codes: 1 white, 2 black, 6 asian, 8 other, 9 two or more", 9,
         lowest=1, held=SENSITIVE),
    Column(
        name="age_group",
        kind=ColumnKind.CATEGORY,
        meaning="of AGEP: 16-24, 25-54, 55-65, as labour statistics do",
        feed="survey",
        allowed=("16-24", "25-54", "55-65"),
        classification=SENSITIVE,
    ),
)  # fmt: skip
BLIND = ("SCHL", "MAR", "RELP", "ESP", "CIT", "MIG", "MIL", "ANC", "NATIVITY")
"""What is left when the sensitive columns and the stand-ins for a disability are taken away."""
STAND_INS = ("DEAR", "DEYE", "DREM")
BOOSTED = {"learning_rate": 0.05}

project = Declaration(
    name="employment",
    title="People in work, where the survey's answer is missing",
    task=Task.BINARY,
    target=Target(
        name="employed",
        meaning="1: in work in the week before",
        classes=("0", "1"),
        feed="survey",
        classification=CLOSE,
    ),
    source=source,
    clock=BatchClock(event_time=None, decide=Period.BATCHES),
    cluster="block",
    contract=Contract(columns=COLUMNS, key="person", min_rows=500),
    features=Features(numeric=("AGEP",), categorical=(*BLIND, *STAND_INS)),
    candidates=(Candidate(family="gradient_boosting", parameters=BOOSTED),),
    # Tried in this order while the gate refuses a model for how it treats people.
    alternatives=(
        Candidate(family="gradient_boosting", parameters=BOOSTED, features=("AGEP", *BLIND)),
        Candidate(
            family="gradient_boosting", parameters=BOOSTED, mitigation=Reweighing(column="DIS")
        ),
    ),
    baseline=Candidate(family="logistic", parameters={}, features=("AGEP", "SCHL")),
    segments=("MAR", "CIT"),
    protected=("DIS", "SEX", "RAC1P", "age_group"),
    owners=Owners(
        business="Ruth Adeyemi, labour statistics",
        model="Jonas Lindqvist, data science",
        data="Mei Tanaka, survey operations",
        steward="Carlos Ortega, disclosure review",
    ),
    # Where the answer is missing, the model's stands in for a call back of 20 minutes. A wrong one
    # costs as much, whichever way it is wrong: the plausibility check finds it, and somebody calls
    # after all. So what is likelier is written down, from a probability of one half. The minutes
    # are an assumption; replace them by yours.
    value=OutcomeValue(
        unit="minutes",
        true_positive=0.0,
        false_positive=-20.0,
        false_negative=-20.0,
        true_negative=0.0,
    ),
    licence="public-use microdata of the US Census Bureau; Apache-2.0 (package nannyml 0.13.1)",
    datasets=(
        Dataset(
            feed="survey",
            meaning="answers of people in Massachusetts to the Community Survey, 2015 to 2018",
            origin="US Census Bureau, ACS public-use microdata, as shipped in nannyml 0.13.1",
            licence="public domain (work of the US government); packaged under Apache-2.0",
            lawful_basis="published by the bureau for statistics, names and addresses removed; "
            "a survey of one's own names its own basis here",
            owner="Mei Tanaka, survey operations",
            steward="Carlos Ortega, disclosure review",
            classification=SENSITIVE,
            retention="as long as a model trained on it serves; nothing is deleted by itself",
            format="CSV, a file a year; Parquet in the package",
        ),
    ),
    use=Use(
        intended="To fill in whether somebody has a job where a survey's answer is missing, for "
        "statistics over many people.",
        out_of_scope=(
            "any decision about a single person: hiring, credit, benefits",
            "telling whether a disabled person could work",
        ),
        limits=(
            "Massachusetts, 2015 to 2018, people who answered the survey",
            "it ranks people as the answers of those years do, with the unfairness in them",
            "groups with few people in a year are shown and not judged",
        ),
    ),
)  # fmt: skip
