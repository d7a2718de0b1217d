"""Triage of what could not be judged: silence twice is an incident, what was not asked is none."""

from window_readings import BREACH, CANNOT, MONITORS, OK, POLICY, also, decide, reading, readings

from caf_monitoring.monitors.reading import NOT_ASKED, NOT_YET
from caf_monitoring.triage import PERFORMANCE, Context, triage
from caf_platform.decision import Action, Verdict


def test_drift_alone_retrains_nothing_while_performance_is_unjudged() -> None:
    """Without labels nobody can say that a new model is needed, or judge one."""
    found = decide(calibration=CANNOT, skill=CANNOT, data_drift=BREACH)

    assert found.action is Action.WATCH
    assert (Action.RETRAIN, "data_drift") in also(found)
    assert (Action.WATCH, "performance_not_judged") in also(found)


UNJUDGED = {"calibration": CANNOT, "skill": CANNOT}


def test_performance_unjudged_twice_in_a_row_is_silence() -> None:
    """Once is watched, twice is an incident, and recovery ends it."""
    once = decide({"previous": readings()}, **UNJUDGED)
    twice = decide({"previous": readings(**UNJUDGED)}, **UNJUDGED)
    over = decide({"previous": readings(**UNJUDGED)})

    assert (once.action, once.cause) == (Action.WATCH, "performance_not_judged")
    assert (twice.action, twice.cause) == (Action.DATA_INCIDENT, "silence")
    assert twice.decision.verdict is CANNOT
    assert over.action is Action.NOTHING


def test_the_window_before_the_first_model_is_not_silence() -> None:
    """Nothing was served then, so nothing could be judged: the first window is only watched."""
    before = {name: reading(name, CANNOT, NOT_ASKED) for name in MONITORS}

    found = decide({"previous": before}, **UNJUDGED)

    assert found.action is Action.WATCH


def test_readings_that_are_missing_altogether_count_as_unjudged() -> None:
    """An empty answer is not a healthy one, and twice empty is silence."""
    champion = Context(has_champion=True, previous={"skew": reading("skew", OK)})

    assert triage({}, Context(has_champion=True), POLICY).action is Action.WATCH
    assert triage({}, champion, POLICY).cause == "silence"


def test_any_monitor_that_stays_blind_becomes_an_incident() -> None:
    """Blind twice: an incident; blind because time is still needed: only watched."""
    blind = decide({"previous": readings(skew=CANNOT)}, skew=CANNOT)
    young = reading("former_champion", CANNOT, NOT_YET)
    waiting = decide({"previous": readings(former_champion=young)}, former_champion=young)

    assert (blind.action, blind.cause) == (Action.DATA_INCIDENT, "skew_not_judged")
    assert (waiting.action, waiting.cause) == (Action.WATCH, "former_champion_not_judged")


def test_what_was_not_asked_calls_for_nothing() -> None:
    """No feed has a limit, no promotion to regret: nothing to watch."""
    found = decide(
        freshness=reading("freshness", CANNOT, NOT_ASKED),
        former_champion=reading("former_champion", CANNOT, NOT_ASKED),
    )

    assert found.action is Action.NOTHING


def test_performance_not_asked_is_watched_when_there_is_a_champion() -> None:
    """A champion that served nothing cannot be called healthy."""
    found = decide(**{name: reading(name, CANNOT, NOT_ASKED) for name in PERFORMANCE})

    assert found.action is Action.WATCH


def test_a_gate_s_verdict_in_a_reading_counts_as_unjudged() -> None:
    """Pass is not an answer that a monitor can give."""
    found = decide(skill=reading("skill", Verdict.PASS))

    assert found.action is Action.WATCH
