"""Facts before the door's rules: everything holds, and tests change one thing."""

from datetime import UTC, datetime, timedelta

from caf_platform.decision import Decision, Verdict
from caf_platform.door.rules import Facts, Shown
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
        "learnt_withdrawn": (),
        "judged_withdrawn": (),
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
        "learnt_withdrawn": (),
        "judged_withdrawn": (),
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
