"""Each monitor seen well, breached, and unable to judge."""

import math
from typing import Any

import pytest
from window_samples import disagreeing, interval, policy, window

from caf_monitoring.evidence import WindowEvidence
from caf_monitoring.monitors import calls_for, look
from caf_monitoring.monitors.reading import NOT_ASKED, NOT_YET
from caf_platform.capabilities import Capability
from caf_platform.decision import Action, Decision, Verdict
from caf_platform.plugins import PLUGINS, Kind, Plugin, Plugins
from caf_platform.project.policy import Policy

MONITORS = {
    "calibration": Action.RETRAIN,
    "skill": Action.RETRAIN,
    "data_drift": Action.RETRAIN,
    "prediction_drift": Action.WATCH,
    "target_drift": Action.WATCH,
    "fairness": Action.RETRAIN,
    "skew": Action.DATA_INCIDENT,
    "labels": Action.DATA_INCIDENT,
    "label_noise": Action.DATA_INCIDENT,
    "freshness": Action.DATA_INCIDENT,
    "former_champion": Action.ROLL_BACK,
}
SERVED = window().performance
DRIFT = window().drift
FOUR_NEW = dict.fromkeys(DRIFT, 0.9)


def read(name: str, limits: dict[str, Any] | None = None, **changes: Any) -> Decision:
    """One monitor's reading of the healthy window with some numbers changed."""
    return look(window(**changes), policy(**(limits or {})))[name]


def codes(reading: Decision) -> list[str]:
    """The codes of a reading's reasons."""
    return [reason.code for reason in reading.reasons]


def test_every_monitor_is_registered_with_what_it_calls_for() -> None:
    """The list is the registry's, and each monitor names capabilities and a sentence."""
    assert calls_for() == MONITORS
    assert all(plugin.summary and plugin.capabilities for plugin in PLUGINS.of(Kind.MONITOR))


@pytest.mark.parametrize("name", MONITORS)
def test_a_healthy_window_is_ok(name: str) -> None:
    """Everything measured and within limits: ok, with a reason and numbers."""
    reading = read(name)

    assert reading.verdict is Verdict.OK
    assert reading.by == name
    assert reading.numbers
    assert reading.reasons


BREACHES: list[tuple[str, dict[str, Any]]] = [
    ("calibration", {"performance": SERVED | {"bias": -0.094}}),
    ("calibration", {"performance": SERVED | {"bias": 0.0501}}),
    ("skill", {"performance": SERVED | {"skill": -0.019}}),
    ("data_drift", {"drift": DRIFT | {"temp": 0.21, "wind": 7.2}}),
    ("data_drift", {"drift": DRIFT | {"temp": 0.21, "wind": 7.2, "carrier": None}}),
    ("prediction_drift", {"prediction_psi": 0.64}),
    ("target_drift", {"target_psi": 0.21}),
    ("skew", {"skewed_rows": 3, "skewed_columns": {"delay": 3}}),
    ("skew", {"skew_checked": 5, "skewed_rows": 3}),
    ("labels", {"labelled_rows": 0, "label_coverage": 0.0}),
    ("label_noise", {"disagreement": disagreeing(0.0009)}),
    ("freshness", {"feeds": {"weather": 6.5}}),
    ("freshness", {"frozen_feeds": ("weather",)}),
    ("freshness", {"stuck_columns": {"wind": 12}}),
    ("former_champion", {"harm": interval(0.0131, 0.98)}),
]


@pytest.mark.parametrize(("name", "changes"), BREACHES)
def test_a_breach_says_what_was_found_the_limit_and_why(name: str, changes: dict) -> None:
    """Red, and the reason can be read by a person and matched by a machine."""
    reading = read(name, **changes)

    assert reading.verdict is Verdict.BREACH
    for reason in reading.reasons:
        assert reason.text
        if reason.code not in ("frozen_feed", "stuck_column"):
            assert reason.found is not None
            assert reason.limit is not None
            assert reason.because.startswith("the sample's own choice")


CANNOT: list[tuple[str, dict[str, Any], str]] = [
    *(
        (name, {"labelled_rows": 99, "performance": SERVED | {"rows": 99}}, "too_few_labels")
        for name in ("calibration", "skill", "target_drift", "labels")
    ),
    *(
        (name, {"performance": SERVED | {"rows": 99}}, "too_few_labels")
        for name in ("calibration", "skill")
    ),
    *(
        (name, {"label_coverage": 0.49}, "low_label_coverage")
        for name in ("calibration", "skill", "target_drift", "labels")
    ),
    *(
        (name, {"label_coverage": math.nan}, "not_measured")
        for name in ("calibration", "skill", "target_drift", "labels")
    ),
    *((name, {"champion": None}, NOT_ASKED) for name in MONITORS if name != "freshness"),
    ("calibration", {"performance": SERVED | {"bias": math.nan}}, "not_measured"),
    ("calibration", {"performance": {}}, "not_measured"),
    ("skill", {"performance": SERVED | {"skill": None}}, "not_measured"),
    ("data_drift", {"drift_rows": 99}, "too_few_rows"),
    ("data_drift", {"drift": {}}, "not_measured"),
    ("data_drift", {"drift": dict.fromkeys(DRIFT)}, "columns_unmeasured"),
    ("data_drift", {"drift": DRIFT | {"temp": 0.9, "wind": None}}, "columns_unmeasured"),
    ("prediction_drift", {"prediction_psi": math.inf}, "not_measured"),
    ("prediction_drift", {"served_rows": 99}, "too_few_rows"),
    ("target_drift", {"target_psi": None}, "not_measured"),
    ("skew", {"skew_checked": 0}, "not_measured"),
    ("skew", {"served_rows": 0}, "not_measured"),
    ("skew", {"skew_checked": 19, "skewed_rows": 2}, "too_few_rows"),
    ("labels", {"served_rows": 0}, "not_measured"),
    ("label_noise", {"disagreement": None}, "not_measured"),
    ("label_noise", {"disagreement": disagreeing(math.nan)}, "not_measured"),
    ("label_noise", {"disagreement": disagreeing(0.5, reference_rows=99)}, "too_few_rows"),
    ("label_noise", {"disagreement": disagreeing(0.0, reference_rows=99)}, "too_few_rows"),
    ("label_noise", {"labelled_rows": 99}, "too_few_labels"),
    ("label_noise", {"two_classes": False}, NOT_ASKED),
    ("freshness", {"feeds": {}}, "not_measured"),
    ("freshness", {"feeds": {"weather": math.nan}}, "not_measured"),
    ("former_champion", {"former_champion": None}, NOT_ASKED),
    ("former_champion", {"harm": None}, "not_measured"),
    ("former_champion", {"harm": interval(0.5, 1.0, clusters=19)}, NOT_YET),
    ("former_champion", {"harm": interval(None, None)}, "not_measured"),
    ("former_champion", {"harm": interval(0.5, None)}, "not_measured"),
]


@pytest.mark.parametrize(("name", "changes", "code"), CANNOT)
def test_what_was_not_measured_is_never_ok(name: str, changes: dict, code: str) -> None:
    """NaN, nothing, too few rows: cannot judge, and the reason says which."""
    reading = read(name, **changes)

    assert reading.verdict is Verdict.CANNOT_JUDGE
    assert code in codes(reading)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("calibration", {"performance": SERVED | {"bias": -0.05}}),
        ("skill", {"performance": SERVED | {"skill": 0.03}}),
        ("data_drift", {"drift": dict.fromkeys(DRIFT, 0.2)}),
        ("prediction_drift", {"prediction_psi": 0.25}),
        ("target_drift", {"target_psi": 0.2}),
        ("skew", {"skewed_rows": 2}),
        ("labels", {"labelled_rows": 100, "label_coverage": 0.5}),
        ("label_noise", {"disagreement": disagreeing(0.001)}),
        ("freshness", {"feeds": {"weather": 6.0}}),
        ("former_champion", {"harm": interval(0.002, 1.0)}),
        ("former_champion", {"harm": interval(0.5, 0.9499)}),
    ],
)
def test_at_the_limit_is_within(name: str, changes: dict) -> None:
    """A limit is what is still allowed; the retraining share alone counts from its value on."""
    assert read(name, **changes).verdict is Verdict.OK


def test_former_champion_with_exactly_the_asked_confidence_is_a_breach() -> None:
    """`min_confidence` is enough confidence."""
    assert read("former_champion", harm=interval(0.0021, 0.95)).verdict is Verdict.BREACH


def test_drift_reports_the_share_the_worst_columns_and_whether_to_watch() -> None:
    """Below the retraining share the reading is ok, and still says that something moved."""
    none = read("data_drift")
    one = read("data_drift", drift=DRIFT | {"temp": 1.4})

    assert none.numbers["watch"] == 0
    assert one.verdict is Verdict.OK
    assert one.numbers["watch"] == 1
    assert one.numbers["share"] == 0.25
    assert one.numbers["psi.temp"] == 1.4
    assert "temp 1.40" in one.summary


def test_only_the_worst_columns_are_named() -> None:
    """A wide table does not make a wide reason."""
    reading = read("data_drift", drift={f"c{n}": n / 1000 for n in range(50)})

    named = [name for name in reading.numbers if name.startswith("psi.")]

    assert named == ["psi.c49", "psi.c48", "psi.c47", "psi.c46", "psi.c45"]


def test_an_unmeasured_column_that_could_not_change_the_answer_does_not_stop_it() -> None:
    """One of four unmeasured: with none drifted at most a quarter could have, below the half."""
    reading = read("data_drift", drift=DRIFT | {"temp": None})

    assert reading.verdict is Verdict.OK
    assert reading.numbers["unmeasured"] == 1


@pytest.mark.parametrize(
    ("drift", "verdict"),
    [
        ({"a": 0.0}, Verdict.OK),
        ({"a": 0.0, "b": None}, Verdict.CANNOT_JUDGE),
        ({"a": 0.3}, Verdict.BREACH),
    ],
)
def test_a_retraining_share_of_nought_means_any_drift(drift: dict, verdict: Verdict) -> None:
    """No drift is not *at least no share*."""
    reading = read("data_drift", {"monitoring": {"drift_retrain_share": 0.0}}, drift=drift)

    assert reading.verdict is verdict


def test_skew_names_the_columns() -> None:
    """The person who mends it starts at the worst column."""
    reading = read("skew", skewed_rows=18, skewed_columns={"temp": 2, "dep_delay_2h": 18})

    assert "dep_delay_2h 18, temp 2" in reading.summary


def test_fewer_served_rows_than_the_skew_sample_are_enough_when_all_were_checked() -> None:
    """Five served, five checked: nothing is left to check."""
    reading = read("skew", served_rows=5, skew_checked=5)

    assert reading.verdict is Verdict.OK


def test_freshness_names_each_feed_that_is_late_and_ignores_feeds_without_a_limit() -> None:
    """Two feeds over their limits, one without any."""
    limits = {"validation": {"max_feed_age_hours": {"weather": 6.0, "flights": 1.0}}}

    late = read("freshness", limits, feeds={"weather": 9.0, "flights": 2.0, "fleet": 900.0})
    half = read("freshness", limits, feeds={"weather": 1.0, "fleet": 900.0})

    assert codes(late) == ["stale_feed", "stale_feed"]
    assert half.verdict is Verdict.CANNOT_JUDGE
    assert "flights" in half.summary


def test_freshness_without_any_limit_is_not_asked_but_a_frozen_feed_still_shows() -> None:
    """No limit, nothing to keep; repetition needs no limit."""
    limits = {"validation": {"max_feed_age_hours": {}}}

    assert codes(read("freshness", limits)) == [NOT_ASKED]
    assert read("freshness", limits, frozen_feeds=("weather",)).verdict is Verdict.BREACH


def test_a_monitor_that_fails_or_answers_nonsense_cannot_judge_and_stops_nobody() -> None:
    """A stranger's broken monitor costs its own reading only."""

    def broken(_evidence: WindowEvidence, _policy: Policy) -> Decision:
        raise ZeroDivisionError("no rows")

    def sound(_evidence: WindowEvidence, _policy: Policy) -> Decision:
        return Decision(by="sound", verdict=Verdict.OK)

    plugins = Plugins()
    nonsense = {
        "broken": broken,
        "mute": lambda _evidence, _policy: None,
        "gate": lambda _evidence, _policy: Decision(by="gate", verdict=Verdict.PASS),
        "sound": sound,
    }
    for name, target in nonsense.items():
        plugins.add(Plugin(Kind.MONITOR, name, (Capability.OBSERVABILITY,), target, ""))

    readings = look(window(), policy(), plugins)

    assert [readings[name].verdict for name in nonsense] == [Verdict.CANNOT_JUDGE] * 3 + [
        Verdict.OK
    ]
    assert "ZeroDivisionError('no rows')" in readings["broken"].summary
    assert calls_for(plugins) == dict.fromkeys(nonsense, Action.WATCH)


def test_an_empty_window_has_no_good_reading() -> None:
    """Evidence in which nothing was filled in."""
    nothing = WindowEvidence(window="2013-05")
    served_unmeasured = WindowEvidence(window="2013-05", champion="v1")

    for evidence in (nothing, served_unmeasured):
        verdicts = {reading.verdict for reading in look(evidence, policy()).values()}
        assert verdicts == {Verdict.CANNOT_JUDGE}
