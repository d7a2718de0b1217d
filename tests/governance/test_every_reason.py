"""Every reason that a gate gives, for and against: the same word each time, for machines."""

from itertools import product
from typing import Any

import pytest
from release_evidence import (
    evidence,
    first_model,
    gap,
    group,
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
from caf_platform.plugins import PLUGINS, Kind

PASS, REFUSE, CANNOT = Verdict.PASS, Verdict.REFUSE, Verdict.CANNOT_JUDGE

FEW, IDLE = group("sex=f", 99, class_rows=50), group("sex=f", class_rows=49)
MEASURED = ("improvement_on_champion", "improvement_on_dummy", "improvement_on_baseline")


def few(rows: int = 2000, clusters: int = 14) -> dict[str, Any]:
    """Everything measured on the same few rows."""
    said = {name: interval(0.1, rows=rows, clusters=clusters) for name in (*MEASURED, "value_gain")}
    return {"gate_rows": rows, "gate_clusters": clusters, **said}


SEEN: list[tuple[str, dict[str, Any], Verdict, str]] = [
    ("beats_baselines", {}, PASS, "ahead_of_dummy"),
    ("beats_baselines", {"improvement_on_dummy": interval(0.0)}, REFUSE, "not_ahead_of_dummy"),
    ("beats_baselines", {"improvement_on_dummy": interval(None)}, CANNOT, "dummy_not_measured"),
    ("better_than_champion", {}, PASS, "above_margin"),
    (
        "better_than_champion",
        {"improvement_on_champion": interval(0.009, 0.001)},
        REFUSE,
        "below_margin",
    ),
    (
        "better_than_champion",
        {"improvement_on_champion": None},
        CANNOT,
        "champion_not_measured",
    ),
    ("calibrated", {}, PASS, "bias_small"),
    (
        "calibrated",
        {
            "performance": {
                "challenger": {"bias": 0.06, "calibration_error": 0.02},
                "champion": {"bias": -0.07, "calibration_error": 0.05},
            }
        },
        PASS,
        "bias_smaller",
    ),
    (
        "calibrated",
        {
            "performance": {
                "challenger": {"bias": 0.08, "calibration_error": 0.02},
                "champion": {"bias": -0.07, "calibration_error": 0.05},
            }
        },
        REFUSE,
        "bias_too_large",
    ),
    ("calibrated", {"performance": {}}, CANNOT, "bias_not_measured"),
    ("enough_evidence", {}, PASS, "enough_rows"),
    ("enough_evidence", {"value_gain": interval(12.0, level=0.9)}, REFUSE, "lower_level"),
    ("enough_evidence", {"value_gain": interval(12.0, draws=10)}, REFUSE, "lower_draws"),
    ("enough_evidence", {"value_gain": interval(12.0, rows=10)}, REFUSE, "other_rows"),
    ("enough_evidence", few(rows=999), CANNOT, "too_few_rows"),
    ("enough_evidence", few(clusters=9), CANNOT, "too_few_clusters"),
    ("fair", {}, PASS, "tpr_difference_kept"),
    ("fair", {}, PASS, "selection_ratio_kept"),
    ("fair", {"groups": (gap(0.101),)}, REFUSE, "tpr_difference_broken"),
    ("fair", {"groups": (gap(ratio=0.799),)}, REFUSE, "selection_ratio_broken"),
    ("fair", {"groups": (gap(None),)}, CANNOT, "tpr_difference_not_measured"),
    ("fair", {"groups": (gap(ratio=None),)}, CANNOT, "selection_ratio_not_measured"),
    ("fair", {"groups": ()}, CANNOT, "groups_not_measured"),
    ("fair", {"groups": (gap(groups=()),)}, CANNOT, "groups_not_measured"),
    ("fair", {"groups": (gap(groups=(group("sex=f"),)),)}, CANNOT, "one_group"),
    (
        "fair",
        {"groups": (gap(groups=(group("sex=f", 99, class_rows=50), group("sex=m"))),)},
        CANNOT,
        "group_too_small",
    ),
    (
        "fair",
        {"groups": (gap(groups=(group("sex=f", class_rows=49), group("sex=m"))),)},
        CANNOT,
        "group_too_small",
    ),
    ("fair", {}, PASS, "tpr_difference_kept"),
    ("fair", {}, PASS, "selection_ratio_kept"),
    ("fair", {"groups": (gap(0.101),)}, REFUSE, "tpr_difference_broken"),
    ("fair", {"groups": (gap(ratio=0.799),)}, REFUSE, "selection_ratio_broken"),
    ("fair", {"groups": (gap(0.101, None),)}, REFUSE, "tpr_difference_broken"),
    ("fair", {"groups": (gap(None),)}, CANNOT, "tpr_difference_not_measured"),
    ("fair", {"groups": (gap(ratio=None),)}, CANNOT, "selection_ratio_not_measured"),
    ("fair", {"groups": ()}, CANNOT, "groups_not_measured"),
    ("fair", {"groups": (gap(groups=()),)}, CANNOT, "groups_not_measured"),
    ("fair", {"groups": (gap(groups=(FEW, group("sex=m"))),)}, CANNOT, "group_too_small"),
    ("fair", {"groups": (gap(groups=(IDLE, group("sex=m"))),)}, CANNOT, "group_too_small"),
    ("fair", {"groups": (gap(groups=(group("sex=f"),)),)}, CANNOT, "one_group"),
    ("membership_inference", {}, PASS, "members_hidden"),
    ("membership_inference", {"membership": membership(0.61)}, REFUSE, "members_told"),
    ("membership_inference", {"membership": None}, CANNOT, "membership_not_measured"),
    ("membership_inference", {"membership": membership(None)}, CANNOT, "membership_not_measured"),
    ("membership_inference", {"membership": membership(members=999)}, CANNOT, "too_few_learnt"),
    ("membership_inference", {"membership": membership(others=999)}, CANNOT, "too_few_unseen"),
    ("no_leakage", {}, PASS, "features_plausible"),
    ("no_leakage", {"feature_skill": {"heat": 0.31}}, REFUSE, "feature_leaks"),
    ("no_leakage", {"feature_skill": {"heat": None}}, CANNOT, "feature_not_measured"),
    ("risks_held", {}, PASS, "risk_held"),
    ("risks_held", {"risks": (risk(), risk("leak", Status.RED, 15))}, REFUSE, "risk_red"),
    ("risks_held", {"risks": (risk("borne", Status.BORNE, 13),)}, REFUSE, "risk_too_high"),
    ("risks_held", {"risks": (risk("leak", Status.UNPROVED, 13),)}, CANNOT, "risk_unproved"),
    ("risks_held", {"risks": None}, CANNOT, "risks_not_read"),
    ("risks_held", {"risks": ()}, CANNOT, "risks_not_read"),
    ("segments_hold", {}, PASS, "segment_holds"),
    ("segments_hold", {"segment_columns": (), "segments": ()}, PASS, "no_segments"),
    ("segments_hold", {"segments": (segment("origin=EWR", -0.03),)}, REFUSE, "segment_worse"),
    (
        "segments_hold",
        {"segments": (segment("origin=EWR", -0.03, 0.04),)},
        CANNOT,
        "segment_unclear",
    ),
    (
        "segments_hold",
        {"segments": (segment("origin=EWR", None),)},
        CANNOT,
        "segment_not_measured",
    ),
    ("segments_hold", {"segments": ()}, CANNOT, "column_not_measured"),
    (
        "segments_hold",
        {"segments": (segment("origin=EWR", 0.02, rows=99),)},
        CANNOT,
        "no_segment_judged",
    ),
    (
        "segments_hold",
        {"segments": (segment("origin=EWR", 0.02), segment("origin=JFK", -0.5, rows=99))},
        PASS,
        "small_segments_not_judged",
    ),
    ("unseen_rows", {}, PASS, "no_overlap"),
    ("unseen_rows", {}, PASS, "later"),
    ("unseen_rows", {"overlap_with_champion": 1}, REFUSE, "overlap"),
    ("unseen_rows", {"overlap_with_champion": None}, CANNOT, "overlap_not_measured"),
    ("unseen_rows", {"first_gate_event": None}, CANNOT, "times_not_measured"),
    ("value_holds", {}, PASS, "value_holds"),
    ("value_holds", {"value_gain": interval(-5.1, 4.0)}, REFUSE, "value_falls"),
    ("value_holds", {"value_gain": None}, CANNOT, "value_not_measured"),
]


@pytest.mark.parametrize(("gate", "changes", "verdict", "code"), SEEN)
def test_a_gate_says_why(gate: str, changes: dict[str, Any], verdict: Verdict, code: str):
    """One thing is changed in evidence that passes every gate."""
    _, parts = judge(evidence(**changes), release_policy(), training_policy())

    assert parts[gate].verdict is verdict
    assert code in {reason.code for reason in parts[gate].reasons}


def test_no_gate_is_left_out():
    """Each that is registered is seen with each of its verdicts."""
    seen = {(name, verdict) for name, _, verdict, _ in SEEN}

    gates = [plugin.name for plugin in PLUGINS.of(Kind.GATE)]
    assert seen >= set(product(gates, (PASS, REFUSE, CANNOT)))


def test_a_first_model_has_nobody_to_beat():
    """And a champion that was measured and has no name is a contradiction."""
    for found, code in (
        (first_model(), "first_model"),
        (first_model(improvement_on_champion=interval(0.02)), "champion_not_named"),
    ):
        _, parts = judge(found, release_policy(), training_policy())

        assert code in {reason.code for reason in parts["better_than_champion"].reasons}


def test_a_policy_that_bounds_no_risk_asks_nothing_of_the_register():
    """Neither a red risk nor a register that was not read matters then, and that is said."""
    policy = release_policy().model_copy(update={"max_risk": None})
    for risks in (None, (risk("leak", Status.RED, 25),)):
        _, parts = judge(evidence(risks=risks), policy, training_policy())

        assert parts["risks_held"].verdict is PASS
        assert [reason.code for reason in parts["risks_held"].reasons] == ["no_risk_bound"]
