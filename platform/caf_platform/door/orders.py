"""What people say at the door besides moving a model: yes, no more, never again, and stop.

An approval is of a version's own stream. Everything that takes away stands in the champion's
stream: a promotion that was decided before it and comes after it conflicts, and is decided anew.
Each function raises `Refused` (recorded as `PromotionRefused`) when the actor's key or the rules
do not allow it, and `BadInput` for an unknown version or without a reason.
"""

from datetime import timedelta

from caf_platform.capabilities import Capability
from caf_platform.decision import Decision
from caf_platform.digest import digest_of, short
from caf_platform.door.actor import Actor
from caf_platform.door.approval import judge_giving
from caf_platform.door.rules import (
    judge_retiring,
    judge_revoking,
    judge_stopping,
    judge_withdrawing,
)
from caf_platform.errors import BadInput, did_you_mean
from caf_platform.ledger.batches import BatchState
from caf_platform.ledger.erasures import Erasures
from caf_platform.ledger.events import (
    ApprovalGiven,
    ApprovalRevoked,
    BatchesPurged,
    BatchWithdrawn,
    DataProductReleased,
    ScoringResumed,
    ScoringStopped,
    SubjectErased,
    VersionRetired,
)
from caf_platform.ledger.record import Record
from caf_platform.ledger.signing import signatory
from caf_platform.ledger.state import ModelState, ProjectState
from caf_platform.ledger.streams import CHAMPION, ERASURES, MODELS, PRODUCTS, key
from caf_platform.plugins import Kind, register
from caf_platform.project.model import Project


def approve(
    actor: Actor, state: ProjectState, version: str, project: Project
) -> tuple[ApprovalGiven, bool]:
    """Approve exactly the digests of a version, for as long as the policy says.

    The approval, and whether it was given just now: approving twice changes nothing.
    """
    model = known(state, version)
    standing = _standing(actor, model)
    if standing is not None:
        return standing, False
    days = project.policy.release.approval_valid_days.value
    given = ApprovalGiven(
        version=version,
        manifest_digest=model.gate.manifest_digest if model.gate else "",
        approver=actor.name,
        automatic=False,
        expires_at=actor.clock.now() + timedelta(days=days),
    )
    decision = judge_giving(
        model.gate.decision if model.gate else None,
        given,
        now=actor.clock.now(),
        author=model.manifest.author,
        roles=actor.signer.principal.roles,
        valid_days=days,
        revoked=model.revoked,
        retired=model.retired,
    )
    _allow(actor, state, version, "approve", decision)
    number = sum(one.approver == actor.name for one in model.approvals.values())
    actor.append(state, MODELS, None, given, "approval", version, actor.name, number)
    return given, True


def _standing(actor: Actor, model: ModelState) -> ApprovalGiven | None:
    """An approval by the actor's own key that holds now: not spent, taken back or too old."""
    digest, now = model.gate.manifest_digest if model.gate else "", actor.clock.now()
    return next(
        (
            one
            for key, one in model.approvals.items()
            if one.approver == actor.name
            and not one.automatic
            and one.manifest_digest == digest
            and one.expires_at > now
            and model.stands(key)
            and signatory(actor.signer, model.approval_records[key]) == actor.signer.principal
        ),
        None,
    )


def revoke_approvals(
    actor: Actor, state: ProjectState, version: str, *, reason: str
) -> Record | None:
    """Take back every approval that a version has by now, whoever gave it; later ones count.

    None when none stands.
    """
    model = known(state, version)
    standing = tuple(key for key in model.approvals if model.stands(key))
    decision = judge_revoking(actor.name, actor.signer.principal.roles)
    _allow(actor, state, version, "revoke the approvals of", decision)
    if not standing:
        return None
    event = ApprovalRevoked(version=version, approvals=standing, reason=_why(reason))
    parts = ("revoke", version, state.champion_version)
    return actor.append(state, CHAMPION, state.champion_version, event, *parts)


def retire(actor: Actor, state: ProjectState, version: str, *, reason: str) -> Record | None:
    """Take a version out of service for good. None when it is retired already."""
    model = known(state, version)
    principal = actor.signer.principal
    decision = judge_retiring(version, state.champion, actor.name, principal.roles)
    _allow(actor, state, version, "retire", decision)
    if model.retired:
        return None
    event = VersionRetired(version=version, reason=_why(reason))
    return actor.append(state, CHAMPION, state.champion_version, event, "retire", version)


@register(
    Kind.CONTROL,
    "kill switch",
    Capability.INCIDENT_RESPONSE,
    Capability.AVAILABILITY_AND_CONTINUITY,
)
def stop_scoring(actor: Actor, state: ProjectState, *, reason: str) -> Record | None:
    """From here on the champion's fallback scores. None when scoring is stopped already."""
    decision = judge_stopping(actor.name, actor.signer.principal.roles)
    _allow(actor, state, "", "stop the scoring of", decision)
    if state.stopped is not None:
        return None
    event = ScoringStopped(champion=state.champion, reason=_why(reason))
    return actor.append(
        state, CHAMPION, state.champion_version, event, "stop", state.champion_version
    )


def resume_scoring(actor: Actor, state: ProjectState, *, reason: str) -> Record | None:
    """From here on the champion scores again. None when scoring is not stopped."""
    decision = judge_stopping(actor.name, actor.signer.principal.roles)
    _allow(actor, state, "", "resume the scoring of", decision)
    if state.stopped is None:
        return None
    event = ScoringResumed(champion=state.champion, reason=_why(reason))
    return actor.append(
        state, CHAMPION, state.champion_version, event, "resume", state.champion_version
    )


@register(
    Kind.CONTROL, "batch withdrawal", Capability.DATA_ARCHITECTURE, Capability.APPLICATION_SECURITY
)
def withdraw_batch(actor: Actor, state: ProjectState, batch: str, *, reason: str) -> Record | None:
    """From here on no row of a batch's revision in force counts; None when it is withdrawn already.

    `BadInput` for an unknown batch, or one of which nothing was accepted.
    """
    held = known_batch(state, batch)
    decision = judge_withdrawing(actor.name, actor.signer.principal.roles)
    _allow(actor, state, "", f"withdraw batch {batch} of", decision)
    if held.validated is None:
        if held.withdrawn:
            return None
        why = "It was refused." if held.refused else "It has not been judged yet."
        raise BadInput(f"Nothing of batch '{batch}' is in use.", why=why)
    event = BatchWithdrawn(
        batch=batch,
        revision=held.validated.revision,
        validated_digest=held.validated.validated_digest,
        reason=_why(reason),
    )
    parts = ("withdraw", batch, event.revision)
    return actor.append(state, CHAMPION, state.champion_version, event, *parts)


def erase(
    actor: Actor, state: ProjectState, event: SubjectErased | BatchesPurged, *parts: str
) -> Record:
    """From here on other objects stand for those that held certain rows; `parts` name the act.

    `Tampered` for one that would take more than rows: no reader would believe it.
    """
    decision = judge_withdrawing(actor.name, actor.signer.principal.roles)
    _allow(actor, state, "", "take rows out of", decision)
    if isinstance(event, SubjectErased):
        _why(event.reason)
    Erasures().add(event)
    return actor.append(state, ERASURES, None, event, *parts, state.erasures.acts)


def release_data(
    actor: Actor, state: ProjectState, event: DataProductReleased
) -> tuple[Record, bool]:
    """Put on record what rows leave, before they do: the record, and whether it was made just now.

    The same file for the same recipient and purpose by the same person is released once a play.
    """
    decision = judge_withdrawing(actor.name, actor.signer.principal.roles)
    _allow(actor, state, "", "release data of", decision)
    _why(event.purpose)
    parts = ("product", short(digest_of(event.model_dump(mode="json"))), actor.name)
    former = actor.ledger.find(key(state.project, state.play, *parts))
    return actor.append(state, PRODUCTS, None, event, *parts), former is None


def known_batch(state: ProjectState, batch: str) -> BatchState:
    """What the ledger says of a batch, or `BadInput` with the nearest name."""
    if batch not in state.batches:
        raise BadInput(
            f"No batch '{batch}' of {state.project}.",
            why=did_you_mean(batch, state.batches),
            next_step=f"See them with: caf catalog show --project {state.project}",
        )
    return state.batches[batch]


def known(state: ProjectState, version: str) -> ModelState:
    """What the ledger says of a version, or `BadInput` with the nearest name."""
    if version not in state.models:
        raise BadInput(
            f"No version '{version}' of {state.project}.",
            why=did_you_mean(version, state.models),
            next_step=f"Known: {', '.join(state.models) or 'none'}.",
        )
    return state.models[version]


def _allow(actor: Actor, state: ProjectState, version: str, verb: str, decision: Decision) -> None:
    if not decision.verdict.good:
        raise actor.refused(state, version, verb, decision)


def _why(reason: str) -> str:
    if not reason.strip():
        raise BadInput("Say why: it is recorded.", next_step="Add --reason and a few words.")
    return reason
