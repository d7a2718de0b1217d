"""Names of streams and keys: the same step of the same play always has the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caf_platform.ledger.streams import CHAMPION, key, stream, version_name


def test_a_stream_is_a_part_of_a_project():
    """A prefix with its slash selects one project."""
    assert stream("flight_delays", CHAMPION) == "flight_delays/champion"


def test_a_key_names_play_and_step():
    """Numbers are written as they are."""
    assert key("micro", 2, "validate", "day-01", 3) == "micro/play-2/validate/day-01/3"


names = st.text("abc-", min_size=1, max_size=3)
plays = st.integers(1, 12)


@given(names, plays, names, plays)
def test_two_plays_share_no_key(one, first, other, second):
    """The same step of another play or project is another step."""
    same = (one, first) == (other, second)

    assert (key(one, first, "train", "0001") == key(other, second, "train", "0001")) is same


@pytest.mark.parametrize(("play", "number", "name"), [(1, 5, "v5"), (2, 5, "p2-v5")])
def test_versions_are_named(play, number, name):
    """Short in the first play, which most people see."""
    assert version_name(play, number) == name


@given(plays, plays, plays, plays)
def test_no_two_models_share_a_name(play, number, other_play, other_number):
    """Whatever play they were trained in."""
    same = (play, number) == (other_play, other_number)

    assert (version_name(play, number) == version_name(other_play, other_number)) is same
