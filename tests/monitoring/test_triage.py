"""One action per window: each cell of the table, and every combination of readings."""

from itertools import product
from typing import Any

import pytest
from window_samples import policy

from caf_monitoring.monitors import calls_for
from caf_monitoring.monitors.reading import NOT_ASKED, NOT_YET
from caf_monitoring.triage import PERFORMANCE, SAFEST_FIRST, Context, Triage, triage
from caf_platform.decision import Action, Decision, Number, Reason, Verdict

OK, BREACH, CANNOT = Verdict.OK, Verdict.BREACH, Verdict.CANNOT_JUDGE
MONITORS = tuple(calls_for())
POLICY = policy()


def reading(name: str, verdict: Verdict, code: str = "", **numbers: Number) -> Decision:
    """One monitor's reading with one reason."""
    reason = Reason(code=code or verdict.value, text=f"{name}: {verdict.value}")
    return Decision(by=name, verdict=verdict, reasons=(reason,), numbers=numbers)


def readings(**changed: Verdict | Decision) -> dict[str, Decision]:
    """A healthy window's readings with some changed."""
    return {name: reading(name, OK) for name in MONITORS} | {
        name: found if isinstance(found, Decision) else reading(name, found)
        for name, found in changed.items()
    }


def decide(context: dict[str, Any] | None = None, **changed: Verdict | Decision) -> Triage:
    """Triage of a window with a champion and a lawful former one."""
    usual: dict[str, Any] = {"has_champion": True, "former_champion": "v1"}
    return triage(readings(**changed), Context(**(usual | (context or {}))), POLICY)


def also(found: Triage) -> list[tuple[Action, str]]:
    """What else applied."""
    return [(other.action, other.cause) for other in found.suppressed]


def test_a_healthy_window_calls_for_nothing_and_says_so() -> None:
    """Doing nothing is a decision with a reason."""
    found = decide()

    assert (found.action, found.cause) == (Action.NOTHING, "healthy")
    assert found.decision.verdict is OK
    assert found.decision.numbers == {"ok": len(MONITORS), "breach": 0, "cannot_judge": 0}
    assert found.suppressed == ()


DRIFTING = reading("data_drift", OK, watch=1)
CELLS: list[tuple[str, dict[str, Any], dict[str, Any], Action, str]] = [
    (
        "the contract refused a batch",
        {"refused_batches": ("may-3",)},
        {},
        Action.DATA_INCIDENT,
        "contract_violation",
    ),
    (
        "an incident is still open",
        {"open_data_incidents": ("i1",)},
        {},
        Action.DATA_INCIDENT,
        "open_data_incident",
    ),
    ("a source is late or frozen", {}, {"freshness": BREACH}, Action.DATA_INCIDENT, "freshness"),
    ("features are skewed", {}, {"skew": BREACH}, Action.DATA_INCIDENT, "skew"),
    ("not one label", {}, {"labels": BREACH}, Action.DATA_INCIDENT, "labels"),
    (
        "the promotion was a mistake",
        {},
        {"former_champion": BREACH},
        Action.ROLL_BACK,
        "former_champion",
    ),
    (
        "a mistake with no way back",
        {"former_champion": None},
        {"former_champion": BREACH},
        Action.RETRAIN,
        "former_champion",
    ),
    ("predictions are biased", {}, {"calibration": BREACH}, Action.RETRAIN, "calibration"),
    ("labels are suspect", {}, {"label_noise": BREACH}, Action.DATA_INCIDENT, "label_noise"),
    (
        "labels are suspect, and say that the model is bad",
        {},
        {"label_noise": BREACH, "skill": BREACH, "calibration": BREACH},
        Action.DATA_INCIDENT,
        "label_noise",
    ),
    (
        "labels are suspect, and say that the promotion was a mistake",
        {},
        {"label_noise": BREACH, "former_champion": BREACH},
        Action.DATA_INCIDENT,
        "label_noise",
    ),
    ("skill is gone", {}, {"skill": BREACH}, Action.RETRAIN, "skill"),
    ("much drift, performance holds", {}, {"data_drift": BREACH}, Action.RETRAIN, "data_drift"),
    ("little drift, performance holds", {}, {"data_drift": DRIFTING}, Action.WATCH, "data_drift"),
    ("predictions drift", {}, {"prediction_drift": BREACH}, Action.WATCH, "prediction_drift"),
    ("labels drift", {}, {"target_drift": BREACH}, Action.WATCH, "target_drift"),
    ("enough new labels", {"new_labelled_rows": 5000}, {}, Action.RETRAIN, "new_labels"),
    ("not enough new labels", {"new_labelled_rows": 4999}, {}, Action.NOTHING, "healthy"),
    (
        "no model, enough data",
        {"has_champion": False, "trainable_rows": 1000, "trainable_days": 60},
        {},
        Action.RETRAIN,
        "first_model",
    ),
    (
        "no model, too little data",
        {"has_champion": False, "trainable_rows": 999, "trainable_days": 99},
        {},
        Action.NOTHING,
        "too_little_data",
    ),
    (
        "no model, new labels",
        {"has_champion": False, "new_labelled_rows": 9999},
        {},
        Action.NOTHING,
        "too_little_data",
    ),
    ("performance unjudged", {}, {"skill": CANNOT}, Action.WATCH, "performance_not_judged"),
    (
        "performance unjudged, much drift",
        {},
        {"skill": CANNOT, "data_drift": BREACH},
        Action.WATCH,
        "data_drift",
    ),
    ("drift unjudged", {}, {"data_drift": CANNOT}, Action.WATCH, "data_drift_not_judged"),
    ("a stranger's monitor", {}, {"queue_length": BREACH}, Action.WATCH, "queue_length"),
]


@pytest.mark.parametrize(
    ("context", "changed", "action", "cause"),
    [cell[1:] for cell in CELLS],
    ids=[cell[0].replace(" ", "-") for cell in CELLS],
)
def test_each_cell_of_the_table(context: dict, changed: dict, action: Action, cause: str) -> None:
    """What happened alone calls for exactly this."""
    found = decide(context, **changed)

    assert (found.action, found.cause) == (action, cause)
    assert found.decision.reasons


def test_the_reasons_are_those_of_the_reading_that_caused_it() -> None:
    """The number, its limit and its because travel into the recorded decision."""
    limit = Reason(code="skill_breached", text="-0.02", found=-0.02, limit=0.03, because="noise")
    low = Decision(by="skill", verdict=BREACH, reasons=(limit,))

    found = decide(skill=low)

    assert found.decision.reasons == (limit,)
    assert found.decision.verdict is BREACH


def test_the_safer_action_wins_and_the_others_are_on_record() -> None:
    """Everything at once: roll back, and five suppressed with their causes."""
    found = decide(
        {"refused_batches": ("may-3",)},
        **dict.fromkeys(("former_champion", "skew", "skill", "data_drift", "target_drift"), BREACH),
    )

    assert found.action is Action.ROLL_BACK
    assert set(also(found)) == {
        (Action.DATA_INCIDENT, "contract_violation"),
        (Action.RETRAIN, "skill"),
        (Action.RETRAIN, "data_drift"),
        (Action.WATCH, "target_drift"),
        (Action.DATA_INCIDENT, "skew"),
    }
    assert len(found.suppressed) == 5
    assert all("roll_back" in other.reason for other in found.suppressed)


def test_no_retraining_on_bad_data() -> None:
    """A stale feed in a window without skill: incident, and the retraining is suppressed so."""
    found = decide(skill=BREACH, freshness=BREACH)

    assert (found.action, found.cause) == (Action.DATA_INCIDENT, "freshness")
    assert also(found) == [(Action.RETRAIN, "skill")]
    assert "bad data" in found.suppressed[0].reason


def test_a_first_model_waits_for_days_as_well_as_rows() -> None:
    """Many rows of few days are one season's weather: not yet, and both limits are told."""
    found = decide({"has_champion": False, "trainable_rows": 90_000, "trainable_days": 59})

    assert found.action is Action.NOTHING
    assert [(r.found, r.limit) for r in found.decision.reasons] == [(90_000, 1000), (59, 60)]


def test_bad_data_holds_back_the_first_model_too() -> None:
    """The first model is no exception."""
    ready = {"has_champion": False, "trainable_rows": 5000, "trainable_days": 60}

    found = decide(ready | {"refused_batches": ("b",)})

    assert found.action is Action.DATA_INCIDENT
    assert also(found) == [(Action.RETRAIN, "first_model")]


def test_of_two_causes_for_one_action_the_second_is_suppressed() -> None:
    """Biased and unskilled: one retraining, two causes on record, performance before drift."""
    found = decide(data_drift=BREACH, skill=BREACH, calibration=BREACH)

    assert (found.action, found.cause) == (Action.RETRAIN, "calibration")
    assert also(found) == [(Action.RETRAIN, "skill"), (Action.RETRAIN, "data_drift")]


def test_a_rollback_without_a_lawful_target_is_suppressed_with_that_reason() -> None:
    """The next best thing is another model."""
    found = decide({"former_champion": None}, former_champion=BREACH)

    assert also(found) == [(Action.ROLL_BACK, "former_champion")]
    assert "no lawful former champion" in found.suppressed[0].reason


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


CALLS = calls_for()
TYPICAL = ("calibration", "data_drift", "skew", "labels", "freshness", "former_champion")
WORLDS: list[tuple[dict[str, Any], tuple[str, ...]]] = [
    ({}, MONITORS),
    ({"former_champion": None}, TYPICAL),
    ({"refused_batches": ("b",)}, TYPICAL),
    ({"new_labelled_rows": 9999}, TYPICAL),
    ({"has_champion": False}, TYPICAL),
    ({"has_champion": False, "trainable_rows": 5000, "trainable_days": 60}, TYPICAL),
]


@pytest.mark.parametrize(
    ("world", "varied"), WORLDS, ids=["usual", "no-former", "refused", "labels", "none", "first"]
)
def test_every_combination_of_readings_has_exactly_one_safest_action(
    world: dict, varied: tuple[str, ...]
) -> None:
    """All 3^10 combinations (3^6 in other worlds): one action, the safest, and nothing is lost."""
    context = Context(**({"has_champion": True, "former_champion": "v1"} | world))
    made = {name: {v: reading(name, v) for v in (OK, BREACH, CANNOT)} for name in MONITORS}
    kinds = [(OK, BREACH, CANNOT) if name in varied else (OK,) for name in MONITORS]

    for verdicts in product(*kinds):
        combined = dict(zip(MONITORS, verdicts, strict=True))
        found = triage({n: made[n][v] for n, v in combined.items()}, context, POLICY, CALLS)
        _check(found, combined, context)


def _check(found: Triage, verdicts: dict[str, Verdict], context: Context) -> None:
    rank = SAFEST_FIRST.index(found.action)
    told = {found.cause} | {other.cause for other in found.suppressed}
    breached = {name for name, verdict in verdicts.items() if verdict is BREACH}
    blind = {name for name, verdict in verdicts.items() if verdict is CANNOT}
    # Whatever was breached or blind is on record, by its own name or as performance.
    assert breached <= told
    assert {f"{name}_not_judged" for name in blind - set(PERFORMANCE)} <= told
    if context.has_champion and blind & set(PERFORMANCE):
        assert "performance_not_judged" in told
    # Nothing safer that applies was passed over, unless it says why it cannot be.
    for other in found.suppressed:
        why_not = ("no lawful", "not judged", "suspect")
        blocked = any(why in other.reason for why in why_not)
        assert blocked or SAFEST_FIRST.index(other.action) >= rank
    if context.refused_batches:
        assert found.action in (Action.ROLL_BACK, Action.DATA_INCIDENT)
    mistaken = "former_champion" in breached and "label_noise" not in breached
    if mistaken and context.has_champion and context.former_champion:
        assert found.action is Action.ROLL_BACK
    if found.action is Action.NOTHING:
        assert not breached
        assert not blind - set(PERFORMANCE)
        assert not (blind and context.has_champion)
