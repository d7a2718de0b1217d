"""Segments before the gate: one that is harmed refuses, one that is too small is named."""

from asked_gates import ask, codes
from release_evidence import segment

from caf_platform.decision import Verdict


def test_a_segment_of_exactly_the_minimum_is_judged():
    """100 rows in 10 clusters are large enough to be refused on."""
    found = ask("segments_hold", segments=(segment("origin=JFK", -0.03, rows=100, clusters=10),))

    assert found.verdict is Verdict.REFUSE


def test_an_interval_that_touches_zero_shows_no_harm():
    """Seems worse, may be chance: cannot be judged, and is no pass."""
    found = ask("segments_hold", segments=(segment("origin=JFK", -0.03, high=0.0),))

    assert found.verdict is Verdict.CANNOT_JUDGE
    assert codes(found) == {"segment_unclear"}


def test_a_small_segment_is_named_and_does_not_block():
    """A rare value cannot be judged, and a column always has some."""
    found = ask(
        "segments_hold",
        segments=(segment("origin=JFK", 0.01), segment("origin=HPN", -0.9, 0.1, rows=20)),
    )

    assert found.verdict is Verdict.PASS
    assert "origin=HPN" in found.summary
    assert found.numbers == {"segments": 1, "too_small": 1, "origin=JFK": 0.01}


def test_many_small_segments_are_named_in_part():
    """The sentence stays readable."""
    many = tuple(segment(f"origin={n}", 0.0, rows=5) for n in range(30))

    found = ask("segments_hold", segments=many)

    assert "30 segments" in found.summary
    assert "origin=4 and more" in found.summary


def test_a_project_may_declare_no_segments():
    """That is its declaration, not a missing measurement; it says so."""
    found = ask("segments_hold", segment_columns=(), segments=())

    assert found.verdict is Verdict.PASS
    assert codes(found) == {"no_segments"}


def test_one_harmed_segment_refuses_whatever_the_others_gain():
    """A better average is not paid for by one group."""
    found = ask(
        "segments_hold",
        segments=(segment("origin=EWR", 0.5), segment("origin=JFK", -0.03)),
    )

    assert found.verdict is Verdict.REFUSE
    assert [reason.text.split(":")[0] for reason in found.reasons] == ["origin=JFK"]
