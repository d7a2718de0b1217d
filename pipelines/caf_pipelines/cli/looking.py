"""The verbs that look at what happened: champion, history, incidents, projects.

They read the ledger and nothing else, so they answer at once; nothing here imports pandas or a
model. `--json` prints one document with the keys that each docstring lists; moments are ISO 8601,
virtual unless a key says `real`.
"""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from caf_pipelines.cli.opening import (
    chosen,
    open_platform,
    played_projects,
    records_of,
    state_from,
)
from caf_pipelines.cli.output import coloured, console, show_facts, show_json, show_table
from caf_pipelines.history import happenings
from caf_platform.errors import CafError, Mistakes
from caf_platform.ledger.events import IncidentClosed, IncidentOpened
from caf_platform.ledger.state import ProjectState
from caf_platform.project.load import projects_in
from caf_platform.wiring import Platform


def show_champion(project: str, *, as_json: bool) -> None:
    """Which version serves. Without a champion all keys after `play` and `stopped` are null.

    JSON: project, play, stopped (why its fallback answers instead; null when it does not),
    version, since, real_time, replaces, verb (promoted or rolled_back), actor, reason,
    manifest_digest, artifact_digest, tracked_version (the tracking store's number),
    former_champion (where a rollback would lead), withdrawn_batches (that it learnt from).
    """
    platform = open_platform()
    name = chosen(platform, project)
    found = _champion(state_from(name, records_of(platform, name)))
    if as_json:
        show_json(found)
    elif found["version"] is None:
        console().print(f"{name} has no champion yet: nothing was promoted in play {found['play']}")
    else:
        told = {**found, "since": f"{found['since']:%Y-%m-%d}", "real_time": None}
        facts = [(key.replace("_", " "), value) for key, value in told.items() if key != "project"]
        show_facts(f"The champion of {name}", facts)


def _champion(state: ProjectState) -> dict[str, Any]:
    move = state.moves[-1] if state.moves else None
    model = state.models[move.version] if move else None
    return {
        "project": state.project,
        "play": state.play,
        "stopped": state.stopped.reason if state.stopped else None,
        "version": move.version if move else None,
        "since": move.when if move else None,
        "real_time": move.real_time if move else None,
        "replaces": move.replaces if move else None,
        "verb": move.verb if move else None,
        "actor": move.actor if move else None,
        "reason": move.reason if move else None,
        "manifest_digest": model.gate.manifest_digest if model and model.gate else None,
        "artifact_digest": model.manifest.digests.get("artifact") if model else None,
        "tracked_version": model.trained.measured.get("tracked_version") if model else None,
        "former_champion": state.former_champion,
        "withdrawn_batches": list(state.withdrawn_of(model.learnt)) if model else None,
    }


def show_history(project: str, *, as_json: bool, all_plays: bool = False) -> None:
    """Every decision in order, of the present play or of all.

    JSON: project, play, decisions; each decision has seq (its record in the ledger), when,
    subject, what, verdict, sentence, actor, event (the event's type) and detail: the whole event
    with every number, or for one breach or suppressed action the part that is about it.
    """
    platform = open_platform()
    name = chosen(platform, project)
    records = records_of(platform, name, all_plays=all_plays)
    found = list(happenings(records))
    play = state_from(name, records).play
    if as_json:
        decisions = [asdict(one) for one in found]
        show_json({"project": name, "play": play, "decisions": decisions})
        return
    show_table(
        f"{name}, {'all plays' if all_plays else f'play {play}'}: {len(found)} decisions",
        ("date", "subject", "what", "verdict", "why"),
        [(_day(h.when), h.subject, h.what, coloured(h.verdict), h.sentence) for h in found],
    )


def show_incidents(project: str, *, as_json: bool) -> None:
    """Incidents of the present play, in order of opening.

    Below them what else waits for a person: versions that passed their gate and were not moved.
    JSON: project, play, open (how many), awaiting (versions), incidents; each has incident,
    severity, title, cause, opened_at, open, closed_at, found_cause, action, regression_test (null
    while it is open).
    """
    platform = open_platform()
    name = chosen(platform, project)
    found: dict[str, dict[str, Any]] = {}
    records = records_of(platform, name)
    for record in records:
        event = record.event
        if isinstance(event, IncidentOpened):
            found[event.incident] = _opened(event, record.envelope.virtual_time)
        elif isinstance(event, IncidentClosed) and event.incident in found:
            found[event.incident] |= _closed(event, record.envelope.virtual_time)
    still = sum(one["open"] for one in found.values())
    state = state_from(name, records)
    if as_json:
        value = {"project": name, "play": state.play, "open": still}
        show_json({**value, "awaiting": state.awaiting, "incidents": list(found.values())})
        return
    show_table(
        f"Incidents of {name}: {still} open",
        ("opened", "severity", "state", "incident", "what"),
        [
            (
                _day(one["opened_at"]),
                one["severity"],
                coloured("open" if one["open"] else "closed"),
                one["incident"],
                f"{one['title']}: {one['cause']}",
            )
            for one in found.values()
        ],
    )
    for version in state.awaiting:
        text = f"{version} awaits a person: caf approve {version} --project {name}"
        console().print(text, markup=False, soft_wrap=True)


def _opened(event: IncidentOpened, when: datetime) -> dict[str, Any]:
    return {
        "incident": event.incident,
        "severity": event.severity,
        "title": event.title,
        "cause": event.cause,
        "opened_at": when,
        "open": True,
        "closed_at": None,
        "found_cause": None,
        "action": None,
        "regression_test": None,
    }


def _closed(event: IncidentClosed, when: datetime) -> dict[str, Any]:
    return {
        "open": False,
        "closed_at": when,
        "found_cause": event.cause,
        "action": event.action,
        "regression_test": event.regression_test,
    }


def show_projects(*, as_json: bool) -> None:
    """The use cases in this clone, also those with mistakes in them.

    JSON: projects; each has project, title, task, owners (business, model, data, steward), plays,
    champion, mistake (null when it can be read).
    """
    platform = open_platform()
    played = played_projects(platform)
    names = projects_in(platform.settings.projects)
    found = [_project(platform, name, played=name in played) for name in names]
    if as_json:
        show_json({"projects": found})
        return
    show_table(
        f"Projects in {platform.settings.projects}",
        ("project", "plays", "champion", "model's owner", "what"),
        [
            (
                one["project"],
                one["plays"],
                one["champion"],
                one["owners"].get("model", ""),
                one["title"] or one["mistake"],
            )
            for one in found
        ],
    )


def _project(platform: Platform, name: str, *, played: bool) -> dict[str, Any]:
    state = state_from(name, records_of(platform, name) if played else [])
    title = task = mistake = None
    owners: dict[str, str] = {}
    try:
        declaration = platform.project(name).declaration
        title, task = declaration.title, declaration.task.value
        owners = asdict(declaration.owners)
    except Mistakes as error:
        count = len(error.mistakes)
        mistake = f"{count} mistake{'s' if count > 1 else ''}: {error.mistakes[0]}"
    except CafError as error:
        mistake = str(error)
    return {
        "project": name,
        "title": title,
        "task": task,
        "owners": owners,
        "plays": state.play,
        "champion": state.champion,
        "mistake": mistake,
    }


def _day(when: datetime | None) -> str:
    return "" if when is None else f"{when:%Y-%m-%d}"
