"""Each release gate, seen green, red and unable to judge."""

from datetime import timedelta

import pytest
from asked_gates import ask, codes, performance
from release_evidence import (
    BECAUSE,
    day,
    evidence,
    interval,
    membership,
    release_policy,
    risk,
    segment,
    training_policy,
)

from caf_governance.gates.release import judge
from caf_governance.risks.status import Status
from caf_platform.decision import Verdict

GATES = (
    "beats_baselines",
    "better_than_champion",
    "calibrated",
    "enough_evidence",
    "membership_inference",
    "no_leakage",
    "risks_held",
    "segments_hold",
    "unseen_rows",
    "value_holds",
)


@pytest.mark.parametrize("gate", GATES)
def test_a_good_challenger_passes_with_reasons(gate):
    """Green, and it says what it saw."""
    found = ask(gate)

    assert found.verdict is Verdict.PASS
    assert found.by == gate
    assert found.reasons


REFUSED = [
    ("unseen_rows", {"overlap_with_challenger": 1}, "overlap"),
    ("unseen_rows", {"overlap_with_champion": 3}, "overlap"),
    ("unseen_rows", {"last_training_event_challenger": day(16)}, "not_later"),
    ("unseen_rows", {"last_training_event_champion": day(20)}, "not_later"),
    ("enough_evidence", {"improvement_on_champion": interval(0.02, level=0.9)}, "lower_level"),
    ("enough_evidence", {"improvement_on_dummy": interval(0.02, draws=200)}, "lower_draws"),
    ("enough_evidence", {"improvement_on_baseline": interval(0.02, rows=1999)}, "other_rows"),
    ("enough_evidence", {"value_gain": interval(0.02, clusters=2000)}, "other_rows"),
    ("better_than_champion", {"improvement_on_champion": interval(0.009, 0.001)}, "below_margin"),
    (
        "better_than_champion",
        {"improvement_on_champion": interval(0.02, 0.02)},
        "not_clearly_better_than_champion",
    ),
    ("better_than_champion", {"improvement_on_champion": interval(-0.02)}, "below_margin"),
    (
        "beats_baselines",
        {"improvement_on_dummy": interval(-0.01, 0.02)},
        "not_ahead_of_dummy",
    ),
    (
        "beats_baselines",
        {"improvement_on_baseline": interval(0.0, 0.0)},
        "not_ahead_of_baseline",
    ),
    ("calibrated", {"performance": performance(bias=0.06)}, "bias_too_large"),
    ("calibrated", {"performance": performance(bias=-0.06)}, "bias_too_large"),
    (
        "calibrated",
        {"performance": performance(calibration_error=0.11)},
        "calibration_error_too_large",
    ),
    ("segments_hold", {"segments": (segment("origin=JFK", -0.03, 0.02),)}, "segment_worse"),
    ("value_holds", {"value_gain": interval(-5.1, 1.0)}, "value_falls"),
    ("no_leakage", {"feature_skill": {"heat": 0.31, "wind": 0.0}}, "feature_leaks"),
    ("membership_inference", {"membership": membership(0.61)}, "members_told"),
    ("risks_held", {"risks": (risk(), risk("leak", Status.RED, 13))}, "risk_red"),
]


@pytest.mark.parametrize(("gate", "changes", "code"), REFUSED)
def test_a_fault_refuses_and_says_what_was_found_and_the_limit(gate, changes, code):
    """Red, with the number, the limit and why the limit is that."""
    found = ask(gate, **changes)

    assert found.verdict is Verdict.REFUSE
    reason = next(reason for reason in found.reasons if reason.code == code)
    assert reason.found is not None
    assert reason.limit is not None
    assert reason.because


UNKNOWN = [
    ("unseen_rows", {"overlap_with_challenger": None}),
    ("unseen_rows", {"overlap_with_champion": None}),
    ("unseen_rows", {"first_gate_event": None}),
    ("unseen_rows", {"last_training_event_champion": None}),
    ("better_than_champion", {"improvement_on_champion": None}),
    ("better_than_champion", {"improvement_on_champion": interval(None)}),
    ("better_than_champion", {"improvement_on_champion": interval(0.02, low=None)}),
    ("better_than_champion", {"champion": None}),
    ("beats_baselines", {"improvement_on_dummy": interval(None)}),
    ("beats_baselines", {"improvement_on_baseline": interval(0.02, high=None)}),
    ("calibrated", {"performance": {}}),
    ("calibrated", {"performance": performance(bias=None)}),
    ("calibrated", {"performance": performance(calibration_error=None)}),
    ("calibrated", {"performance": performance(bias=float("nan"))}),
    ("segments_hold", {"segments": ()}),
    ("segments_hold", {"segment_columns": ("origin", "carrier")}),
    ("segments_hold", {"segments": (segment("origin=(none)", 0.1),)}),
    ("segments_hold", {"segments": (segment("origin=JFK", None),)}),
    ("segments_hold", {"segments": (segment("origin=JFK", 0.1, rows=99),)}),
    ("segments_hold", {"segments": (segment("origin=JFK", 0.1, clusters=9),)}),
    ("segments_hold", {"segments": (segment("origin=JFK", -0.03, 0.05),)}),
    ("value_holds", {"value_gain": None}),
    ("no_leakage", {"feature_skill": {"heat": 0.2, "wind": None}}),
    ("no_leakage", {"feature_skill": {}}),
    ("membership_inference", {"membership": None}),
    ("risks_held", {"risks": None}),
    ("risks_held", {"risks": (risk("leak", Status.UNPROVED, 13),)}),
    ("membership_inference", {"membership": membership(members=999)}),
    ("value_holds", {"value_gain": interval(5.0, high=None)}),
]


@pytest.mark.parametrize(("gate", "changes"), UNKNOWN)
def test_what_was_not_measured_cannot_be_judged(gate, changes):
    """Neither green nor red: it says what is missing."""
    found = ask(gate, **changes)

    assert found.verdict is Verdict.CANNOT_JUDGE
    assert found.reasons


def test_too_few_rows_and_days_cannot_be_judged():
    """More data may still show either, so it is no refusal; the policy's because is told."""
    few = {"rows": 999, "clusters": 9}
    intervals = {
        name: interval(0.1, **few)
        for name in ("improvement_on_champion", "improvement_on_dummy", "improvement_on_baseline")
    }

    found = ask(
        "enough_evidence",
        gate_rows=999,
        gate_clusters=9,
        value_gain=interval(1, **few),
        **intervals,
    )

    assert found.verdict is Verdict.CANNOT_JUDGE
    assert codes(found) == {"too_few_rows", "too_few_clusters"}
    assert {reason.because for reason in found.reasons} == {BECAUSE}


def test_a_refusal_names_the_number_the_limit_and_the_because():
    """The sentence a person reads on the timeline."""
    found = ask("calibrated", performance=performance(bias=-0.09))

    assert found.summary == "bias -0.0900, at most 0.05 either way"
    assert found.reasons[0].because == BECAUSE
    assert found.numbers == {"bias": -0.09, "calibration_error": 0.02}


def test_limits_themselves_still_hold():
    """At the margin, at the bias limit, at the segment's and the value's: all pass."""
    whole, _ = judge(
        evidence(
            improvement_on_champion=interval(0.01),
            performance=performance(bias=-0.05, calibration_error=0.1),
            segments=(segment("origin=JFK", -0.02),),
            value_gain=interval(-5.0),
        ),
        release_policy(),
        training_policy(),
    )

    assert whole.verdict is Verdict.PASS


def test_exactly_enough_is_enough():
    """1,000 rows on 10 days are what the policies ask for."""
    just = {"rows": 1000, "clusters": 10}
    names = ("improvement_on_champion", "improvement_on_dummy", "improvement_on_baseline")
    intervals = {name: interval(0.1, **just) for name in (*names, "value_gain")}

    found = ask("enough_evidence", gate_rows=1000, gate_clusters=10, **intervals)

    assert found.verdict is Verdict.PASS


def test_a_refusal_outweighs_what_was_not_measured():
    """One overlapping row refuses, though nobody measured the times; both are told."""
    found = ask("unseen_rows", overlap_with_challenger=1, first_gate_event=None)

    assert found.verdict is Verdict.REFUSE
    assert codes(found) == {"overlap", "times_not_measured"}


def test_a_moment_later_is_later():
    """Training data that ends a minute before the gate's first row was not seen there."""
    found = ask("unseen_rows", last_training_event_challenger=day(16) - timedelta(minutes=1))

    assert found.verdict is Verdict.PASS


def test_a_biased_challenger_may_replace_a_more_biased_champion():
    """Refusing it would keep the worse calibrated of the two in service."""
    both = performance(bias=-0.09)
    both["champion"] = {**both["challenger"], "bias": -0.14}
    worse = performance(bias=-0.09)
    worse["champion"] = {**worse["challenger"], "bias": 0.07}

    assert ask("calibrated", performance=both).verdict is Verdict.PASS
    assert ask("calibrated", performance=worse).verdict is Verdict.REFUSE
