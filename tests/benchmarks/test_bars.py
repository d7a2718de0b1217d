"""A bar is kept, missed, or nothing can be said."""

import pytest
from bars import BARS, Bar, judged

BAR = Bar("year", "the whole year", 90, "s", of_the_year=True)


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (89.0, "PASS"),
        (90.0, "PASS"),
        (90.1, "MISS"),
        (None, "not measured"),
        (float("nan"), "not measured"),
    ],
)
def test_a_number_is_held_against_its_limit(found, verdict):
    """At most means at most; what was not measured is no pass."""
    assert BAR.verdict(found, whole_year=True) == verdict


def test_a_sample_says_nothing_about_the_year():
    """However fast it was; a bar that is not of the year is judged all the same."""
    assert BAR.verdict(1.0, whole_year=False) == "whole year only"
    assert BAR.verdict(None, whole_year=False) == "not measured"
    assert Bar("help", "`caf --help`", 0.3, "s").verdict(0.1, whole_year=False) == "PASS"


def test_every_bar_is_judged_once():
    """Also when nothing at all was measured."""
    assert len({bar.name for bar in BARS}) == len(BARS)
    assert judged({}, whole_year=True) == dict.fromkeys([bar.name for bar in BARS], "not measured")
