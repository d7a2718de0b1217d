"""What the door asks for, as pure rules over facts. Nothing here looks anything up."""

from datetime import datetime

from caf_platform.decision import Decision, Frozen, Reason, Verdict, all_of
from caf_platform.door.approval import judge_approval
from caf_platform.ledger.events import ApprovalGiven
from caf_platform.ledger.privileged import MAY_PROMOTE, MAY_ROLL_BACK
from caf_platform.ports.signer import Role
from caf_platform.project.policy import PromotionMode


class Facts(Frozen):
    """What was seen when the door was asked. A default is always the refusing one.

    `signed` is whether the platform itself signed what the gate said and the manifest in it;
    `evaluation_agrees` whether the stored evaluation says the same of the same contenders.
    `genuine` are the keys of those approvals that their approver signed; `mover` is who asks,
    with the roles of their key; `valid_days` is the policy's longest validity of an approval.
    `wrong_objects` are names of missing or changed bytes, None when nobody looked.
    """

    version: str
    champion: str | None
    known: bool = False
    gate: Decision | None = None
    gate_manifest_digest: str = ""
    manifest_digest: str = ""
    judged_against_champion: bool = False
    policy_in_force: bool = False
    contract_in_force: bool = False
    signed: bool = False
    evaluation_agrees: bool = False
    wrong_objects: tuple[str, ...] | None = None
    smoke: Decision | None = None
    approvals: tuple[tuple[str, ApprovalGiven], ...] = ()
    genuine: tuple[str, ...] = ()
    now: datetime | None = None
    mode: PromotionMode = PromotionMode.MANUAL
    valid_days: int = 0
    author: str = ""
    mover: str = ""
    roles: tuple[Role, ...] = ()
    was_promoted: bool = False
    revoked: bool = True

    @property
    def approval_key(self) -> str:
        """The key of the first approval that holds; empty when none does."""
        return next(
            (k for k, approval in self._signed_ones() if self._holds(approval).verdict.good), ""
        )

    def _signed_ones(self) -> tuple[tuple[str, ApprovalGiven], ...]:
        return tuple((k, approval) for k, approval in self.approvals if k in self.genuine)

    def _holds(self, *approvals: ApprovalGiven) -> Decision:
        if self.now is None:
            return _decide("approval", False, "no_clock", "the time is not known")
        return judge_approval(
            self.manifest_digest,
            approvals,
            now=self.now,
            mode=self.mode,
            author=self.author,
            publisher=self.mover,
            valid_days=self.valid_days,
        )

    def approved(self) -> Decision:
        """Whether somebody who may has approved exactly these digests, and still does."""
        decision = self._holds(*(approval for _, approval in self._signed_ones()))
        unsigned = len(self.approvals) - len(self._signed_ones())
        if decision.verdict.good or not unsigned:
            return decision
        text = f"{unsigned} of {len(self.approvals)} approvals are not signed by who gave them"
        reason = Reason(code="approval_not_signed", text=text, found=unsigned, limit=0)
        return decision.model_copy(update={"reasons": (*decision.reasons, reason)})


def judge_promotion(facts: Facts) -> Decision:
    """A version may become champion when every one of these holds."""
    return all_of(
        "door",
        (
            *_sound(facts),
            _may(facts, MAY_PROMOTE),
            _decide(
                "rival",
                facts.judged_against_champion,
                "other_champion",
                "the gate compared it with another champion than the present one",
            ),
            _decide(
                "policy",
                facts.policy_in_force,
                "policy_changed",
                "it was judged under another policy than the one in force",
            ),
            _decide(
                "contract",
                facts.contract_in_force,
                "contract_changed",
                "it was trained under another contract than the one in force",
            ),
            facts.approved(),
            _decide("revoked", not facts.revoked, "revoked", "it was revoked by a rollback"),
            _decide(
                "not champion",
                facts.version != facts.champion,
                "already_champion",
                "it is the champion already",
            ),
        ),
    )


def judge_rollback(facts: Facts) -> Decision:
    """A version may be put back when it was lawfully champion once and still is what it was."""
    return all_of(
        "door",
        (
            *_sound(facts),
            _may(facts, MAY_ROLL_BACK),
            _decide(
                "champion",
                facts.champion is not None,
                "no_champion",
                "there is no champion to replace",
            ),
            _decide(
                "was lawful",
                facts.was_promoted,
                "never_promoted",
                "it was never promoted, so there is nothing to go back to",
            ),
            _decide(
                "revoked", not facts.revoked, "revoked", "it was revoked by an earlier rollback"
            ),
            _decide(
                "not champion",
                facts.version != facts.champion,
                "already_champion",
                "it is the champion already",
            ),
        ),
    )


def _sound(facts: Facts) -> tuple[Decision, ...]:
    """What both verbs ask: known, passed, signed, every named byte in place, and it answers."""
    wrong = "all" if facts.wrong_objects is None else ", ".join(facts.wrong_objects)
    return (
        _decide("known", facts.known, "unknown_version", "there is no such version"),
        _decide(
            "gate",
            facts.gate is not None
            and facts.gate.verdict is Verdict.PASS
            and facts.gate_manifest_digest == facts.manifest_digest,
            "gate_not_passed",
            "the release gate has not passed exactly these digests",
        ),
        _decide(
            "signature",
            facts.signed,
            "not_signed",
            "the platform's signature is missing from its gate decision or manifest",
        ),
        _decide(
            "evaluation",
            facts.evaluation_agrees,
            "evaluation_differs",
            "the stored evaluation does not say what its gate decision says",
        ),
        _decide(
            "bytes",
            facts.wrong_objects == (),
            "wrong_bytes",
            f"stored bytes are missing or not what was signed: {wrong}",
        ),
        facts.smoke
        or _decide("smoke test", False, "not_asked", "it was not asked the golden rows"),
    )


def _may(facts: Facts, wanted: frozenset[Role]) -> Decision:
    roles = " or ".join(sorted(wanted))
    text = f"{facts.mover or 'nobody in particular'} asks, whose key holds no role of {roles}"
    return _decide("mover", bool(facts.mover and wanted & set(facts.roles)), "no_role", text)


def _decide(by: str, good: bool, code: str, text: str) -> Decision:
    if good:
        return Decision(by=by, verdict=Verdict.PASS)
    return Decision(by=by, verdict=Verdict.REFUSE, reasons=(Reason(code=code, text=text),))
