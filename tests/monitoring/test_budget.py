"""The budget counts declared units: no duration that anybody measured moves it."""

from datetime import timedelta
from typing import Any

import pytest
from cost_records import NOW, trained
from hypothesis import given
from hypothesis import strategies as st
from window_samples import policy

from caf_monitoring.budget import Retraining, budget, retrainings
from caf_monitoring.governor import History, Request, govern
from caf_platform.decision import Verdict

POLICY = policy().governor
ASKED = Request(cause="skill", window="now", cost_units=6.0, new_labelled_rows=500)


def past(units: float | None, days: float = 30.0) -> Retraining:
    """A retraining of some days ago."""
    return Retraining(
        when=NOW - timedelta(days=days), cause="skill", window=f"-{days}", cost_units=units,
        finished=True,
    )  # fmt: skip


def test_what_is_used_is_what_the_governor_counts() -> None:
    """Those of the last days only, and what is left is never below zero."""
    days = POLICY.per_days.value

    stands = budget([past(3.0), past(4.0, days + 1.0)], POLICY, NOW)

    assert (stands.used, stands.left, stands.retrainings) == (
        3.0,
        POLICY.max_cost_units.value - 3,
        1,
    )
    assert budget([past(999.0)], POLICY, NOW).left == 0
    assert budget([past(None)], POLICY, NOW).left is None


def test_alternatives_of_one_retraining_are_one_at_their_sum() -> None:
    """Two versions of one window and cause."""
    found = retrainings([(NOW, trained("v1", 1.0)), (NOW, trained("v2", 0.5))])

    assert [(one.cost_units, one.window) for one in found] == [(1.5, "w")]


@given(
    st.dictionaries(st.sampled_from(["seconds", "cpu_seconds", "peak_bytes"]), st.floats(0, 1e9))
)
def test_a_budget_stops_a_retraining_whatever_the_clock_said(measured: dict[str, Any]) -> None:
    """The same declared units give the same refusal, after a second or after a century."""
    when = NOW - timedelta(days=30)
    before = retrainings([(when, trained("v1", 5.0, stage="train", **measured))])

    said = govern(ASKED, History(retrainings=before, breached=(True, True)), POLICY, NOW)

    assert said.verdict is Verdict.REFUSE
    assert [reason.code for reason in said.reasons] == ["budget"]
    assert said.numbers["recent_cost_units"] == 5.0


@pytest.mark.parametrize(("units", "verdict"), [(4.0, Verdict.PASS), (4.01, Verdict.REFUSE)])
def test_the_budget_is_a_bound_to_the_unit(units: float, verdict: Verdict) -> None:
    """Six units asked for and ten allowed: four may have been used, and nothing more."""
    before = retrainings([(NOW - timedelta(days=30), trained("v1", units))])

    said = govern(ASKED, History(retrainings=before, breached=(True, True)), POLICY, NOW)

    assert said.verdict is verdict
