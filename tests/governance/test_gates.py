"""Each release gate, seen green, red and unable to judge."""

from datetime import timedelta

import pytest
from release_evidence import (
    BECAUSE,
    day,
    evidence,
    first_model,
    interval,
    release_policy,
    segment,
    training_policy,
)

from caf_governance.gates.release import judge
from caf_platform.decision import Verdict
from caf_platform.plugins import PLUGINS, Kind

GATES = (
    "beats_baselines",
    "better_than_champion",
    "calibrated",
    "enough_evidence",
    "no_leakage",
    "segments_hold",
    "unseen_rows",
    "value_holds",
)


def ask(gate, **changes):
    """One gate's decision on the passing evidence with changes."""
    return PLUGINS.get(Kind.GATE, gate).target(
        evidence(**changes), release_policy(), training_policy()
    )


def ask_first(gate, **changes):
    """One gate's decision on a first model's passing evidence with changes."""
    return PLUGINS.get(Kind.GATE, gate).target(
        first_model(**changes), release_policy(), training_policy()
    )


def performance(**changes):
    """The challenger's numbers with changes."""
    return {"challenger": {"bias": 0.01, "calibration_error": 0.02} | changes}


def codes(decision):
    """The reasons, for machines."""
    return {reason.code for reason in decision.reasons}


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


def test_a_segment_of_exactly_the_minimum_is_judged():
    """100 rows in 10 clusters are large enough to be refused on."""
    found = ask("segments_hold", segments=(segment("origin=JFK", -0.03, rows=100, clusters=10),))

    assert found.verdict is Verdict.REFUSE


def test_an_interval_that_touches_zero_shows_no_harm():
    """Seems worse, may be chance: cannot be judged, and is no pass."""
    found = ask("segments_hold", segments=(segment("origin=JFK", -0.03, high=0.0),))

    assert found.verdict is Verdict.CANNOT_JUDGE
    assert codes(found) == {"segment_unclear"}


def test_a_refusal_outweighs_what_was_not_measured():
    """One overlapping row refuses, though nobody measured the times; both are told."""
    found = ask("unseen_rows", overlap_with_challenger=1, first_gate_event=None)

    assert found.verdict is Verdict.REFUSE
    assert codes(found) == {"overlap", "times_not_measured"}


def test_a_moment_later_is_later():
    """Training data that ends a minute before the gate's first row was not seen there."""
    found = ask("unseen_rows", last_training_event_challenger=day(16) - timedelta(minutes=1))

    assert found.verdict is Verdict.PASS


def test_the_first_model_has_nobody_to_beat():
    """It passes that one gate with a reason that says so; all others still judge it."""
    whole, parts = judge(first_model(), release_policy(), training_policy())

    assert whole.verdict is Verdict.PASS
    assert codes(parts["better_than_champion"]) == {"first_model"}
    assert "dummy" in parts["value_holds"].summary


def test_the_first_model_is_refused_when_a_constant_is_as_good():
    """No champion is no free pass."""
    whole, _ = judge(
        first_model(improvement_on_dummy=interval(0.001)), release_policy(), training_policy()
    )

    assert whole.verdict is Verdict.REFUSE


@pytest.mark.parametrize("than", ["dummy", "baseline"])
def test_luck_against_a_simple_model_is_enough_only_beside_a_champion(than):
    """A first model must be better beyond chance; a challenger proves that to the champion."""
    ahead_by_chance = {f"improvement_on_{than}": interval(0.01, 0.02)}

    first = ask_first("beats_baselines", **ahead_by_chance)
    later = ask("beats_baselines", **ahead_by_chance)

    assert first.verdict is Verdict.REFUSE
    assert codes(first) >= {f"not_clearly_better_than_{than}"}
    assert later.verdict is Verdict.PASS


def test_a_biased_challenger_may_replace_a_more_biased_champion():
    """Refusing it would keep the worse calibrated of the two in service."""
    both = performance(bias=-0.09)
    both["champion"] = {**both["challenger"], "bias": -0.14}
    worse = performance(bias=-0.09)
    worse["champion"] = {**worse["challenger"], "bias": 0.07}

    assert ask("calibrated", performance=both).verdict is Verdict.PASS
    assert ask("calibrated", performance=worse).verdict is Verdict.REFUSE


def test_a_biased_first_model_has_no_excuse():
    """There is nobody in service who would be worse."""
    found = ask_first("calibrated", performance=performance(bias=-0.09))

    assert found.verdict is Verdict.REFUSE


def test_a_champion_that_lost_its_name_is_a_contradiction():
    """Evidence against a champion without the champion must not pass as a first model."""
    unnamed = first_model(improvement_on_champion=interval(-0.02))

    whole, parts = judge(unnamed, release_policy(), training_policy())

    assert whole.verdict is Verdict.CANNOT_JUDGE
    assert codes(parts["better_than_champion"]) == {"champion_not_named"}


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
