"""Stage *approve*: whether the policy approves by itself, or a person has to."""

from datetime import datetime, timedelta

from caf_pipelines.stage import Retry, stage
from caf_platform.capabilities import Capability
from caf_platform.ledger.events import ApprovalAwaited, ApprovalGiven, GateDecided
from caf_platform.project.policy import PromotionMode, ReleasePolicy

POLICY = "policy"
"""The approver's name in an automatic approval: never a person's."""


@stage(
    "approve",
    Capability.CHANGE_AND_RELEASE_MANAGEMENT,
    Capability.SECURITY_GOVERNANCE,
    retry=Retry.NEVER,
)
def approve(
    gate: GateDecided, policy: ReleasePolicy, *, now: datetime
) -> ApprovalGiven | ApprovalAwaited | None:
    """What follows a gate: an automatic approval, a request to a person, or nothing.

    Nothing follows a gate that has not passed, and where several people must say yes the policy
    does not.
    """
    if not gate.decision.verdict.good:
        return None
    mode = policy.mode.value
    alone = policy.quorum is None or policy.quorum.value == 1
    if mode is PromotionMode.AUTO_ON_GREEN and alone:
        return ApprovalGiven(
            version=gate.version,
            manifest_digest=gate.manifest_digest,
            approver=POLICY,
            automatic=True,
            expires_at=now + timedelta(days=policy.approval_valid_days.value),
        )
    return ApprovalAwaited(
        version=gate.version,
        manifest_digest=gate.manifest_digest,
        suggested=mode is PromotionMode.SUGGEST,
    )
