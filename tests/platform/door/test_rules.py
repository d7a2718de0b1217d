"""The door's rules over facts: all must hold, and nothing that was not looked at holds."""

from datetime import timedelta

import pytest
from door_facts import NOW, PASSED, automatic, codes, facts, lawful, shown
from hypothesis import given
from hypothesis import strategies as st

from caf_platform.decision import Decision, Reason, Verdict
from caf_platform.door.rules import (
    Facts,
    judge_promotion,
    judge_retiring,
    judge_revoking,
    judge_rollback,
    judge_stopping,
)
from caf_platform.ports.signer import Role


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
        ({"mover": "platform", "roles": (Role.PLATFORM,)}, "needs_publisher"),
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
