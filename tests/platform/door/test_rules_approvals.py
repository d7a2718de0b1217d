"""The door's rules over approvals: which one counts, and how many people a quorum needs."""

import pytest
from door_facts import NOW, approval, automatic, codes, facts, shown

from caf_platform.decision import Verdict
from caf_platform.door.rules import Shown, judge_promotion


def test_one_approval_that_holds_is_enough():
    """The expired one before it is passed over; the event will name the other."""
    old = approval(expires_at=NOW)
    found = facts(approvals=(shown("a", old), shown("b")))

    assert judge_promotion(found).verdict is Verdict.PASS
    assert found.approval_keys == ("b",)


def test_an_unsigned_approval_is_no_approval():
    """Also where it would hold: the event never names it."""
    found = facts(approvals=(shown("a", signed=False), shown("b")))

    assert found.approval_keys == ("b",)


@pytest.mark.parametrize("name", ["signed", "spent", "withdrawn"])
def test_an_approval_that_nobody_looked_at_is_none(name):
    """Knock out one fact about it: back to its default."""
    default = Shown.model_fields[name].default
    found = judge_promotion(facts(approvals=(shown(**{name: default}),)))

    assert not found.verdict.good


def two_people(*names, **changes):
    """Approvals by these people, where two must say yes."""
    given_by = [shown(f"k{at}", approval(approver=name)) for at, name in enumerate(names)]
    return facts(approvals=tuple(given_by), quorum=2, **changes)


def test_a_quorum_of_two_people_promotes():
    """Grace and Alan: the event will name both."""
    found = two_people("grace", "alan")

    assert judge_promotion(found).verdict is Verdict.PASS
    assert found.approval_keys == ("k0", "k1")


@pytest.mark.parametrize(
    "names",
    [
        ("grace",),
        ("grace", "Grace "),
        ("Grace Hopper", "Hopper, Grace"),
        ("grace", "ada"),
        ("grace", "petra"),
    ],
    ids=["one", "twice", "spelled otherwise", "with the author", "with the publisher"],
)
def test_a_quorum_counts_different_people_who_may(names):
    """One person twice is one; the author and the publisher are none."""
    found = judge_promotion(two_people(*names))

    assert found.verdict is Verdict.REFUSE
    assert "too_few_approvals" in codes(found)


def test_the_policy_s_own_approval_is_nobody_in_a_quorum():
    """Neither alone nor as the second one, and the event never names it."""
    own = shown("own", approval(automatic=True, approver="policy"))
    found = automatic(approvals=(own, shown("b")), quorum=2)

    assert {"too_few_approvals", "automatic_in_quorum"} <= set(codes(judge_promotion(found)))
    assert found.approval_keys == ("b",)
