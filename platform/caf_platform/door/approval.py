"""When an approval holds, as pure rules. Signatures are checked where approvals are read.

An approval names one manifest digest, so it dies when the model, its data, its evaluation or
its policy changes. Separation of duties is judged on people: who built a model, or moves it,
does not approve it, and a quorum counts each of them once.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from caf_platform.capabilities import Capability
from caf_platform.decision import Decision, Reason, Verdict
from caf_platform.digest import short
from caf_platform.ledger.events import ApprovalGiven
from caf_platform.people import how_many, is_somebody, same_person
from caf_platform.plugins import Kind, register
from caf_platform.ports.signer import Role
from caf_platform.project.policy import PromotionMode

NAME = "approval"


@register(
    Kind.CONTROL,
    "approvals",
    Capability.SECURITY_GOVERNANCE,
    Capability.RESPONSIBLE_USE_OF_AI,
    Capability.IDENTITY_AND_ACCESS_MANAGEMENT,
)
def judge_approval(
    manifest_digest: str,
    approvals: Sequence[ApprovalGiven],
    *,
    now: datetime,
    mode: PromotionMode,
    author: str,
    publisher: str = "",
    valid_days: int | None = None,
    quorum: int = 1,
) -> Decision:
    """Whether `quorum` people's approvals hold for exactly this manifest at this moment.

    `now` is timezone-aware. `publisher` is who is about to move the model (empty: nobody in
    particular), `valid_days` the policy's longest validity (None: not checked). One automatic
    approval is enough where one person's is, and counts for nothing above. Passing says which
    approvals hold, a person's or the policy's own; refusing says what is wrong with each.
    """
    held: list[ApprovalGiven] = []
    found: list[Reason] = []
    for approval in approvals:
        wrong = _wrong(approval, manifest_digest, now, valid_days) or (
            _wrong_automatic(mode, quorum)
            if approval.automatic
            else _wrong_person(approval.approver, author, publisher)
        )
        if wrong is None:
            held.append(approval)
        else:
            found.append(wrong)
    people = how_many(one.approver for one in held if not one.automatic)
    if people >= quorum or any(one.automatic for one in held):
        reasons = tuple(_once(_held(one) for one in held))
        return Decision(by=NAME, verdict=Verdict.PASS, reasons=reasons)
    if not approvals:
        found = [Reason(code="no_approval", text="nobody has approved this version")]
    if quorum > 1:
        text = f"{people} of the {quorum} people who must approve have done so"
        found.append(Reason(code="too_few_approvals", text=text, found=people, limit=quorum))
    return Decision(by=NAME, verdict=Verdict.REFUSE, reasons=tuple(_once(found)))


def judge_giving(
    gate: Decision | None,
    approval: ApprovalGiven,
    *,
    now: datetime,
    author: str,
    roles: Sequence[Role],
    valid_days: int,
    revoked: bool,
    retired: bool,
) -> Decision:
    """Whether a person may give this approval: it would hold, and there is something to approve.

    `roles` are those of the approver's key. A version without a passed gate, one that a rollback
    revoked, and one that was retired, is not approved by anybody.
    """
    found: list[Reason] = []
    if Role.APPROVER not in roles:
        text = f"{approval.approver} asks, whose key holds no role of {Role.APPROVER}"
        found.append(Reason(code="no_role", text=text))
    if gate is None or gate.verdict is not Verdict.PASS:
        found.append(Reason(code="gate_not_passed", text="its release gate has not passed"))
    if revoked:
        found.append(Reason(code="revoked", text="it was revoked by a rollback"))
    if retired:
        found.append(Reason(code="retired", text="it was retired"))
    digest = approval.manifest_digest
    held = judge_approval(
        digest,
        [approval],
        now=now,
        mode=PromotionMode.MANUAL,
        author=author,
        valid_days=valid_days,
    )
    if not held.verdict.good:
        found += held.reasons
    verdict = Verdict.REFUSE if found else Verdict.PASS
    return Decision(by=NAME, verdict=verdict, reasons=tuple(found) or held.reasons)


def _held(approval: ApprovalGiven) -> Reason:
    """An automatic approval is never told as a person's."""
    until = f"until {approval.expires_at.isoformat()}"
    if approval.automatic:
        return Reason(
            code="approved_automatically",
            text=f"approved by the policy itself, not a person, {until}",
        )
    return Reason(code="approved_by_person", text=f"approved by {approval.approver} {until}")


def _wrong(
    approval: ApprovalGiven, manifest_digest: str, now: datetime, valid_days: int | None
) -> Reason | None:
    """What is wrong with an approval whoever gave it."""
    expires = approval.expires_at
    if not manifest_digest or approval.manifest_digest != manifest_digest:
        named, asked = short(approval.manifest_digest), short(manifest_digest)
        return Reason(
            code="other_digests", text=f"an approval names manifest {named}, not this one ({asked})"
        )
    if expires.tzinfo is None:
        return Reason(code="no_time_zone", text=f"an approval expires at {expires}, without a zone")
    if expires <= now:
        return Reason(code="expired", text=f"the approval expired at {expires.isoformat()}")
    if valid_days is not None and expires > now + timedelta(days=valid_days):
        return Reason(
            code="valid_too_long",
            text=f"the approval runs until {expires.isoformat()}, longer than the policy allows",
            found=(expires - now) / timedelta(days=1),
            limit=valid_days,
        )
    return None


def _wrong_automatic(mode: PromotionMode, quorum: int) -> Reason | None:
    if quorum > 1:
        text = f"the approval is automatic, and {quorum} people are asked for"
        return Reason(code="automatic_in_quorum", text=text)
    if mode is PromotionMode.AUTO_ON_GREEN:
        return None
    return Reason(
        code="automatic_not_allowed",
        text=f"the approval is automatic, and the promotion mode '{mode}' wants a person",
    )


def _wrong_person(approver: str, author: str, publisher: str) -> Reason | None:
    """Who it is decides, not how the name is spelled: see `people`."""
    if not is_somebody(approver):
        return Reason(code="nameless", text="the approval names no approver")
    if not is_somebody(author):
        return Reason(
            code="no_author", text="the author is not known, so duties cannot be separated"
        )
    if same_person(approver, author):
        return Reason(code="approver_is_author", text=f"{approver} approved their own model")
    if same_person(approver, publisher):
        return Reason(
            code="approver_is_publisher", text=f"{approver} approved it and wants to move it"
        )
    return None


def _once(reasons: Iterable[Reason]) -> Iterable[Reason]:
    return dict.fromkeys(reasons)
