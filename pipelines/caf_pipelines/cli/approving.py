"""The verb by which a person says yes, or takes it back: `caf approve`.

Its time is the project's own, that of its newest record: a calendar that has come to 1 November
approves on 1 November, whatever the machine says, and the approval expires as it would have.
"""

from datetime import datetime
from typing import Any

from caf_pipelines.cli.opening import chosen, open_platform
from caf_pipelines.cli.output import console, show_json
from caf_pipelines.cli.person import actor_in
from caf_platform.door.approval import judge_approval
from caf_platform.door.orders import approve, known, revoke_approvals
from caf_platform.ledger.events import ApprovalGiven, ApprovalRevoked
from caf_platform.ledger.state import ProjectState, read_state
from caf_platform.project.model import Project


def approve_version(version: str, project: str, actor: str, *, as_json: bool) -> None:
    """Approve exactly the digests of a version, signed, for as long as the policy says.

    Approving twice changes nothing. `Refused`, and recorded as refused, when the gate has not
    passed, the version was revoked or retired, or the approver is its author or holds no such
    role. JSON: project, version, approver, manifest_digest, expires_at, changed (false: held
    already).
    """
    platform = open_platform()
    name = chosen(platform, project)
    state = read_state(platform.ledger, name, platform.signer)
    known(state, version)
    who = actor_in(platform, state, actor)
    given, changed = approve(who, state, version, platform.project(name))
    following = _following(platform.project(name), state, version, who.clock.now())
    _tell(name, given, following, changed=changed, as_json=as_json)


def take_approvals_back(
    version: str, project: str, actor: str, reason: str, *, as_json: bool
) -> None:
    """Take back every approval that a version has by now; those that come later count.

    JSON: project, version, actor, approvals (keys of their records), reason, changed.
    """
    platform = open_platform()
    name = chosen(platform, project)
    state = read_state(platform.ledger, name, platform.signer)
    known(state, version)
    who = actor_in(platform, state, actor)
    record = revoke_approvals(who, state, version, reason=reason)
    taken = ApprovalRevoked.model_validate(record.payload).approvals if record else ()
    if as_json:
        value = {"project": name, "version": version, "actor": who.name, "approvals": taken}
        show_json({**value, "reason": reason, "changed": record is not None})
        return
    text = f"No approval of {version} stands; nothing was changed."
    if taken:
        text = f"{who.name} took back {len(taken)} approval(s) of {version}."
    console().print(text, markup=False, soft_wrap=True)


def _following(project: Project, state: ProjectState, version: str, now: datetime) -> str:
    """What may come next, or why nothing will: what the door would say of it without looking."""
    model, release = state.models[version], project.policy.release
    if model.retired or model.revoked:
        return f"It is never promoted: it was {'retired' if model.retired else 'rolled back'}."
    if model.gate is None or model.gate.against != state.champion:
        return f"It was compared with another champion than {state.champion}: it is not promoted."
    held = judge_approval(
        model.gate.manifest_digest,
        [one for key, one in model.approvals.items() if model.stands(key)],
        now=now,
        mode=release.mode.value,
        author=model.manifest.author,
        valid_days=release.approval_valid_days.value,
        quorum=release.quorum.value if release.quorum else 1,
    )
    if held.verdict.good:
        step = f"caf promote {version} --project {project.name} --as <somebody else>"
        return f"Another person may now run: {step}"
    step = f"caf approve {version} --project {project.name} --as <somebody else>"
    return f"Not enough yet, {held.reasons[-1].text}: {step}"


def _tell(
    project: str, given: ApprovalGiven, following: str, *, changed: bool, as_json: bool
) -> None:
    if as_json:
        value: dict[str, Any] = {"project": project, "version": given.version}
        value |= {"approver": given.approver, "manifest_digest": given.manifest_digest}
        show_json({**value, "expires_at": given.expires_at, "changed": changed})
        return
    held = "approved" if changed else "has approved already"
    text = f"{given.approver} {held} {given.version}, until {given.expires_at:%Y-%m-%d}"
    out = console()
    out.print(f"{text} (virtual time).", markup=False, soft_wrap=True)
    out.print(following, markup=False, soft_wrap=True)
