"""The gate's days all have enough labels: a day without them is not judged by the few it has."""

import pytest
from micro.data import Sensor, label_delivery, labels
from micro_play import World, telling

DAYS = range(1, 14)


def split(short=()):
    """The split after thirteen days; of the `short` ones ten rows of forty have labels."""
    few = {f"labels-{day:02d}": label_delivery(day, labels(day).head(10)) for day in short}
    play = World().played(telling(Sensor(days=DAYS, instead=few), every=100))
    return play.deciding.release.training.split()


def test_the_gate_ends_with_the_newest_labelled_day():
    """The thirteenth day's labels have not come."""
    found = split()

    assert (found.gate_from.day, found.gate_to.day) == (10, 12)
    assert (found.train_from.day, found.train_to.day) == (2, 9)


@pytest.mark.parametrize(("short", "ends"), [(12, 11), (11, 10), (10, 9), (9, 12)])
def test_a_day_with_few_labels_is_not_in_the_gate(short, ends):
    """Of three days: it ends before the short one, or begins after it."""
    found = split([short])

    assert found.gate_to.day == ends
    assert not found.gate_from.day <= short <= found.gate_to.day


def test_without_labels_there_is_no_gate():
    """Nothing can be judged."""
    assert split(DAYS) is None
