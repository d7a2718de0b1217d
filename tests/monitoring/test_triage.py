"""One action per window: each cell of the table, and which of two causes wins."""

from typing import Any

import pytest
from window_readings import BREACH, CANNOT, MONITORS, OK, also, decide, reading

from caf_platform.decision import Action, Decision, Reason


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
    (
        "the champion learnt from withdrawn data",
        {"withdrawn_batches": ("may-3",)},
        {},
        Action.ROLL_BACK,
        "data_withdrawn",
    ),
    (
        "withdrawn data with no way back",
        {"withdrawn_batches": ("may-3",), "former_champion": None},
        {},
        Action.RETRAIN,
        "data_withdrawn",
    ),
    (
        "withdrawn data, and no model that learnt from it",
        {"withdrawn_batches": ("may-3",), "has_champion": False, "trainable_rows": 0},
        {},
        Action.NOTHING,
        "too_little_data",
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
    """Many rows of few days are one season's weather: not yet; both limits are told.

    What is wanting comes first.
    """
    found = decide({"has_champion": False, "trainable_rows": 90_000, "trainable_days": 59})

    assert found.action is Action.NOTHING
    assert [(r.found, r.limit) for r in found.decision.reasons] == [(59, 60), (90_000, 1000)]


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
