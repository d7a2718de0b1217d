"""The verbs that take out of service: `caf stop`, `caf resume` and `caf retire`.

They read the ledger and append one signed event, and import no model: stopping must not wait. What
plays the project at the same time sees it before the next batch.
"""

from typing import Any

from caf_pipelines.cli.opening import chosen, open_platform
from caf_pipelines.cli.output import console, show_json
from caf_pipelines.cli.person import actor_in
from caf_platform.door.actor import Actor
from caf_platform.door.orders import known, resume_scoring, retire, stop_scoring
from caf_platform.ledger.state import ProjectState, read_state
from caf_platform.ports.alerts import Alert
from caf_platform.wiring import Platform


def stop(project: str, actor: str, reason: str, *, as_json: bool) -> None:
    """From the next batch on the champion's fallback answers; everybody who is alerted hears of it.

    Stopping twice changes nothing. `Refused`, and recorded, without the role of an operator.
    JSON: project, champion, actor, reason, stopped, changed.
    """
    platform, state, who = _at_the_door(project, actor)
    changed = stop_scoring(who, state, reason=reason) is not None
    if changed:
        _alert(platform, state, f"scoring of {state.project} was stopped", who, reason)
    answers = f"the fallback of {state.champion} answers" if state.champion else "nobody answers"
    text = f"Scoring of {state.project} is stopped: {answers} from the next batch on."
    if not changed and state.stopped is not None:
        text = f"Scoring of {state.project} is stopped already: {state.stopped.reason}"
    _tell(text, _facts(state, who, reason, changed=changed), as_json)


def resume(project: str, actor: str, reason: str, *, as_json: bool) -> None:
    """From the next batch on the champion answers again. As `stop` otherwise."""
    platform, state, who = _at_the_door(project, actor)
    changed = resume_scoring(who, state, reason=reason) is not None
    if changed:
        _alert(platform, state, f"scoring of {state.project} was resumed", who, reason)
    text = f"{state.champion or 'Nobody'} answers for {state.project}"
    text += " again from the next batch on." if changed else ": scoring was not stopped."
    _tell(text, _facts(state, who, reason, changed=changed), as_json)


def retire_version(version: str, project: str, actor: str, reason: str, *, as_json: bool) -> None:
    """Take a version out of service for good; retiring twice changes nothing.

    `Refused`, and recorded, for the champion, and without the role of an operator. JSON: project,
    version, actor, reason, changed.
    """
    _, state, who = _at_the_door(project, actor, version)
    changed = retire(who, state, version, reason=reason) is not None
    text = f"{version} is retired: it is never promoted nor put back."
    value = {"project": state.project, "version": version, "actor": who.name, "reason": reason}
    _tell(
        text if changed else f"{version} is retired already.",
        {**value, "changed": changed},
        as_json,
    )


def _at_the_door(
    project: str, actor: str, version: str = ""
) -> tuple[Platform, ProjectState, Actor]:
    platform = open_platform()
    name = chosen(platform, project)
    state = read_state(platform.ledger, name, platform.signer)
    if version:
        known(state, version)
    return platform, state, actor_in(platform, state, actor)


def _facts(state: ProjectState, who: Actor, reason: str, *, changed: bool) -> dict[str, Any]:
    return {
        "project": state.project,
        "champion": state.champion,
        "actor": who.name,
        "reason": reason,
        "stopped": state.stopped is not None,
        "changed": changed,
    }


def _alert(platform: Platform, state: ProjectState, title: str, who: Actor, reason: str) -> None:
    key = f"scoring-{state.champion_version}"
    text = f"by {who.name}: {reason}"
    platform.alerts.send(
        Alert(key=key, severity="high", title=title, text=text, project=state.project)
    )


def _tell(text: str, value: dict[str, Any], as_json: bool) -> None:
    if as_json:
        show_json(value)
    else:
        console().print(text, markup=False, soft_wrap=True)
