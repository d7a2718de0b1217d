"""The risk register: what is written must fit, and a control counts while its tests pass."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from caf_governance.risks.register import Register
from caf_governance.risks.status import Judged, Outcome, Status, judge, outcome

ONE, TWO = "tests/test_a.py::test_one", "tests/test_a.py::test_two"
BOTH = (ONE, TWO)


def register(*tests: str, **changes: object) -> Register:
    """One risk with a control that these tests show."""
    controls = [{"control": "a gate", "where": ["gate.py"], "tests": list(tests)}] if tests else []
    high = {"likelihood": 4, "impact": 5, "because": "it happened"}
    low = {"likelihood": 2, "impact": 5, "because": "it is refused"}
    risk = {
        "name": "bias", "risk": "people are treated unequally", "owner": "model owner",
        "inherent": high, "controls": controls, "residual": low if tests else high, **changes,
    }  # fmt: skip
    return Register.model_validate({"risks": [risk]})


def judged(ended: dict[str, str], *, existing: tuple[str, ...] = BOTH) -> Judged:
    """What becomes of a risk with two tests."""
    (one,) = judge(register(*BOTH), ended, existing)
    return one


def test_all_passed_is_controlled_and_the_residual_rating_holds() -> None:
    """Only then."""
    one = judged({ONE: "passed", TWO: "passed"})

    assert one.status is Status.CONTROLLED
    assert (one.now.score, one.objections) == (10, ())


@pytest.mark.parametrize(
    ("said", "existing", "how"),
    [
        ({ONE: "passed", TWO: "failed"}, BOTH, "failed"),
        ({ONE: "passed", TWO: "skipped"}, BOTH, "skipped"),
        ({ONE: "passed", TWO: "passed"}, (ONE,), "missing"),
        ({ONE: "passed"}, (ONE,), "missing"),
    ],
)
def test_a_test_that_failed_was_skipped_or_is_gone_turns_the_risk_red(said, existing, how) -> None:
    """By itself: nobody edits the register, and the inherent rating holds again."""
    one = judged(said, existing=existing)

    assert one.status is Status.RED
    assert one.now.score == 20
    assert one.objections == (f"{TWO} {how}",)


def test_a_test_that_did_not_run_proves_nothing() -> None:
    """Unproved is not red, and the inherent rating holds all the same."""
    one = judged({ONE: "passed"})

    assert one.status is Status.UNPROVED
    assert one.now.score == 20


def test_a_risk_without_a_control_is_borne() -> None:
    """And says so, whatever tests did."""
    (one,) = judge(register(), {ONE: "failed"}, BOTH)

    assert one.status is Status.BORNE
    assert one.tests == {}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({f"{ONE}[a]": "passed", f"{ONE}[b]": "failed"}, Outcome.FAILED),
        ({f"{ONE}[a]": "passed", f"{ONE}[b]": "skipped"}, Outcome.PASSED),
        ({f"{ONE}[a]": "skipped"}, Outcome.SKIPPED),
        ({f"{ONE}_more": "passed"}, Outcome.UNRUN),
        ({ONE: "xfailed"}, Outcome.UNRUN),
    ],
)
def test_one_failure_among_parameters_is_a_failure(said, expected) -> None:
    """A longer name is another test, and an unknown word proves nothing."""
    assert outcome(ONE, said, BOTH) is expected


def test_the_worst_stands_first() -> None:
    """Red before unproved before borne before controlled, then by what holds now."""
    parts = [register(ONE, name="good"), register(TWO, name="bad"), register(name="borne")]
    whole = Register(risks=tuple(risk for part in parts for risk in part.risks))

    found = judge(whole, {ONE: "passed", TWO: "failed"}, BOTH)

    assert [one.risk.name for one in found] == ["bad", "borne", "good"]


@given(st.dictionaries(st.sampled_from(BOTH), st.sampled_from(["passed", "failed", "skipped"])))
def test_the_residual_rating_holds_for_nothing_but_passes(ended: dict[str, str]) -> None:
    """Whatever else is on record, the inherent one does."""
    one = judged(ended)

    assert (one.now.score == 10) == (ended == {ONE: "passed", TWO: "passed"})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"inherent": {"likelihood": 6, "impact": 1, "because": "x"}}, "less than or equal to 5"),
        ({"inherent": {"likelihood": 0, "impact": 1, "because": "x"}}, "greater than or equal"),
        ({"inherent": {"likelihood": 4, "impact": 5, "because": "  "}}, "at least 1 character"),
        ({"residual": {"likelihood": 4, "impact": 5, "because": "x"}}, "below the inherent one"),
        ({"controls": []}, "without a control"),
        ({"owner": ""}, "at least 1 character"),
        ({"colour": "green"}, "Extra inputs"),
    ],
)
def test_what_does_not_fit_is_refused(change, words) -> None:
    """No rating without a reason, no control that helps nothing, no help without a control."""
    with pytest.raises(ValidationError, match=words):
        register(ONE, **change)


def test_a_name_stands_once() -> None:
    """Two risks of one name are one risk in the reader's mind."""
    (risk,) = register(ONE).risks

    with pytest.raises(ValidationError, match="each name once, not bias again"):
        Register(risks=(risk, risk))
