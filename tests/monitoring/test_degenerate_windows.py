"""Whatever a window's evidence looks like: an answer, no exception, and no ok by accident."""

import pytest
from degenerate_windows import POLICY, VERSIONS, WINDOWS, wrong
from hypothesis import given, settings
from hypothesis import strategies as st
from window_samples import window

from caf_monitoring.evidence import WindowEvidence
from caf_monitoring.monitors import look
from caf_monitoring.triage import Context, triage
from caf_platform.decision import Action, Verdict


@settings(max_examples=500, deadline=None)
@given(WINDOWS)
def test_no_evidence_raises_and_nothing_unmeasured_is_ok(evidence: WindowEvidence) -> None:
    """Each ok rests on numbers that exist and on rows enough."""
    readings = look(evidence, POLICY)

    assert wrong(evidence, readings) == []


@pytest.mark.parametrize(
    ("monitor", "number"),
    [
        ("data_drift", {"drift": {"temp": -0.1, "carrier": -3.0}}),
        ("prediction_drift", {"prediction_psi": -0.1}),
        ("target_drift", {"target_psi": -0.1}),
        ("labels", {"label_coverage": 5.0}),
        ("labels", {"label_coverage": -0.5}),
        ("skill", {"performance": {"rows": 900.0, "loss": 0.5, "skill": 1.5, "bias": 0.0}}),
    ],
)
def test_a_number_that_cannot_be_is_no_reason_for_an_ok(monitor: str, number: dict) -> None:
    """It was not measured, whatever it was."""
    healthy = window()
    assert look(healthy, POLICY)[monitor].verdict is Verdict.OK

    found = look(WindowEvidence(**healthy.model_dump() | number), POLICY)[monitor]

    assert found.verdict is Verdict.CANNOT_JUDGE


@settings(max_examples=200, deadline=None)
@given(WINDOWS, st.booleans(), VERSIONS, WINDOWS)
def test_triage_always_answers_and_never_calls_an_unjudged_champion_healthy(
    evidence: WindowEvidence, has_champion: bool, former: str | None, before: WindowEvidence
) -> None:
    """Nothing is done only where performance was judged, or where there is no model."""
    readings = look(evidence, POLICY)
    context = Context(
        has_champion=has_champion, former_champion=former, previous=look(before, POLICY)
    )

    found = triage(readings, context, POLICY)

    assert found.decision.reasons
    if found.action is Action.NOTHING and has_champion:
        assert readings["skill"].verdict is Verdict.OK
        assert readings["calibration"].verdict is Verdict.OK
    if found.action is Action.ROLL_BACK:
        assert former is not None
