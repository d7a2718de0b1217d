"""Three-valued decisions: what was not measured never passes."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from caf_platform.decision import Decision, Reason, Verdict, all_of, measured

verdicts = st.sampled_from(list(Verdict))


def decision(verdict, by="gate", **numbers):
    """A decision with one reason named after its verdict."""
    return Decision(
        by=by, verdict=verdict, reasons=(Reason(code=verdict, text=verdict),), numbers=numbers
    )


def test_only_pass_and_ok_are_good():
    """Cannot judge is never good."""
    assert [v for v in Verdict if v.good] == [Verdict.PASS, Verdict.OK]


def test_nobody_asked_is_no_pass():
    """An empty gate cannot judge, and says so."""
    found = all_of("release", [])

    assert found.verdict is Verdict.CANNOT_JUDGE
    assert [reason.code for reason in found.reasons] == ["no_gates"]


@given(st.lists(verdicts, min_size=1, max_size=6))
def test_the_worst_part_decides(parts):
    """One refusal refuses; otherwise one cannot-judge; otherwise pass."""
    found = all_of("release", [decision(verdict) for verdict in parts])

    if {Verdict.REFUSE, Verdict.BREACH} & set(parts):
        assert found.verdict is Verdict.REFUSE
    elif Verdict.CANNOT_JUDGE in parts:
        assert found.verdict is Verdict.CANNOT_JUDGE
    else:
        assert found.verdict is Verdict.PASS


@given(st.lists(verdicts, max_size=6), verdicts)
def test_another_part_never_helps(parts, more):
    """Asking one gate more never turns no pass into a pass."""
    before = all_of("release", [decision(verdict) for verdict in parts])
    after = all_of("release", [decision(verdict) for verdict in (*parts, more)])

    assert before.verdict.good or not parts or not after.verdict.good


def test_every_bad_reason_is_told_and_no_good_one():
    """Who refuses says all that stands against it, not what does not."""
    parts = [decision(Verdict.PASS), decision(Verdict.CANNOT_JUDGE), decision(Verdict.REFUSE)]

    found = all_of("release", parts)

    assert [reason.code for reason in found.reasons] == ["cannot_judge", "refuse"]


def test_numbers_are_kept_by_their_judge():
    """Two judges may use the same name for different numbers."""
    found = all_of(
        "release", [decision(Verdict.OK, "a", rows=1), decision(Verdict.OK, "b", rows=2)]
    )

    assert found.numbers == {"a.rows": 1, "b.rows": 2}


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_was_not_measured(number):
    """NaN and infinities become None wherever numbers are kept."""
    found = Reason(code="c", text="t", found=number, limit=number)

    assert (found.found, found.limit) == (None, None)
    assert decision(Verdict.OK, rows=number).numbers == {"rows": None}
    assert not measured(number)


def test_measured():
    """Zero is a measurement; nothing is none."""
    assert measured(0.0)
    assert not measured(None)


def test_a_decision_is_frozen_and_closed():
    """Nobody changes one later, and no field is smuggled in."""
    found = decision(Verdict.PASS)

    with pytest.raises(ValidationError):
        found.verdict = Verdict.REFUSE
    with pytest.raises(ValidationError):
        Decision(by="x", verdict=Verdict.PASS, note="y")


def test_the_summary_is_the_reasons_or_the_verdict():
    """One sentence for the timeline, never an empty one."""
    assert decision(Verdict.BREACH).summary == "breach"
    assert Decision(by="x", verdict=Verdict.OK).summary == "ok"
