"""The catalogue's entries, how they are found, and what may be told of a column's values."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from micro_play import micro, whole_story

from caf_governance.catalogue.entry import EntryKind, entries
from caf_governance.catalogue.lineage import downstream, label_files, touched_by, upstream
from caf_governance.catalogue.profile import FEW, Counted, told
from caf_governance.catalogue.search import search
from caf_platform.contract.model import Classification
from caf_platform.errors import BadInput
from caf_platform.ledger.state import read_state

PEOPLE = st.sampled_from([Classification.PERSONAL, Classification.SENSITIVE, None])


@pytest.fixture
def known():
    """The micro project's catalogue."""
    return entries(micro().declaration)


def test_each_dataset_column_and_label_is_one_entry(known):
    """Datasets first, then the contract's order; who answers for a column is its dataset's."""
    assert [(one.kind.value, one.name) for one in known] == [
        ("dataset", "sensor"), ("column", "row"), ("column", "at"), ("column", "day"),
        ("feature", "heat"), ("feature", "noise"), ("feature", "site"), ("label", "fails"),
    ]  # fmt: skip
    assert {one.owner for one in known} == {"Dan"}
    assert known[4].rules == "number; from -10 to 10; never missing"
    assert all(one.missing == () for one in known)


def test_what_is_not_declared_is_missing():
    """A feed without a dataset stands in the catalogue with its gaps."""
    declared = replace(micro().declaration, datasets=())
    dataset, *rest = entries(declared)

    assert dataset.kind is EntryKind.DATASET
    assert dataset.missing == ("dataset", "owner", "steward", "classification")
    assert rest[0].owner == ""

    target = replace(declared.target, feed="", classification=None)
    *_, label = entries(replace(micro().declaration, target=target))
    assert label.missing == ("dataset", "classification")


def test_people_s_data_misses_its_lawful_basis():
    """And only theirs: the sensor needs none."""
    dataset = micro().declaration.datasets[0]
    personal = replace(dataset, classification=Classification.PERSONAL, lawful_basis="")

    first, *_ = entries(replace(micro().declaration, datasets=(personal,)))

    assert first.missing == ("lawful_basis",)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("heat", "heat"),
        ("HEAT", "heat"),
        ("micro/site", "site"),
        ("degrees", "heat"),
        ("stands where", "site"),
        ("label fail", "fails"),
        ("cc0", "sensor"),
        ("dan internal hea", "heat"),
    ],
)
def test_words_find_names_meanings_people_classes_and_licences(known, text, first):
    """In any case and any order; a whole name comes before what only mentions it."""
    assert search(known, text)[0].name == first


def test_every_word_must_be_found(known):
    """One that is nowhere finds nothing, and the nearest word is offered."""
    with pytest.raises(BadInput) as told_:
        search(known, "heat degreess")
    assert "Did you mean 'degrees'?" in str(told_.value.why)

    with pytest.raises(BadInput, match="Search for what"):
        search(known, "  ")


def test_of_open_columns_everything_is_told():
    """Rows, share missing, different values, smallest and largest."""
    counted = Counted(rows=4, missing=1, distinct=3, low=-2.0, high=7.5)

    profile = told(counted, Classification.INTERNAL)

    assert (profile.missing_share, profile.distinct) == (0.25, 3)
    assert (profile.low, profile.high) == (-2.0, 7.5)
    assert profile.withheld == ()


def test_of_people_no_smallest_and_no_largest_is_told():
    """Each of those is one person's value; counts over many are told."""
    profile = told(Counted(rows=1000, missing=0, distinct=50, low=16, high=65), PERSONAL)

    assert (profile.low, profile.high) == (None, None)
    assert (profile.missing_share, profile.distinct) == (0.0, 50)
    assert profile.withheld == ("low", "high")


PERSONAL = Classification.PERSONAL


@given(st.integers(0, 200), st.integers(0, 200), st.integers(0, 200), PEOPLE)
def test_of_people_never_a_few(rows, missing, distinct, held):
    """No share that tells of one to nine, no number of values that tells who answered."""
    missing, distinct = min(missing, rows), min(distinct, rows)

    profile = told(Counted(rows=rows, missing=missing, distinct=distinct, low=1, high=2), held)

    assert profile.low is None
    assert profile.high is None
    if profile.missing_share is not None:
        assert all(side == 0 or side >= FEW for side in (missing, rows - missing))
    if profile.distinct is not None:
        assert rows >= FEW * max(distinct, 1)
    assert profile.rows == rows


def test_where_it_came_from_and_what_it_became():
    """Deliveries by digest; versions by the columns they look at; the label made them all."""
    state = read_state(whole_story(), "micro")

    came = upstream(state)
    made = downstream(state, frozenset({"heat"}))

    assert [one.name for one in came] == sorted(state.batches)
    assert {one.raw_digest for one in came} == {
        b.received.raw_digest for b in state.batches.values()
    }
    assert all(one.stored_digest for one in came if one.rows)
    assert [one.version for one in made] == list(state.models)
    assert downstream(state, frozenset({"day"})) == ()
    assert downstream(state, None) == made
    first = made[0]
    assert first.champion_since == tuple(m.when for m in state.moves if m.version == "v1")
    assert first.predicted_rows > 0
    assert sum(one.rows for one in label_files(state)) > 0


def test_what_rests_on_a_batch_is_read_from_the_state():
    """Versions, windows and answers; of another revision nothing does."""
    state = read_state(whole_story(), "micro")
    learnt = next(iter(state.models["v2"].learnt))

    found = touched_by(state, learnt, 1)
    other = touched_by(state, learnt, 2)

    assert "v2" in found.trained
    assert "v2" in found.promoted
    assert found.rows == state.batches[learnt].validated.accepted
    assert found.windows == (state.windows[state.batches[learnt].looked_before].window,)
    assert set(found.predicted) <= set(state.models)
    assert (other.trained, other.judged, other.predicted) == ((), (), {})
