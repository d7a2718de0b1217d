"""The verbs by which a person moves a model, or judges rows again: promote, rollback, replay.

They go through the same door and the same play as the platform itself does, with the person's
own key. Their time is the project's own, that of its newest record: a calendar that has come to
1 November moves on 1 November, whatever the machine says, so that approvals expire as they would.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from caf_pipelines.bundles.folder import keep_bundles
from caf_pipelines.cli.opening import chosen, open_platform, records_of
from caf_pipelines.cli.output import console, show_json
from caf_pipelines.cli.person import person
from caf_pipelines.lifecycle.play import Play
from caf_pipelines.lifecycle.replaying import replay_batch
from caf_pipelines.stages.move import promote
from caf_pipelines.stages.move import roll_back as back
from caf_pipelines.timeline import ConsoleTimeline, Silent
from caf_platform.door.door import Door
from caf_platform.errors import Refused
from caf_platform.ledger.events import Promoted, RolledBack
from caf_platform.ports.signer import Signer
from caf_platform.wiring import Platform


def promote_version(version: str, project: str, actor: str, reason: str, *, as_json: bool) -> None:
    """Ask the door to make an approved version the champion; the champion again changes nothing.

    `Refused` with every reason when the door says no. JSON: project, version, replaces, actor,
    reason, changed.
    """
    platform = open_platform()
    name = chosen(platform, project)
    with _played(platform, name, as_json=as_json) as play:
        state = play.session.state
        play.models.state(version)  # says what is wrong with the name
        if state.champion == version:
            _tell_champion(name, version, as_json=as_json)
            return
        signer = person(platform, actor)
        who = signer.principal.name
        record = promote(_door(play, signer), state, version, reason=reason or f"promoted by {who}")
        play.models.mirror()
        keep_bundles(platform, play.session.declaration, records_of(platform, name))
    event = Promoted.model_validate(record.payload)
    instead = f" instead of {event.replaces}" if event.replaces else ""
    _tell(
        f"{version} is the champion of {name} now{instead}.",
        {"project": name, "version": version, "replaces": event.replaces, "actor": who},
        {"reason": event.reason, "changed": True},
        as_json=as_json,
    )


def roll_back(project: str, to: str, actor: str, reason: str, *, as_json: bool) -> None:
    """Put the champion back to `to`, by default the last good version, and open an incident.

    The mistaken version is revoked. Going back to the champion changes nothing. `Refused` with
    every reason when the door says no or there is nothing to go back to. JSON: project, version,
    replaces, actor, reason, seconds (from asking the door to the committed event), changed.
    """
    platform = open_platform()
    name = chosen(platform, project)
    with _played(platform, name, as_json=as_json) as play:
        state = play.session.state
        version = to or state.former_champion
        if version is None:
            raise Refused(
                f"There is no earlier version of {name} to go back to.",
                why=f"Champion now: {state.champion or 'none'}.",
                next_step=f"See what there was with: caf history --project {name}",
            )
        play.models.state(version)  # says what is wrong with the name
        if state.champion == version:
            _tell_champion(name, version, as_json=as_json)
            return
        signer = person(platform, actor)
        who = signer.principal.name
        why = reason or f"asked for by {who}"
        record = back(_door(play, signer), state, version, reason=why)
        play.models.mirror()
        event = RolledBack.model_validate(record.payload)
        _look_into(play, event)
    seconds = event.measured.get("seconds")
    took = f", restored in {seconds:.2f} s" if isinstance(seconds, float) else ""
    _tell(
        f"{version} is the champion of {name} again instead of {event.replaces}{took}.",
        {"project": name, "version": version, "replaces": event.replaces, "actor": who},
        {"reason": why, "seconds": seconds, "changed": True},
        as_json=as_json,
    )


def _look_into(play: Play, event: RolledBack) -> None:
    """A mistaken promotion needs a person, whoever put it right."""
    play.session.open_incident(
        "rollback",
        f"rolled-back-{event.replaces}",
        severity="medium",
        title=f"{event.replaces} was rolled back",
        cause=event.reason,
    )


def replay_quarantine(batch: str, project: str, *, as_json: bool) -> None:
    """Judge the rows of a batch that were set aside again; the same contract twice is a no-op.

    JSON: project, batch, accepted, still_quarantined, quarantine_key, changed.
    """
    platform = open_platform()
    name = chosen(platform, project)
    with _played(platform, name, as_json=as_json) as play:
        event, changed = replay_batch(play.session, batch)
    text = f"{event.accepted} rows accepted after all, {event.still_quarantined} stay set aside."
    if not changed:
        text = f"Judged under this very contract already: {text}"
    _tell(
        f"{batch}: {text}",
        {"project": name, "batch": batch, "accepted": event.accepted},
        {"still_quarantined": event.still_quarantined, "quarantine_key": event.quarantine_key},
        {"changed": changed},
        as_json=as_json,
    )


@contextmanager
def _played(platform: Platform, name: str, *, as_json: bool) -> Iterator[Play]:
    """The project's present play, opened where its calendar stands."""
    project = platform.project(name)
    if as_json:
        yield Play.open(platform, project, Silent())
        return
    shown = ConsoleTimeline(console())
    try:
        yield Play.open(platform, project, shown)
    finally:
        shown.close()


def _door(play: Play, signer: Signer) -> Door:
    """The play's own door, with the person at it."""
    return replace(play.models.door(), signer=signer)


def _tell_champion(project: str, version: str, *, as_json: bool) -> None:
    _tell(
        f"{version} is the champion of {project} already; nothing was changed.",
        {"project": project, "version": version, "changed": False},
        as_json=as_json,
    )


def _tell(text: str, *parts: dict[str, Any], as_json: bool) -> None:
    if as_json:
        show_json({name: value for part in parts for name, value in part.items()})
    else:
        console().print(text, markup=False, soft_wrap=True)
