"""Stage decide: triage's action, within the governor's bounds."""

from datetime import UTC, datetime, timedelta

import pytest
from micro_play import micro

from caf_monitoring.budget import Retraining
from caf_monitoring.governor import History
from caf_monitoring.triage import Context
from caf_pipelines.stages.decide import decide
from caf_platform.decision import Action, Decision, Reason, Verdict

NOW = datetime(2020, 1, 26, tzinfo=UTC)
MONITORS = ("calibration", "skill", "skew", "labels", "freshness", "data_drift", "former_champion")


def readings(**verdicts):
    """All monitors are well but these."""
    found = dict.fromkeys(MONITORS, Verdict.OK) | verdicts
    return {
        name: Decision(
            by=name, verdict=verdict, reasons=(Reason(code=name, text=name),), numbers={}
        )
        for name, verdict in found.items()
    }


def decided(history=None, cost_units=0.1, **verdicts):
    """What is done about a window of a project with a champion and a former one."""
    return decide(
        "0004",
        readings(**verdicts),
        Context(has_champion=True, former_champion="v1", new_labelled_rows=500),
        history or History(breached=(True,)),
        cost_units=cost_units,
        policy=micro().policy,
        now=NOW,
    )


@pytest.mark.parametrize(
    ("verdicts", "action", "cause"),
    [
        ({}, Action.NOTHING, "healthy"),
        ({"calibration": Verdict.BREACH}, Action.RETRAIN, "calibration"),
        ({"skew": Verdict.BREACH}, Action.DATA_INCIDENT, "skew"),
        ({"former_champion": Verdict.BREACH}, Action.ROLL_BACK, "former_champion"),
        ({"calibration": Verdict.CANNOT_JUDGE}, Action.WATCH, "performance_not_judged"),
    ],
)
def test_one_action(verdicts, action, cause):
    """As triage says, with its cause."""
    found = decided(**verdicts)

    assert (found.action, found.cause) == (action, cause)


def test_a_retraining_within_bounds_carries_both_judges_numbers():
    """Triage's and the governor's."""
    found = decided(calibration=Verdict.BREACH)

    assert found.decision.by == "triage"
    assert {"ok", "breach", "recent_retrainings", "cost_units"} <= set(found.decision.numbers)


def test_a_retraining_out_of_bounds_becomes_watching():
    """The governor's reasons decide, and the retraining is on record as suppressed."""
    recent = Retraining(
        when=NOW - timedelta(days=1), cause="skill", window="0003", cost_units=0.1, finished=True
    )

    found = decided(History(retrainings=(recent,), breached=(True,)), calibration=Verdict.BREACH)

    assert (found.action, found.cause) == (Action.WATCH, "calibration")
    assert found.decision.by == "governor"
    assert [reason.code for reason in found.decision.reasons] == ["cooldown"]
    assert found.suppressed[-1].action is Action.RETRAIN
    assert "1.0 days ago" in found.suppressed[-1].reason


def test_a_cost_above_the_budget_is_not_spent():
    """One unit in thirty days."""
    found = decided(cost_units=1.1, calibration=Verdict.BREACH)

    assert found.action is Action.WATCH
    assert [reason.code for reason in found.decision.reasons] == ["budget"]


def test_only_retrainings_ask_the_governor():
    """A rollback is never held back by a budget."""
    found = decided(cost_units=99.0, former_champion=Verdict.BREACH, calibration=Verdict.BREACH)

    assert found.action is Action.ROLL_BACK
    assert [(s.action, s.cause) for s in found.suppressed] == [(Action.RETRAIN, "calibration")]
