"""The release decision as a whole: every gate is asked, and ignorance never passes."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from release_evidence import (
    day,
    evidence,
    first_model,
    interval,
    release_policy,
    segment,
    training_policy,
)

from caf_governance.gates.release import judge
from caf_platform.capabilities import Capability
from caf_platform.decision import Decision, Reason, Verdict
from caf_platform.measures.interval import Interval
from caf_platform.plugins import PLUGINS, Kind, Plugin, Plugins

POLICY, TRAINING = release_policy(), training_policy()
ANY_INTERVAL = (
    "improvement_on_champion",
    "improvement_on_dummy",
    "improvement_on_baseline",
    "value_gain",
)


def with_gate(target, name="extra"):
    """The built-in gates and one more, in a registry of this test alone."""
    plugins = Plugins()
    for gate in PLUGINS.of(Kind.GATE):
        plugins.add(gate)
    plugins.add(Plugin(Kind.GATE, name, (Capability.RISK_MANAGEMENT,), target, "One more."))
    return plugins


def verdict(given_evidence, plugins=PLUGINS):
    """The whole verdict."""
    return judge(given_evidence, POLICY, TRAINING, plugins=plugins)[0].verdict


def says(what):
    """A gate that always gives this answer."""
    return lambda *_: what


def decided(verdict_, **numbers):
    """A decision by somebody."""
    reason = Reason(code="said", text="because I say so")
    return Decision(by="somebody", verdict=verdict_, reasons=(reason,), numbers=numbers)


def test_a_good_challenger_passes_every_gate():
    """The whole passes, with each gate's own decision and numbers beside it."""
    whole, parts = judge(evidence(), POLICY, TRAINING)

    assert whole.verdict is Verdict.PASS
    assert {part.verdict for part in parts.values()} == {Verdict.PASS}
    assert whole.numbers["better_than_champion.improvement"] == 0.02


def test_every_registered_gate_is_asked():
    """Registering is taking part: no second list."""
    _, parts = judge(evidence(), POLICY, TRAINING)

    assert set(parts) >= {gate.name for gate in PLUGINS.of(Kind.GATE)}
    assert len(parts) >= 7


def test_every_built_in_gate_says_what_it_is_for():
    """A sentence and capabilities, for the map and the docs."""
    for gate in PLUGINS.of(Kind.GATE):
        assert gate.summary.endswith(".")
        assert gate.capabilities


def test_an_added_gate_that_refuses_refuses_the_whole():
    """A stranger's gate counts like a built-in one."""
    plugins = with_gate(says(decided(Verdict.REFUSE)))

    whole, parts = judge(evidence(), POLICY, TRAINING, plugins=plugins)

    assert whole.verdict is Verdict.REFUSE
    assert whole.summary == "because I say so"
    assert parts["extra"].by == "extra"


def test_an_added_gate_that_passes_changes_nothing():
    """Green stays green, red stays red."""
    plugins = with_gate(says(decided(Verdict.PASS, looked_at=1)))

    assert verdict(evidence(), plugins) is Verdict.PASS
    assert verdict(evidence(overlap_with_champion=1), plugins) is Verdict.REFUSE


def fails(*_):
    """A gate with a bug."""
    raise ZeroDivisionError("by nothing")


UNMEASURED = says(decided(Verdict.PASS, looked_at=None, weighed=None))


@pytest.mark.parametrize(
    ("gate", "code", "told"),
    [
        (fails, "gate_failed", "ZeroDivisionError: by nothing"),
        (says(None), "gate_gave_no_decision", "NoneType"),
        (says(True), "gate_gave_no_decision", "no decision but bool"),
        (UNMEASURED, "passed_unmeasured", "looked_at, weighed"),
        (lambda: None, "gate_failed", "TypeError"),
    ],
    ids=["raises", "returns None", "returns True", "passes on nothing", "takes no evidence"],
)
def test_a_gate_that_does_not_judge_is_no_pass(gate, code, told):
    """Whatever goes wrong in a gate, the whole cannot be judged; it says which gate, and why."""
    whole, parts = judge(evidence(), POLICY, TRAINING, plugins=with_gate(gate))

    assert whole.verdict is Verdict.CANNOT_JUDGE
    assert [reason.code for reason in parts["extra"].reasons] == [code]
    assert "extra" in whole.summary
    assert told in whole.summary


def test_a_refusal_stands_though_a_number_is_missing():
    """Only a pass on an unmeasured number is taken back."""
    refusing = says(decided(Verdict.REFUSE, looked_at=None))

    assert verdict(evidence(), with_gate(refusing)) is Verdict.REFUSE


@pytest.mark.parametrize(
    "name",
    ["first_gate_event", "last_training_event_challenger", "last_training_event_champion"],
)
def test_pandas_missing_time_is_not_measured(name):
    """NaT is a datetime that is never earlier than anything; once it passed as *later*."""
    found = evidence(**{name: pd.NaT})

    assert getattr(found, name) is None
    assert verdict(found) is Verdict.CANNOT_JUDGE


def test_times_that_cannot_be_compared_cannot_be_judged():
    """One side with a time zone and one without: the gate fails, and that is no pass."""
    without_zone = evidence(first_gate_event=day(16).replace(tzinfo=None))

    assert verdict(without_zone) is Verdict.CANNOT_JUDGE


def test_without_gates_nothing_was_judged():
    """An empty registry lets nobody through."""
    assert verdict(evidence(), Plugins()) is Verdict.CANNOT_JUDGE


def knocked_out_interval(found: Interval | None):
    """An interval with at least one of its three numbers gone, or gone altogether."""
    gone = st.sets(st.sampled_from(["point", "low", "high"]), min_size=1)
    return gone.map(lambda names: found.model_copy(update=dict.fromkeys(names)))


@st.composite
def ignorant(draw, base):
    """The passing evidence with at least one needed thing not measured."""
    champion = base.champion is not None
    simple = ["overlap_with_challenger", "first_gate_event", "last_training_event_challenger"]
    simple += ["overlap_with_champion", "last_training_event_champion"] if champion else []
    simple += ["improvement_on_champion", "value_gain"] if champion else ["value_gain"]
    intervals = [name for name in ANY_INTERVAL if getattr(base, name) is not None]
    chosen = draw(st.sets(st.sampled_from([*simple, *intervals, "bias", "ece", "seg"]), min_size=1))
    changes = {}
    for name in sorted(chosen):
        if name in intervals:
            whole = draw(knocked_out_interval(getattr(base, name)))
            optional = name in simple and draw(st.booleans())
            changes[name] = None if optional else whole
        elif name in simple:
            changes[name] = None
        elif name == "seg":
            hurt = base.segments[0]
            gone = draw(knocked_out_interval(hurt.improvement))
            segments = (hurt.model_copy(update={"improvement": gone}), *base.segments[1:])
            changes["segments"] = draw(st.sampled_from([segments, ()]))
        else:
            key = {"bias": "bias", "ece": "calibration_error"}[name]
            seen = changes.get("performance", base.performance)
            value = draw(st.sampled_from([None, float("nan")]))
            changes["performance"] = seen | {"challenger": seen["challenger"] | {key: value}}
    return type(base)(**(dict(base) | changes))


@given(ignorant(evidence()) | ignorant(first_model()))
@settings(max_examples=300, deadline=None)
def test_unmeasured_evidence_never_passes(given_evidence):
    """Knock out any field or any number, alone or together: never a pass."""
    whole, parts = judge(given_evidence, POLICY, TRAINING)

    assert whole.verdict is Verdict.CANNOT_JUDGE
    assert any(part.verdict is Verdict.CANNOT_JUDGE for part in parts.values())


small = st.floats(-0.06, 0.06)
width = st.floats(0, 0.05)


@st.composite
def any_evidence(draw):
    """Challengers from hopeless to splendid, with or without a champion."""
    changes = {
        name: interval(draw(small), draw(width), rows=2000)
        for name in ("improvement_on_dummy", "improvement_on_baseline", "value_gain")
    }
    changes["segments"] = tuple(
        segment(f"origin={n}", draw(small), draw(width), rows=draw(st.sampled_from([50, 500])))
        for n in range(draw(st.integers(1, 4)))
    )
    if draw(st.booleans()):
        return first_model(**changes)
    return evidence(improvement_on_champion=interval(draw(small), draw(width)), **changes)


def widened(found, low, high):
    """The same point, less certainty."""
    return found.model_copy(update={"low": found.low - low, "high": found.high + high})


@given(any_evidence(), st.floats(0, 0.2), st.floats(0, 0.2))
@settings(max_examples=300, deadline=None)
def test_knowing_less_never_turns_a_refusal_into_a_pass(before, low, high):
    """Widen every interval in either direction: what did not pass still does not, gate by gate."""
    changes = {
        name: widened(getattr(before, name), low, high)
        for name in ANY_INTERVAL
        if getattr(before, name) is not None
    }
    changes["segments"] = tuple(
        one.model_copy(update={"improvement": widened(one.improvement, low, high)})
        for one in before.segments
    )

    _, sure = judge(before, POLICY, TRAINING)
    _, unsure = judge(before.model_copy(update=changes), POLICY, TRAINING)

    for name, part in unsure.items():
        assert sure[name].verdict.good or not part.verdict.good


@given(any_evidence(), st.sampled_from(list(Verdict)))
@settings(max_examples=150, deadline=None)
def test_one_more_gate_never_helps(given_evidence, answer):
    """Whatever an added gate says, what did not pass without it does not pass with it."""
    alone = verdict(given_evidence)

    together = verdict(given_evidence, with_gate(says(decided(answer))))

    assert alone.good or not together.good
    assert answer.good or not together.good
    assert (alone is not Verdict.REFUSE) or together is Verdict.REFUSE


@given(any_evidence())
@settings(max_examples=100, deadline=None)
def test_judging_is_pure(given_evidence):
    """Evidence that was stored and read again gets the same decision, to the last reason."""
    stored = type(given_evidence).model_validate_json(given_evidence.model_dump_json())

    assert judge(given_evidence, POLICY, TRAINING) == judge(stored, POLICY, TRAINING)
