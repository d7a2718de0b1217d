"""The retraining loop stays bounded, rule by rule and all together."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from window_samples import policy

from caf_monitoring.budget import Retraining
from caf_monitoring.governor import History, Request, breached, govern
from caf_platform.decision import Decision, Verdict
from caf_platform.project.policy import GovernorPolicy

NOW = datetime(2013, 10, 1, tzinfo=UTC)
POLICY = policy().governor


def request(**changes: Any) -> Request:
    """A request that nothing stands against."""
    usual = {"cause": "skill", "window": "2013-09", "cost_units": 1.0, "new_labelled_rows": 500}
    return Request(**(usual | changes))


def past(days_ago: float, **changes: Any) -> Retraining:
    """A finished retraining of some days ago, for another window."""
    usual = {"cause": "skill", "window": f"-{days_ago}", "cost_units": 1.0, "finished": True}
    return Retraining(when=NOW - timedelta(days=days_ago), **(usual | changes))


def judge(asked: Request, *before: Retraining, windows: tuple = (True, False, True)) -> Decision:
    """The governor's answer under the sample policy."""
    return govern(asked, History(retrainings=before, breached=windows), POLICY, NOW)


def codes(decision: Decision) -> list[str]:
    """The rules that were named."""
    return [reason.code for reason in decision.reasons]


def test_a_retraining_within_all_bounds_passes() -> None:
    """Two of three windows breached, the last retraining long ago, cheap, enough new rows."""
    decision = judge(request(), past(30.0))

    assert decision.verdict is Verdict.PASS
    assert decision.numbers["recent_retrainings"] == 1
    assert decision.numbers["recent_cost_units"] == 1.0


REFUSALS: list[tuple[str, Request, tuple[Retraining, ...], tuple[bool, ...]]] = [
    ("too_few_breached_windows", request(), (), (True, True, False, False, True)),
    ("too_few_breached_windows", request(), (), ()),
    ("cooldown", request(), (past(9.9),), (True, True)),
    ("cooldown", request(), (past(30.0), past(-5.0)), (True, True)),
    ("too_many", request(), (past(20.0), past(40.0), past(99.0)), (True, True)),
    ("budget", request(cost_units=9.5), (past(50.0),), (True, True)),
    ("budget", request(cost_units=10.5), (), (True, True)),
    ("too_few_new_rows", request(new_labelled_rows=49), (), (True, True)),
    ("same_cause", request(), (past(400.0, window="2013-09"),), (True, True)),
    ("queue_of_one", request(), (past(400.0, finished=False),), (True, True)),
]


@pytest.mark.parametrize(("code", "asked", "before", "windows"), REFUSALS)
def test_each_rule_refuses_alone_with_its_numbers(
    code: str, asked: Request, before: tuple, windows: tuple
) -> None:
    """Red for exactly one reason, which names what was found and the limit."""
    decision = judge(asked, *before, windows=windows)

    assert decision.verdict is Verdict.REFUSE
    assert codes(decision) == [code]
    if code not in ("same_cause", "queue_of_one"):
        assert decision.reasons[0].found is not None
        assert decision.reasons[0].limit is not None
        assert decision.reasons[0].because


@pytest.mark.parametrize(
    ("asked", "before", "windows"),
    [
        (request(), (past(10.0),), (True, True)),
        (request(), (past(20.0), past(40.0), past(100.0)), (True, True)),
        (request(cost_units=9.0), (past(50.0),), (True, True)),
        (request(cost_units=10.0), (past(100.0, cost_units=5.0),), (True, True)),
        (request(new_labelled_rows=50), (), (True, True)),
        (request(), (past(400.0, cause="data_drift", window="2013-09"),), (True, True)),
        (request(cause="new_labels"), (), ()),
    ],
)
def test_at_each_bound_it_still_passes(asked: Request, before: tuple, windows: tuple) -> None:
    """Green right at the limit; another cause in the same window is another question."""
    assert judge(asked, *before, windows=windows).verdict is Verdict.PASS


def test_every_rule_that_stands_against_it_is_named() -> None:
    """The record of a suppressed retraining says all that stood in its way."""
    crowd = [past(float(day), window="2013-09", finished=False) for day in (1, 2, 3)]

    decision = judge(request(cost_units=50.0, new_labelled_rows=0), *crowd, windows=())

    assert codes(decision) == [
        "same_cause",
        "queue_of_one",
        "budget",
        "cooldown",
        "too_many",
        "too_few_new_rows",
        "too_few_breached_windows",
    ]


@pytest.mark.parametrize(
    ("cost", "before"),
    [(None, ()), (float("nan"), ()), (1.0, (past(50.0, cost_units=None),))],
)
def test_a_cost_that_nobody_declared_cannot_be_judged(cost: float | None, before: tuple) -> None:
    """Unknown is not free, neither for this retraining nor for a recent one."""
    decision = judge(request(cost_units=cost), *before)

    assert decision.verdict is Verdict.CANNOT_JUDGE
    assert codes(decision) == ["cost_unknown"]


def test_an_unknown_cost_of_long_ago_is_forgotten() -> None:
    """The budget looks back `per_days`, no further."""
    assert judge(request(), past(101.0, cost_units=None)).verdict is Verdict.PASS


def test_the_first_model_needs_no_history_but_stays_within_its_budget() -> None:
    """No window can have been breached before there is a model."""
    first = request(cause="first_model", new_labelled_rows=0)

    assert judge(first, windows=()).verdict is Verdict.PASS
    assert judge(first, past(1.0), past(2.0), past(3.0), windows=()).verdict is Verdict.PASS
    dear = judge(first.model_copy(update={"cost_units": 11.0}), windows=())
    assert codes(dear) == ["budget"]
    assert codes(judge(first, past(1.0, finished=False), windows=())) == ["queue_of_one"]


def test_a_window_counts_as_breached_when_another_model_is_called_for() -> None:
    """Skill or a mistaken promotion count; skewed features or drifting labels do not."""

    def found(**verdicts: Verdict) -> bool:
        return breached({n: Decision(by=n, verdict=v) for n, v in verdicts.items()})

    assert found(skill=Verdict.BREACH)
    assert found(former_champion=Verdict.BREACH)
    assert not found(skew=Verdict.BREACH, target_drift=Verdict.BREACH)
    assert not found(skill=Verdict.CANNOT_JUDGE, calibration=Verdict.OK)
    assert not found()


def test_a_thousand_breaches_of_one_cause_are_one_retraining() -> None:
    """However often one window's breach is reported, it is answered once."""
    started: list[Retraining] = []

    for minute in range(1000):
        now = NOW + timedelta(minutes=minute)
        history = History(retrainings=tuple(started), breached=(True, True, True))
        if govern(request(), history, POLICY, now).verdict is Verdict.PASS:
            started.append(past(0.0, window="2013-09").model_copy(update={"when": now}))

    assert len(started) == 1


def _played(steps: list, limits: GovernorPolicy) -> list[Retraining]:
    """A loop that asks at every step and retrains whenever it may; times in days."""
    started: list[Retraining] = []
    now = NOW
    for wait, cause, window, cost in steps:
        now += timedelta(days=wait)
        asked = request(cause=cause, window=window, cost_units=cost)
        history = History(retrainings=tuple(started), breached=(True, True, True))
        if govern(asked, history, limits, now).verdict is Verdict.PASS:
            started.append(
                Retraining(when=now, cause=cause, window=window, cost_units=cost, finished=True)
            )
    return started


STEPS = st.lists(
    st.tuples(
        st.floats(0, 40),
        st.sampled_from(["skill", "data_drift", "new_labels"]),
        st.sampled_from([f"w{n}" for n in range(6)]),
        st.none() | st.floats(0, 6),
    ),
    max_size=40,
)


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_no_sequence_of_requests_breaks_a_bound(steps: list) -> None:
    """In any span of `per_days`: few enough, cheap enough, apart enough, each cause once."""
    started = _played(steps, POLICY)

    for index, last in enumerate(started):
        span = timedelta(days=POLICY.per_days.value)
        recent = [r for r in started[: index + 1] if last.when - r.when < span]
        assert len(recent) <= POLICY.max_retrainings.value
        assert sum(r.cost_units for r in recent) <= POLICY.max_cost_units.value
    gaps = [(b.when - a.when).days for a, b in pairwise(started)]
    assert all(gap >= POLICY.cooldown_days.value - 1 for gap in gaps)
    causes = [(r.cause, r.window) for r in started]
    assert len(causes) == len(set(causes))
