"""The census as a use case: what is delivered, what groups there are, and how it begins."""

from io import BytesIO
from pathlib import Path

import pandas as pd
import pytest

from caf_platform.errors import BadInput
from caf_platform.project.source import DeliveryKind
from caf_platform.settings import Settings
from caf_platform.wiring import Platform

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """The project, loaded like any other."""
    return Platform(Settings(projects=EXAMPLES)).project("employment")


@pytest.fixture(scope="module")
def source(project, tmp_path_factory):
    """Its source."""
    return project.declaration.source(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def deliveries(source):
    """Everything that arrives."""
    return source.deliveries(None)


def rows(delivery):
    """A delivery's rows."""
    return pd.read_csv(BytesIO(delivery.read()), dtype=str)


def test_a_batch_a_year_and_its_answers_a_month_later(deliveries):
    """Four of each, in the order in which they arrive."""
    assert [one.name for one in deliveries] == [
        name for year in range(2015, 2019) for name in (f"acs-{year}", f"employed-{year}")
    ]
    assert [one.kind for one in deliveries[:2]] == [DeliveryKind.BATCH, DeliveryKind.LABELS]
    assert [str(one.arrives_at.date()) for one in deliveries[:2]] == ["2016-09-15", "2016-10-15"]


def test_a_batch_holds_what_the_contract_says_and_no_answer(project, deliveries):
    """Working age only; each person once; the answers are nowhere in it."""
    batch, answers = rows(deliveries[2]), rows(deliveries[3])

    assert set(batch.columns) == set(project.declaration.contract.names)
    assert batch["person"].is_unique
    assert batch["AGEP"].astype(int).between(16, 65).all()
    assert set(batch["person"]) == set(answers["person"])
    assert set(answers["label"]) == {"0", "1"}
    for column in project.declaration.contract:
        if column.allowed:
            assert set(batch[column.name]) <= set(column.allowed), column.name


def test_nobodys_household_is_torn_apart(source):
    """People who follow whoever answers for their household are in the same block."""
    people = source._people
    first = people[people["year"] == 2016].head(2_000)
    follows = first["RELP"].isin(["1", "2"])
    before = first["block"].shift(1)
    neighbours = follows & (first["person"].str[1:].astype(int).diff() == 1)

    assert neighbours.sum() > 500
    assert (first["block"][neighbours] == before[neighbours]).all()


def test_the_protected_columns_are_no_feature_and_are_held_closely(project):
    """No model looks at them; who reads a copy learns that they are sensitive."""
    declaration = project.declaration

    assert not set(declaration.protected) & set(declaration.features.all)
    for name in declaration.protected:
        assert declaration.contract[name].classification == "sensitive"


def test_a_share_is_one_of_whole_blocks_of_each_year(source):
    """A tenth of the blocks of each year, the same each time."""
    some = source.deliveries(0.1)
    again = source.deliveries(0.1)

    for one, other in zip(some, again, strict=True):
        assert one.read() == other.read()
    for one in some:
        if one.kind is DeliveryKind.BATCH:
            assert rows(one)["block"].nunique() == 16


def test_rows_are_found_again_by_their_key(source, deliveries, project):
    """What is computed afresh is what was delivered; an unknown person is wrong usage."""
    batch = rows(deliveries[4]).set_index("person")
    some = list(batch.index[[5, 1, 900]])

    afresh = source.recompute(some)

    assert list(afresh.index) == some
    for name in project.declaration.features.all:
        assert list(afresh[name].astype(str)) == list(batch.loc[some, name])
    with pytest.raises(BadInput, match="1 people are not in the data"):
        source.recompute([*some, "P999999"])
