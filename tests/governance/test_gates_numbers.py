"""What each gate states beside its verdict: the code, the number found and the limit."""

from datetime import timedelta

import pytest
from release_evidence import (
    BECAUSE,
    day,
    evidence,
    first_model,
    interval,
    membership,
    release_policy,
    segment,
    training_policy,
)

from caf_governance.gates.gate import conclude
from caf_platform.decision import Verdict
from caf_platform.plugins import PLUGINS, Kind

SMALL = {"calibration_error": 0.02}


def asked(gate, given):
    """One gate's decision."""
    return PLUGINS.get(Kind.GATE, gate).target(given, release_policy(), training_policy())


def stated(gate, given):
    """Each reason's code, number found and limit."""
    return [
        (reason.code, pytest.approx(reason.found) if reason.found else reason.found, reason.limit)
        for reason in asked(gate, given).reasons
    ]


GREEN = [
    ("unseen_rows", [("no_overlap", 0, 0)] * 2 + [("later", None, None)] * 2),
    (
        "enough_evidence",
        [("enough_rows", 2000, 1000), ("enough_clusters", 14, 10)],
    ),
    ("better_than_champion", [("better_than_champion", 0.015, 0), ("above_margin", 0.02, 0.01)]),
    ("beats_baselines", [("ahead_of_dummy", 0.08, 0), ("ahead_of_baseline", 0.04, 0)]),
    ("calibrated", [("bias_small", 0.01, 0.05), ("calibration_error_small", 0.02, 0.1)]),
    ("segments_hold", [("segment_holds", -0.02, 0.02), ("segment_holds", -0.01, 0.02)]),
    ("value_holds", [("value_holds", -12.0, 5.0)]),
    ("no_leakage", [("features_plausible", 0.2, 0.3)]),
    ("membership_inference", [("members_hidden", 0.55, 0.6)]),
    ("risks_held", [("risk_held", 6, 12)]),
]


@pytest.mark.parametrize(("gate", "expected"), GREEN)
def test_a_pass_states_what_it_saw_and_the_limit(gate, expected):
    """So that whoever reads the record knows how near it was."""
    assert stated(gate, evidence()) == expected


OTHERS = [
    ("unseen_rows", {"overlap_with_challenger": None}, [("overlap_not_measured", None, None)]),
    ("unseen_rows", {"overlap_with_champion": 3}, [("overlap", 3, 0)]),
    ("unseen_rows", {"first_gate_event": None}, [("times_not_measured", None, None)] * 2),
    ("better_than_champion", {"champion": None}, [("champion_not_named", None, None)]),
    (
        "better_than_champion",
        {"improvement_on_champion": interval(0.02, 0.03)},
        [("not_clearly_better_than_champion", -0.01, 0)],
    ),
    (
        "beats_baselines",
        {"improvement_on_dummy": interval(-0.5, 0.1)},
        [("not_ahead_of_dummy", -0.5, 0)],
    ),
    ("calibrated", {"performance": {"challenger": SMALL}}, [("bias_not_measured", None, None)]),
    (
        "calibrated",
        {"performance": {"challenger": {"bias": -0.06} | SMALL}},
        [("bias_too_large", -0.06, 0.05)],
    ),
    (
        "segments_hold",
        {"segments": (segment("origin=JFK", None),)},
        [("segment_not_measured", None, None)],
    ),
    (
        "segments_hold",
        {"segments": (segment("origin=JFK", 0.1, high=None),)},
        [("segment_not_measured", None, None)],
    ),
    (
        "segments_hold",
        {"segments": (segment("origin=JFK", -0.03, 0.05),)},
        [("segment_unclear", 0.03, 0.02)],
    ),
    (
        "segments_hold",
        {"segments": (segment("origin=JFK", 0.1, rows=99),)},
        [("no_segment_judged", None, 100)],
    ),
    (
        "segments_hold",
        {"segments": (segment("origin=JFK", 0.01), segment("origin=HPN", 0.1, rows=9))},
        [("segment_holds", -0.01, 0.02), ("small_segments_not_judged", None, 100)],
    ),
    (
        "segments_hold",
        {"segment_columns": ("origin", "carrier")},
        [("column_not_measured", None, None)],
    ),
    ("value_holds", {"value_gain": None}, [("value_not_measured", None, None)]),
    ("value_holds", {"value_gain": interval(-6.0)}, [("value_falls", 6.0, 5.0)]),
    (
        "membership_inference",
        {"membership": membership(0.6, members=1000, others=1000)},
        [("members_hidden", 0.6, 0.6)],
    ),
    ("membership_inference", {"membership": membership(0.601)}, [("members_told", 0.601, 0.6)]),
    (
        "membership_inference",
        {"membership": membership(0.7, members=999, others=998)},
        [
            ("too_few_learnt", 999, 1000),
            ("too_few_unseen", 998, 1000),
            ("members_told", 0.7, 0.6),
        ],
    ),
    ("no_leakage", {"feature_skill": {"heat": 0.3}}, [("features_plausible", 0.3, 0.3)]),
    ("no_leakage", {"feature_skill": {"heat": 0.31}}, [("feature_leaks", 0.31, 0.3)]),
    (
        "no_leakage",
        {"feature_skill": {"heat": None}},
        [("feature_not_measured", None, None)],
    ),
]


@pytest.mark.parametrize(("gate", "changes", "expected"), OTHERS)
def test_what_is_no_pass_states_what_was_found_and_the_limit(gate, changes, expected):
    """Each by its code; a number that was not measured is none."""
    assert stated(gate, evidence(**changes)) == expected


def test_too_few_state_how_many_and_how_many_are_asked_for():
    """Both numbers, beside the policy's because."""
    few = {"rows": 999, "clusters": 9}
    names = ("champion", "dummy", "baseline")
    given = evidence(
        gate_rows=999,
        gate_clusters=9,
        value_gain=interval(1, **few),
        **{f"improvement_on_{name}": interval(0.1, **few) for name in names},
    )

    assert stated("enough_evidence", given) == [
        ("too_few_rows", 999, 1000),
        ("too_few_clusters", 9, 10),
    ]


@pytest.mark.parametrize("name", ["improvement_on_champion", "value_gain"])
def test_an_interval_over_other_rows_is_named(name):
    """Which of them was not measured on the gate's rows, and why that counts."""
    (reason,) = asked("enough_evidence", evidence(**{name: interval(0.02, rows=7)})).reasons

    assert name in reason.text.replace(",", " ").replace(":", " ").split()
    assert reason.because == "models are compared on exactly the same rows"


def test_how_many_days_too_early_the_gate_begins():
    """Two days and a half are 2.5, negative: before the end of the training data."""
    late = day(15) + timedelta(days=2, hours=12)
    given = evidence(first_gate_event=day(15), last_training_event_challenger=late)

    assert stated("unseen_rows", given) == [("not_later", -2.5, 0)]


def test_a_first_models_proof_is_above_zero_and_says_so():
    """The lower end of each interval is what was found."""
    both = {
        "improvement_on_dummy": interval(0.08, 0.03),
        "improvement_on_baseline": interval(0.04, 0.05),
    }

    found = asked("beats_baselines", first_model(**both))

    assert stated("beats_baselines", first_model(**both)) == [
        ("not_clearly_better_than_baseline", pytest.approx(-0.01), 0)
    ]
    assert "improvement on the baseline" in found.summary
    assert found.reasons[0].because == BECAUSE


def test_a_champion_measured_but_not_named_in_its_performance_only():
    """Its numbers alone are a trace of it."""
    both = {"challenger": {"bias": 0.01}, "champion": {"bias": 0.02}}

    assert stated("better_than_champion", first_model(performance=both)) == [
        ("champion_not_named", None, None)
    ]


@pytest.mark.parametrize(
    ("champions", "expected"),
    [(-0.14, ("bias_smaller", -0.09, -0.14)), (0.09, ("bias_too_large", -0.09, 0.05))],
)
def test_beyond_the_limit_the_champion_must_err_more(champions, expected):
    """As much is not more; its own number is the limit then."""
    both = {"challenger": {"bias": -0.09} | SMALL, "champion": {"bias": champions} | SMALL}

    assert expected in stated("calibrated", evidence(performance=both))


def test_five_small_segments_are_all_named():
    """Nothing more to tell of; a sixth would be `and more`."""
    five = tuple(segment(f"origin={n}", 0.0, rows=5) for n in range(5))

    found = asked("segments_hold", evidence(segments=five))

    assert found.summary.endswith("not judged: origin=0, origin=1, origin=2, origin=3, origin=4")


def test_no_finding_at_all_cannot_be_judged():
    """An empty list of questions is no pass."""
    assert conclude("gate", [], {}).verdict is Verdict.CANNOT_JUDGE


def test_what_could_not_be_told_says_what_it_would_have_been_held_against():
    """The policy's because stands beside a segment that may only be unlucky."""
    unlucky = evidence(segments=(segment("origin=JFK", -0.03, 0.05),))
    small = evidence(segments=(segment("origin=JFK", 0.1, rows=99),))

    for given in (unlucky, small):
        (reason,) = asked("segments_hold", given).reasons
        assert reason.because == BECAUSE


def test_a_missing_measurement_needs_no_because():
    """There is no limit to give a reason for."""
    (reason,) = asked("value_holds", evidence(value_gain=None)).reasons

    assert reason.because == ""


def test_each_interval_is_named_where_it_rests_on_other_rows():
    """Also the one of the value, which only some use cases have."""
    found = asked("enough_evidence", evidence(value_gain=interval(0.02, clusters=2000)))

    assert any(reason.text.startswith("value_gain rests on") for reason in found.reasons)
