"""The verb by which a person says yes: `caf approve`.

Its time is the project's own, that of its newest record: a calendar that has come to 1 November
approves on 1 November, whatever the machine says, and the approval expires as it would have.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from caf_pipelines.cli.opening import chosen, open_platform
from caf_pipelines.cli.output import console, show_json
from caf_pipelines.cli.person import person
from caf_platform.capabilities import Capability
from caf_platform.door.approval import judge_giving
from caf_platform.errors import BadInput, Refused, did_you_mean
from caf_platform.ledger.events import ApprovalGiven, Event, PromotionRefused
from caf_platform.ledger.record import Envelope, Record
from caf_platform.ledger.signing import sign_event, signatory
from caf_platform.ledger.state import ModelState, ProjectState, read_state
from caf_platform.ledger.streams import DECISIONS, MODELS, key, stream
from caf_platform.ports.ledger import Ledger
from caf_platform.ports.signer import Signer
from caf_platform.project.policy import ReleasePolicy

CAPABILITIES = (Capability.CHANGE_AND_RELEASE_MANAGEMENT, Capability.SECURITY_GOVERNANCE)


def approve_version(version: str, project: str, actor: str, *, as_json: bool) -> None:
    """Approve exactly the digests of a version, signed, for as long as the policy says.

    Approving twice changes nothing. `Refused`, and recorded as refused, when the gate has not
    passed, the version was revoked, or the approver is its author.
    JSON: project, version, approver, manifest_digest, expires_at, changed (false: held already).
    """
    platform = open_platform()
    name = chosen(platform, project)
    found = platform.project(name)
    state = read_state(platform.ledger, name, platform.signer)
    model = _known(state, version)
    signer = person(platform, actor)
    approver, policy = signer.principal.name, found.policy.release
    given = _held_already(state, model, signer)
    changed = given is None
    if given is None:
        given = _approval(state, model, approver, policy)
        author = found.declaration.owners.model
        _judge(platform.ledger, state, model, given, signer, author=author, policy=policy)
        number = sum(one.approver == approver for one in model.approvals.values())
        parts = ("approval", version, approver, number)
        _append(platform.ledger, state, signer, MODELS, given, *parts)
    _tell(name, given, changed=changed, as_json=as_json)


def _known(state: ProjectState, version: str) -> ModelState:
    if version not in state.models:
        raise BadInput(
            f"No version '{version}' of {state.project}.",
            why=did_you_mean(version, state.models),
            next_step=f"Known: {', '.join(state.models) or 'none'}.",
        )
    return state.models[version]


def _now(state: ProjectState) -> datetime:
    return state.moment or datetime.now(UTC)


def _held_already(state: ProjectState, model: ModelState, signer: Signer) -> ApprovalGiven | None:
    """An approval of theirs that holds, and that they signed themselves."""
    digest, now = model.gate.manifest_digest if model.gate else "", _now(state)
    return next(
        (
            one
            for key, one in model.approvals.items()
            if one.approver == signer.principal.name
            and not one.automatic
            and one.manifest_digest == digest
            and one.expires_at > now
            and signatory(signer, model.approval_records[key]) == signer.principal
        ),
        None,
    )


def _approval(
    state: ProjectState, model: ModelState, approver: str, policy: ReleasePolicy
) -> ApprovalGiven:
    return ApprovalGiven(
        version=model.manifest.version,
        manifest_digest=model.gate.manifest_digest if model.gate else "",
        approver=approver,
        automatic=False,
        expires_at=_now(state) + timedelta(days=policy.approval_valid_days.value),
    )


def _judge(
    ledger: Ledger,
    state: ProjectState,
    model: ModelState,
    given: ApprovalGiven,
    signer: Signer,
    *,
    author: str,
    policy: ReleasePolicy,
) -> None:
    """Raise, and record, a refusal."""
    decision = judge_giving(
        model.gate.decision if model.gate else None,
        given,
        now=_now(state),
        author=author,
        valid_days=policy.approval_valid_days.value,
        revoked=model.revoked,
    )
    if decision.verdict.good:
        return
    event = PromotionRefused(version=given.version, verb="approve", decision=decision)
    parts = ("refused", "approve", given.version, state.seq)
    _append(ledger, state, signer, DECISIONS, event, *parts)
    raise Refused(
        f"{given.approver} may not approve '{given.version}' of {state.project}: "
        f"{decision.summary}.",
        next_step=f"See it with: caf history --project {state.project}",
    )


def _append(
    ledger: Ledger, state: ProjectState, signer: Signer, part: str, event: Event, *parts: object
) -> Record:
    where, once = stream(state.project, part), key(state.project, state.play, *parts)
    envelope = Envelope(
        actor=signer.principal.name,
        correlation=f"{state.project}/play-{state.play}",
        virtual_time=_now(state),
        capabilities=CAPABILITIES,
        signature=sign_event(signer, where, once, event),
    )
    return ledger.append(where, None, event, key=once, envelope=envelope)


def _tell(project: str, given: ApprovalGiven, *, changed: bool, as_json: bool) -> None:
    if as_json:
        value: dict[str, Any] = {"project": project, "version": given.version}
        value |= {"approver": given.approver, "manifest_digest": given.manifest_digest}
        show_json({**value, "expires_at": given.expires_at, "changed": changed})
        return
    held = "approved" if changed else "has approved already"
    text = f"{given.approver} {held} {given.version}, until {given.expires_at:%Y-%m-%d}"
    out = console()
    out.print(f"{text} (virtual time).", markup=False, soft_wrap=True)
    following = f"caf promote {given.version} --project {project} --as <somebody else>"
    out.print(f"Another person may now run: {following}", markup=False, soft_wrap=True)
