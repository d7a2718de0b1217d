"""What a declaration may say of its datasets, and what it may leave open."""

import pytest
from spoilt_project import mistakes, spoil

from caf_platform.contract.model import Classification
from caf_platform.project.load import load_project

HELD = "            classification=Classification.INTERNAL,\n"


def test_gaps_load(folder):
    """Owner, steward and class may be left out: training refuses, loading does not."""
    spoil(folder / "project.py", ('            owner="Dan",\n', ""), (HELD, ""))

    project = load_project(folder.parent, "micro")

    (dataset,) = project.declaration.datasets
    assert (dataset.owner, dataset.classification) == ("", None)


@pytest.mark.parametrize(
    ("change", "key", "words"),
    [
        (('            feed="sensor",', '            feed="senser",'), "datasets", "'sensor'?"),
        ((HELD, HELD.replace("INTERNAL", "PUBLIC")), "datasets.sensor.classification", "internal"),
    ],
)
def test_what_does_not_fit_is_a_mistake(folder, change, key, words):
    """A feed that no column has, and a dataset held more openly than its columns."""
    spoil(folder / "project.py", change)

    found, text = mistakes(folder)

    assert ("micro/project.py", key) in found
    assert words in text


def test_a_feed_is_described_once(folder):
    """Two owners of one dataset are none."""
    twice = "    datasets=(\n        Dataset(feed='sensor', meaning='again'),\n"
    spoil(folder / "project.py", ("    datasets=(\n", twice))

    found, text = mistakes(folder)

    assert ("micro/project.py", "datasets") in found
    assert "each feed once" in text


def test_a_label_is_held_as_closely_as_its_dataset(folder):
    """What is predicted counts among the columns of its feed."""
    target = '        feed="sensor",\n        classification=Classification.INTERNAL,\n'
    spoil(folder / "project.py", (target, target.replace("INTERNAL", "SENSITIVE")))

    found, text = mistakes(folder)

    assert ("micro/project.py", "datasets.sensor.classification") in found
    assert "at least sensitive, as its column fails is" in text


def test_classes_are_ordered_from_the_most_open():
    """Only the last two are about people."""
    assert [held.rank for held in Classification] == [0, 1, 2, 3]
    assert [held.of_people for held in Classification] == [False, False, True, True]
