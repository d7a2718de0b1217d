"""Every monitor seen well, breached and unable to judge, and the reasons behind an action."""

from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest
from release_evidence import gap
from window_samples import disagreeing, interval, policy, window

from caf_monitoring.governor import History, Request, govern
from caf_monitoring.monitors import calls_for, look
from caf_monitoring.triage import Context, triage
from caf_platform.decision import Verdict

OK, BREACH, CANNOT = Verdict.OK, Verdict.BREACH, Verdict.CANNOT_JUDGE

SEEN: list[tuple[str, dict[str, Any], Verdict, str]] = [
    ("data_drift", {}, OK, "data_drift_kept"),
    ("data_drift", {"drift": {"a": 0.9, "b": 0.9}}, BREACH, "data_drift_breached"),
    ("data_drift", {"drift": {"a": None}}, CANNOT, "columns_unmeasured"),
    ("prediction_drift", {}, OK, "prediction_drift_kept"),
    ("prediction_drift", {"prediction_psi": 0.3}, BREACH, "prediction_drift_breached"),
    ("prediction_drift", {"prediction_psi": None}, CANNOT, "not_measured"),
    ("target_drift", {}, OK, "target_drift_kept"),
    ("target_drift", {"target_psi": 0.3}, BREACH, "target_drift_breached"),
    ("target_drift", {"target_psi": None}, CANNOT, "not_measured"),
    ("label_noise", {}, OK, "label_noise_kept"),
    ("label_noise", {"disagreement": disagreeing(0.0001)}, BREACH, "label_noise_breached"),
    ("label_noise", {"disagreement": None}, CANNOT, "not_measured"),
    ("former_champion", {}, OK, "harm"),
    ("former_champion", {"harm": interval(0.02, 0.99)}, BREACH, "confidence"),
    ("former_champion", {"harm": interval(0.02, 0.99, clusters=19)}, CANNOT, "not_yet"),
    ("calibration", {}, OK, "calibration_kept"),
    ("calibration", {"performance": {"bias": 0.06}}, BREACH, "calibration_breached"),
    ("calibration", {"labelled_rows": 99}, CANNOT, "too_few_labels"),
    ("skill", {}, OK, "skill_kept"),
    ("skill", {"performance": {"skill": 0.02}}, BREACH, "skill_breached"),
    ("skill", {"label_coverage": 0.4}, CANNOT, "low_label_coverage"),
    ("fairness", {}, OK, "tpr_difference_kept"),
    ("fairness", {}, OK, "selection_ratio_kept"),
    ("fairness", {"groups": (gap(0.101),)}, BREACH, "tpr_difference_broken"),
    ("fairness", {"groups": (gap(ratio=0.799),)}, BREACH, "selection_ratio_broken"),
    ("fairness", {"groups": (gap(0.101, None),)}, BREACH, "tpr_difference_broken"),
    ("fairness", {"groups": ()}, CANNOT, "groups_not_measured"),
    ("fairness", {"labelled_rows": 99}, CANNOT, "too_few_labels"),
    ("skew", {}, OK, "skew_kept"),
    ("skew", {"skewed_rows": 20}, BREACH, "skew_breached"),
    ("skew", {"skew_checked": 19}, CANNOT, "too_few_rows"),
    ("labels", {}, OK, "labels_kept"),
    ("labels", {"labelled_rows": 0}, BREACH, "labels_breached"),
    ("labels", {"served_rows": 0}, CANNOT, "not_measured"),
    ("freshness", {}, OK, "fresh_feed"),
    ("freshness", {"feeds": {"weather": 6.1}}, BREACH, "stale_feed"),
    ("freshness", {"feeds": {}}, CANNOT, "not_measured"),
]


@pytest.mark.parametrize(("monitor", "changes", "verdict", "code"), SEEN)
def test_a_monitor_says_why(monitor: str, changes: dict[str, Any], verdict: Verdict, code: str):
    """One thing is changed in a window in which all is well."""
    reading = look(window(**changes), policy())[monitor]

    assert reading.verdict is verdict
    assert code in {reason.code for reason in reading.reasons}


def test_no_monitor_is_left_out():
    """Each that is registered is seen with each of its verdicts."""
    seen = {(name, verdict) for name, _, verdict, _ in SEEN}

    assert seen == set(product(calls_for(), (OK, BREACH, CANNOT)))


def test_no_monitor_judges_when_nobody_serves():
    """Of those that judge a model; a feed's age needs none."""
    found = look(window(champion=None), policy())

    asked = {name: reading for name, reading in found.items() if name != "freshness"}
    assert {reading.verdict for reading in asked.values()} == {CANNOT}
    assert {reason.code for one in asked.values() for reason in one.reasons} == {"not_asked"}


def test_silence_twice_is_told_as_such():
    """A monitor that cannot judge for the second time; and one that gives no reading at all."""
    silent = look(window(skew_checked=0), policy())
    missing = {name: one for name, one in look(window(), policy()).items() if name != "skill"}

    again = triage(silent, Context(has_champion=True, previous=silent), policy())
    nobody = triage(missing, Context(has_champion=True), policy())

    assert [reason.code for reason in again.decision.reasons] == [
        "not_judged_again",
        "not_measured",
    ]
    assert [reason.code for reason in nobody.decision.reasons] == ["not_judged"]


def test_a_retraining_that_nothing_speaks_against_may_start():
    """The first model asks for a budget and a free place, and has both."""
    request = Request(cause="first_model", window="2013-03", cost_units=1.0)

    found = govern(request, History(), policy().governor, datetime(2013, 3, 1, tzinfo=UTC))

    assert [reason.code for reason in found.reasons] == ["within_bounds"]
