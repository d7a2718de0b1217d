"""The door's rules over facts: all must hold, and nothing that was not looked at holds."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caf_platform.decision import Decision, Reason, Verdict
from caf_platform.door.rules import Facts, judge_promotion, judge_rollback
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
        "approvals": (("k", approval()),),
        "genuine": ("k",),
        "now": NOW,
        "mode": PromotionMode.SUGGEST,
        "valid_days": 7,
        "author": "ada",
        "mover": "petra",
        "roles": (Role.PUBLISHER,),
        "was_promoted": False,
        "revoked": False,
    }
    return Facts(**(values | changes))


def automatic(**changes):
    """Everything holds, and nobody was asked."""
    given_by_policy = approval(automatic=True, approver="policy")
    values = {
        "approvals": (("k", given_by_policy),),
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
    assert make().approval_key == "k"


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
    ["known", "signed", "wrong_objects", "smoke", "mover", "roles", "was_promoted", "revoked"],
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
        ({"genuine": ()}, "approval_not_signed"),
        ({"genuine": ("another",)}, "approval_not_signed"),
        ({"now": NOW + timedelta(days=3)}, "expired"),
        ({"valid_days": 2}, "valid_too_long"),
        ({"author": "Grace "}, "approver_is_author"),
        ({"mover": "grace"}, "approver_is_publisher"),
        ({"revoked": True}, "revoked"),
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
    found = facts(approvals=(("a", old), ("b", approval())), genuine=("a", "b"))

    assert judge_promotion(found).verdict is Verdict.PASS
    assert found.approval_key == "b"


def test_an_unsigned_approval_is_no_approval():
    """Also where it would hold: the event never names it."""
    found = facts(approvals=(("a", approval()), ("b", approval())), genuine=("b",))

    assert found.approval_key == "b"
