"""What the door asks for, as pure rules over facts. Nothing here looks anything up."""

from collections.abc import Sequence
from datetime import datetime

from caf_platform.decision import Decision, Frozen, Reason, Verdict, all_of
from caf_platform.door.approval import judge_approval
from caf_platform.ledger.events import ApprovalGiven
from caf_platform.ledger.privileged import (
    MAY_PROMOTE,
    MAY_RETIRE,
    MAY_REVOKE,
    MAY_ROLL_BACK,
    MAY_STOP,
    MAY_WITHDRAW,
)
from caf_platform.ports.signer import Role
from caf_platform.project.policy import PromotionMode

RETIRED = "it was retired, which is for good"


class Shown(Frozen):
    """One approval on record as the door sees it; `key` is its record's.

    `signed` is whether its approver signed it, `spent` whether it stood when the version was
    promoted before, `withdrawn` whether somebody took it back.
    """

    key: str
    approval: ApprovalGiven
    signed: bool = False
    spent: bool = True
    withdrawn: bool = True

    @property
    def wrong(self) -> Reason | None:
        """Why it is not even asked whether it holds."""
        who = "the policy" if self.approval.automatic else self.approval.approver
        told = f"the approval of {who}"
        if not self.signed:
            text = f"{told} is not signed by who gave it"
            return Reason(code="approval_not_signed", text=text)
        if self.withdrawn:
            return Reason(code="approval_revoked", text=f"{told} was taken back")
        if self.spent:
            text = f"{told} carried a promotion already, and carries no second one"
            return Reason(code="approval_spent", text=text)
        return None


class Facts(Frozen):
    """What was seen when the door was asked. A default is always the refusing one.

    `signed` is whether the platform itself signed what the gate said and the manifest in it;
    `evaluation_agrees` whether the stored evaluation says the same of the same contenders.
    `mover` is who asks, with the roles of their key; `valid_days` is the policy's longest validity
    of an approval, `quorum` how many people must give one (0: not known).
    `wrong_objects` are names of missing or changed bytes, None when nobody looked; so are the
    batches that it learnt from (`learnt_withdrawn`) or was judged on (`judged_withdrawn`) and that
    were withdrawn since.
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
    learnt_withdrawn: tuple[str, ...] | None = None
    judged_withdrawn: tuple[str, ...] | None = None
    smoke: Decision | None = None
    approvals: tuple[Shown, ...] = ()
    quorum: int = 0
    now: datetime | None = None
    mode: PromotionMode = PromotionMode.MANUAL
    valid_days: int = 0
    author: str = ""
    mover: str = ""
    roles: tuple[Role, ...] = ()
    was_promoted: bool = False
    revoked: bool = True
    retired: bool = True

    @property
    def approval_keys(self) -> tuple[str, ...]:
        """The keys of the approvals that hold, those that a promotion rests on; in order."""
        return tuple(
            one.key
            for one in self.approvals
            if one.wrong is None
            and not (one.approval.automatic and self.quorum > 1)
            and self._hold([one], quorum=1).verdict.good
        )

    def _hold(self, shown: Sequence[Shown], *, quorum: int) -> Decision:
        if self.now is None:
            return _decide("approval", False, "no_clock", "the time is not known")
        if quorum < 1:
            text = "how many people must approve is not known"
            return _decide("approval", False, "no_quorum", text)
        return judge_approval(
            self.manifest_digest,
            [one.approval for one in shown],
            now=self.now,
            mode=self.mode,
            author=self.author,
            publisher=self.mover,
            valid_days=self.valid_days,
            quorum=quorum,
        )

    def approved(self) -> Decision:
        """Whether enough people who may have approved exactly these digests, and still do."""
        good = [one for one in self.approvals if one.wrong is None]
        decision = self._hold(good, quorum=self.quorum)
        wrong = tuple(one.wrong for one in self.approvals if one.wrong is not None)
        if decision.verdict.good or not wrong:
            return decision
        return decision.model_copy(update={"reasons": (*decision.reasons, *wrong)})


def judge_promotion(facts: Facts) -> Decision:
    """A version may become champion when every one of these holds."""
    return all_of(
        "door",
        (
            *_sound(facts),
            _may(facts.mover, facts.roles, MAY_PROMOTE),
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
            _data("judged on", facts.judged_withdrawn),
            facts.approved(),
            _fitting_hand(facts),
            _decide("revoked", not facts.revoked, "revoked", "it was revoked by a rollback"),
            _decide("retired", not facts.retired, "retired", RETIRED),
            _decide(
                "not champion",
                facts.version != facts.champion,
                "already_champion",
                "it is the champion already",
            ),
        ),
    )


def judge_rollback(facts: Facts) -> Decision:
    """A version may be put back when it was lawfully champion once and still is what it was.

    One that learnt from withdrawn data stays away here too: the kill switch is what is left where
    there is no other. What it was judged on is no reason, for a rollback rests on no comparison.
    """
    return all_of(
        "door",
        (
            *_sound(facts),
            _may(facts.mover, facts.roles, MAY_ROLL_BACK),
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
            _decide("retired", not facts.retired, "retired", RETIRED),
            _decide(
                "not champion",
                facts.version != facts.champion,
                "already_champion",
                "it is the champion already",
            ),
        ),
    )


def judge_revoking(mover: str, roles: Sequence[Role]) -> Decision:
    """Whoever may approve may take approvals back, and so may an operator."""
    return _may(mover, roles, MAY_REVOKE)


def judge_retiring(
    version: str, champion: str | None, mover: str, roles: Sequence[Role]
) -> Decision:
    """A version may be retired while it does not serve."""
    text = "it serves: promote another version, or roll back, first"
    serving = _decide("not champion", version != champion, "champion_serves", text)
    return all_of("door", (_may(mover, roles, MAY_RETIRE), serving))


def judge_withdrawing(mover: str, roles: Sequence[Role]) -> Decision:
    """A batch is withdrawn, and rows are erased or handed out, by an operator."""
    return _may(mover, roles, MAY_WITHDRAW)


def judge_stopping(mover: str, roles: Sequence[Role]) -> Decision:
    """Scoring is stopped and resumed by an operator."""
    return _may(mover, roles, MAY_STOP)


def _sound(facts: Facts) -> tuple[Decision, ...]:
    """What both verbs ask: known, passed, signed, on data that still counts, whole, and it answers.

    Where bytes are wrong nothing is read from them: what they say is no reason then.
    """
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
        _data("trained on", facts.learnt_withdrawn),
        *(_read(facts) if facts.wrong_objects == () else (_wrong_bytes(facts),)),
    )


def _data(how: str, withdrawn: tuple[str, ...] | None) -> Decision:
    named = "data that nobody looked for" if withdrawn is None else ", ".join(withdrawn)
    text = f"it was {how} what may not be used any more: {named}"
    return _decide("data", withdrawn == (), "data_withdrawn", text)


def _wrong_bytes(facts: Facts) -> Decision:
    wrong = "all" if facts.wrong_objects is None else ", ".join(facts.wrong_objects)
    text = f"stored bytes are missing or not what was signed: {wrong}"
    return _decide("bytes", False, "wrong_bytes", text)


def _read(facts: Facts) -> tuple[Decision, ...]:
    """What the right bytes say: the evaluation to whoever reads it, the model to whoever asks."""
    return (
        _decide(
            "evaluation",
            facts.evaluation_agrees,
            "evaluation_differs",
            "the stored evaluation does not say what its gate decision says",
        ),
        facts.smoke
        or _decide("smoke test", False, "not_asked", "it was not asked the golden rows"),
    )


def _may(mover: str, held: Sequence[Role], wanted: frozenset[Role]) -> Decision:
    roles = " or ".join(sorted(wanted))
    text = f"{mover or 'nobody in particular'} asks, whose key holds no role of {roles}"
    return _decide("mover", bool(mover and wanted & set(held)), "no_role", text)


def _fitting_hand(facts: Facts) -> Decision:
    """Where a person says yes, a person publishes: the platform moves on the policy's yes alone."""
    keys = facts.approval_keys
    automatic = [one.approval.automatic for one in facts.approvals if one.key in keys]
    itself = MAY_PROMOTE & set(facts.roles) == {Role.PLATFORM}
    text = f"{facts.mover} asks on a person's approval, which a person publishes: caf promote"
    return _decide("hand", any(automatic) or not (automatic and itself), "needs_publisher", text)


def _decide(by: str, good: bool, code: str, text: str) -> Decision:
    if good:
        return Decision(by=by, verdict=Verdict.PASS)
    return Decision(by=by, verdict=Verdict.REFUSE, reasons=(Reason(code=code, text=text),))
