"""The door's rules over facts: all must hold, and nothing that was not looked at holds."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caf_platform.decision import Decision, Reason, Verdict
from caf_platform.door.rules import (
    Facts,
    Shown,
    judge_promotion,
    judge_retiring,
    judge_revoking,
    judge_rollback,
    judge_stopping,
)
from caf_platform.ledger.events import ApprovalGiven
from caf_platform.ports.signer import Role
from caf_platform.project.policy import PromotionMode

NOW = datetime(2020, 1, 26, tzinfo=UTC)
DIGEST = "d" * 64
PASSED = Decision(by="any", verdict=Verdict.PASS)


def approval(**changes):
    """Grace's approval of exactly this manifest."""
    values = {
        "version": "v2",
        "manifest_digest": DIGEST,
        "approver": "grace",
        "automatic": False,
        "expires_at": NOW + timedelta(days=3),
    }
    return ApprovalGiven(**(values | changes))


def shown(key="k", approval_given=None, **changes):
    """An approval that nothing stands against."""
    values = {"signed": True, "spent": False, "withdrawn": False} | changes
    return Shown(key=key, approval=approval_given or approval(), **values)


def facts(**changes):
    """Everything holds: Ada's model v2, approved by Grace, moved by Petra, replaces v1."""
    values = {
        "version": "v2",
        "champion": "v1",
        "known": True,
        "gate": PASSED,
        "gate_manifest_digest": DIGEST,
        "manifest_digest": DIGEST,
        "judged_against_champion": True,
        "policy_in_force": True,
        "contract_in_force": True,
        "signed": True,
        "evaluation_agrees": True,
        "wrong_objects": (),
        "smoke": PASSED,
        "approvals": (shown(),),
        "quorum": 1,
        "now": NOW,
        "mode": PromotionMode.SUGGEST,
        "valid_days": 7,
        "author": "ada",
        "mover": "petra",
        "roles": (Role.PUBLISHER,),
        "was_promoted": False,
        "revoked": False,
        "retired": False,
    }
    return Facts(**(values | changes))


def automatic(**changes):
    """Everything holds, and nobody was asked."""
    given_by_policy = approval(automatic=True, approver="policy")
    values = {
        "approvals": (shown("k", given_by_policy),),
        "mode": PromotionMode.AUTO_ON_GREEN,
        "mover": "platform",
        "roles": (Role.PLATFORM,),
    }
    return facts(**(values | changes))


def lawful(**changes):
    """Everything that a rollback from v2 to v1 asks for, and nothing else."""
    values = {
        "version": "v1",
        "champion": "v2",
        "known": True,
        "gate": PASSED,
        "gate_manifest_digest": DIGEST,
        "manifest_digest": DIGEST,
        "signed": True,
        "evaluation_agrees": True,
        "wrong_objects": (),
        "smoke": PASSED,
        "mover": "olga",
        "roles": (Role.OPERATOR,),
        "was_promoted": True,
        "revoked": False,
        "retired": False,
    }
    return Facts(**(values | changes))


def codes(decision):
    """What stands against it."""
    return [reason.code for reason in decision.reasons if reason.code != "approved_by_person"]


@pytest.mark.parametrize("make", [facts, automatic])
def test_a_version_for_which_everything_holds_is_promoted(make):
    """By a publisher with a person's approval, or by the platform with the policy's."""
    found = judge_promotion(make())

    assert found.verdict is Verdict.PASS
    assert make().approval_keys == ("k",)


def test_a_lawful_former_champion_is_put_back():
    """Without gate, approval, policy or contract: it was all that once."""
    assert judge_rollback(lawful()).verdict is Verdict.PASS


REQUIRED = {"version", "champion"}
DEFAULTS = {
    name: field.default for name, field in Facts.model_fields.items() if name not in REQUIRED
}


@pytest.mark.parametrize("name", sorted(set(DEFAULTS) - {"mode", "was_promoted"}))
def test_a_promotion_without_any_single_fact_is_refused(name):
    """Knock out one fact: back to its default, which is what nobody looked at is."""
    found = judge_promotion(facts(**{name: DEFAULTS[name]}))

    assert not found.verdict.good
    assert codes(found)


def test_the_default_mode_wants_a_person():
    """An automatic approval counts only where the policy says so."""
    found = judge_promotion(automatic(mode=DEFAULTS["mode"]))

    assert codes(found) == ["automatic_not_allowed"]


@pytest.mark.parametrize(
    "name",
    [
        *("known", "signed", "wrong_objects", "smoke", "mover", "roles"),
        *("was_promoted", "revoked", "retired"),
    ],
)
def test_a_rollback_without_any_single_fact_is_refused(name):
    """The way back is short, not open."""
    found = judge_rollback(lawful(**{name: DEFAULTS[name]}))

    assert not found.verdict.good
    assert codes(found)


@given(st.sets(st.sampled_from(sorted(set(DEFAULTS) - {"mode", "was_promoted"})), min_size=1))
def test_fewer_facts_never_help(names):
    """Any set of facts left out refuses."""
    assert not judge_promotion(facts(**{n: DEFAULTS[n] for n in names})).verdict.good


def test_nothing_known_is_refused_for_every_reason():
    """Facts with nothing but a name: each rule says its part."""
    found = judge_promotion(Facts(version="v9", champion="v1"))

    assert set(codes(found)) >= {
        "unknown_version",
        "not_signed",
        "wrong_bytes",
        "not_asked",
        "no_role",
        "gate_not_passed",
        "other_champion",
        "policy_changed",
        "contract_changed",
        "no_clock",
        "revoked",
    }


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"known": False}, "unknown_version"),
        ({"signed": False}, "not_signed"),
        ({"evaluation_agrees": False}, "evaluation_differs"),
        ({"wrong_objects": ("data",)}, "wrong_bytes"),
        ({"smoke": None}, "not_asked"),
        ({"roles": (Role.AUTHOR, Role.APPROVER, Role.OPERATOR, Role.AUDITOR)}, "no_role"),
        ({"gate": None}, "gate_not_passed"),
        ({"gate_manifest_digest": "e" * 64}, "gate_not_passed"),
        ({"judged_against_champion": False}, "other_champion"),
        ({"policy_in_force": False}, "policy_changed"),
        ({"contract_in_force": False}, "contract_changed"),
        ({"approvals": ()}, "no_approval"),
        ({"approvals": (shown(signed=False),)}, "approval_not_signed"),
        ({"approvals": (shown(spent=True),)}, "approval_spent"),
        ({"approvals": (shown(withdrawn=True),)}, "approval_revoked"),
        ({"quorum": 0}, "no_quorum"),
        ({"quorum": 2}, "too_few_approvals"),
        ({"now": NOW + timedelta(days=3)}, "expired"),
        ({"valid_days": 2}, "valid_too_long"),
        ({"author": "Grace "}, "approver_is_author"),
        ({"mover": "grace"}, "approver_is_publisher"),
        ({"revoked": True}, "revoked"),
        ({"retired": True}, "retired"),
        ({"champion": "v2"}, "already_champion"),
    ],
)
def test_each_rule_refuses_for_its_own_reason(changes, code):
    """Everything else holds."""
    found = judge_promotion(facts(**changes))

    assert found.verdict is Verdict.REFUSE
    assert code in codes(found)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"known": False}, "unknown_version"),
        ({"signed": False}, "not_signed"),
        ({"evaluation_agrees": False}, "evaluation_differs"),
        ({"wrong_objects": ("golden",)}, "wrong_bytes"),
        ({"smoke": None}, "not_asked"),
        ({"roles": (Role.AUTHOR, Role.APPROVER, Role.PUBLISHER, Role.AUDITOR)}, "no_role"),
        ({"champion": None}, "no_champion"),
        ({"gate": PASSED.model_copy(update={"verdict": Verdict.REFUSE})}, "gate_not_passed"),
        ({"gate_manifest_digest": "e" * 64}, "gate_not_passed"),
        ({"was_promoted": False}, "never_promoted"),
        ({"revoked": True}, "revoked"),
        ({"retired": True}, "retired"),
        ({"champion": "v1"}, "already_champion"),
    ],
)
def test_each_rule_of_a_rollback_refuses_for_its_own_reason(changes, code):
    """Everything else holds."""
    found = judge_rollback(lawful(**changes))

    assert found.verdict is Verdict.REFUSE
    assert codes(found) == [code]


@pytest.mark.parametrize("verdict", [Verdict.REFUSE, Verdict.CANNOT_JUDGE, Verdict.OK])
def test_only_a_gate_that_passed_counts(verdict):
    """A monitor's ok is no gate's pass."""
    found = judge_promotion(facts(gate=Decision(by="release", verdict=verdict)))

    assert codes(found) == ["gate_not_passed"]


def test_a_model_that_could_not_be_asked_is_not_promoted():
    """Cannot judge is no pass, and its reason is told."""
    reason = Reason(code="golden_unmeasured", text="no golden row could be compared")
    smoke = Decision(by="golden rows", verdict=Verdict.CANNOT_JUDGE, reasons=(reason,))

    found = judge_promotion(facts(smoke=smoke))

    assert (found.verdict, codes(found)) == (Verdict.CANNOT_JUDGE, ["golden_unmeasured"])


def test_the_wrong_bytes_are_named():
    """Somebody has to look for them."""
    found = judge_promotion(facts(wrong_objects=("artifact", "data")))

    assert "artifact, data" in found.summary


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


def test_every_role_has_its_orders():
    """Who may take back, retire, and stop: each role alone, seen green and red."""
    wanted = {
        Role.APPROVER: (True, False, False),
        Role.OPERATOR: (True, True, True),
        Role.PUBLISHER: (False, False, False),
        Role.AUTHOR: (False, False, False),
        Role.AUDITOR: (False, False, False),
        Role.PLATFORM: (False, False, False),
    }

    for role, may in wanted.items():
        found = (
            judge_revoking("olga", [role]),
            judge_retiring("v1", "v2", "olga", [role]),
            judge_stopping("olga", [role]),
        )
        assert tuple(one.verdict.good for one in found) == may, role


def test_the_champion_is_not_retired():
    """It serves; an operator retires it once another one does."""
    found = judge_retiring("v2", "v2", "olga", [Role.OPERATOR])

    assert codes(found) == ["champion_serves"]


def test_nobody_gives_no_orders():
    """A key without a name, or a name without roles."""
    assert not judge_stopping("", [Role.OPERATOR]).verdict.good
    assert not judge_stopping("olga", []).verdict.good
