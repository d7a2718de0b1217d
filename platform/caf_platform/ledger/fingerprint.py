"""The state hash: one digest of what a play came to, and of every decision on the way.

Two plays of the same data under the same rules have the same one, wherever and whenever they ran
and however often they were killed. It covers what each event states, who said so and on which day
of the calendar, stream by stream, and what all of it folds into. What events mark as incidental
takes no part: real time, run ids, durations, measured cost, signatures, the commit and packages a
model was made with, and repairs of mirrors. Pure; it proves nothing about who wrote the records.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel

from caf_platform.digest import digest, digest_of
from caf_platform.ledger.events import EVENT_TYPES, Event, PlayStarted
from caf_platform.ledger.record import Record
from caf_platform.ledger.state import BatchState, ModelState, ProjectState
from caf_platform.ledger.values import Incidental, Manifest, NamesManifest

Rule = dict[str, Any] | bool
"""What of a field is left out, as pydantic's `exclude` takes it: all (True), or some of it."""


@dataclass(frozen=True)
class Fingerprint:
    """A play's state hash, and what it rests on: events by kind, a digest for each stream.

    `left_out` counts events that are incidental as a whole.
    """

    project: str
    play: int
    digest: str
    covers: Mapping[str, int]
    left_out: Mapping[str, int]
    streams: Mapping[str, str]
    state: Mapping[str, Any]


def fingerprint(project: str, records: Iterable[Record]) -> Fingerprint:
    """The state hash of the newest play among a project's records, which come in order.

    Streams are hashed one by one: how writers of different streams interleaved says nothing.
    """
    state = ProjectState(project)
    covers: Counter[str] = Counter()
    left_out: Counter[str] = Counter()
    streams: dict[str, list[str]] = {}
    for record, said in statements(records):
        if record.type == PlayStarted.TYPE:
            covers, left_out, streams = Counter(), Counter(), {}
        state.apply(record)
        if EVENT_TYPES[record.type].INCIDENTAL:
            left_out[record.type] += 1
            continue
        covers[record.type] += 1
        streams.setdefault(record.stream, []).append(digest_of(said))
    digests = {name: digest("".join(said).encode()) for name, said in sorted(streams.items())}
    folded = projection(state)
    return Fingerprint(
        project=project,
        play=state.play,
        digest=digest_of({"streams": digests, "state": folded}),
        covers=dict(sorted(covers.items())),
        left_out=dict(sorted(left_out.items())),
        streams=digests,
        state=folded,
    )


def statements(records: Iterable[Record]) -> Iterator[tuple[Record, dict[str, Any]]]:
    """Each record with what it states: its kind, who, when, and its fields but incidental ones.

    The digest of a manifest, which changes with the run's id, stands as that of what the manifest
    states; one that no record before it holds stands as it is.
    """
    manifests: dict[str, str] = {}
    for record in records:
        event = record.event
        said = stated(event)
        manifest = getattr(event, "manifest", None)
        if isinstance(manifest, Manifest):
            manifests[digest_of(manifest.model_dump(mode="json"))] = digest_of(stated(manifest))
        for name in _naming(type(event)):
            named = getattr(event, name)
            said[name] = manifests.get(named, named)
        when = record.envelope.virtual_time.isoformat()
        actor = record.envelope.actor
        yield record, {"type": record.type, "actor": actor, "when": when, "event": said}


def stated(value: BaseModel) -> dict[str, Any]:
    """A value's JSON without the fields that are marked as incidental.

    A field at its default states nothing: one that is added later changes no older hash.
    """
    return value.model_dump(mode="json", exclude=_left_out(type(value)), exclude_defaults=True)


def projection(state: ProjectState) -> dict[str, Any]:
    """What a play's records fold into, as plain values."""
    return {
        "play": state.play,
        "finished": state.finished,
        "policy": state.policy_digest,
        "champion": state.champion,
        "stopped": state.stopped is not None,
        "former_champions": list(state.former_champions),
        "moves": [[move.verb, move.version, move.replaces] for move in state.moves],
        "batches": {name: _batch(batch) for name, batch in state.batches.items()},
        "labels": [event.name for event in state.labels],
        "models": {name: _model(model) for name, model in state.models.items()},
        "actions": [[event.window, event.action] for _, event in state.actions],
        "closed_windows": sorted(state.closed_windows),
        "incidents": {name: name not in state.closed for name in state.incidents},
    }


def _batch(batch: BatchState) -> list[Any]:
    """Revision, whether it stands refused, the rows that may be used, and who scored it."""
    scored = [by.version for by in batch.scored.by] if batch.scored else []
    usable = [content for _, content in batch.validated_keys]
    return [batch.received.revision, batch.refused is not None, usable, scored]


def _model(model: ModelState) -> list[Any]:
    """Its file, what the gate said, whose approvals it has, whether it was put back, or retired."""
    verdict = model.gate.decision.verdict if model.gate else None
    approvers = [
        [approval.approver, key in model.withdrawn] for key, approval in model.approvals.items()
    ]
    artifact = model.manifest.digests.get("artifact")
    return [artifact, verdict, approvers, model.revoked, model.retired]


@cache
def _naming(kind: type[Event]) -> tuple[str, ...]:
    """The fields of an event that name a manifest by its digest."""
    fields = kind.model_fields.items()
    return tuple(
        name for name, one in fields if any(isinstance(m, NamesManifest) for m in one.metadata)
    )


@cache
def _left_out(kind: type[BaseModel]) -> dict[str, Any]:
    """What of a model's fields is incidental, their own fields among them."""
    found: dict[str, Any] = {}
    for name, one in kind.model_fields.items():
        marks = [mark for mark in one.metadata if isinstance(mark, Incidental)]
        rule = _marked(marks[0]) if marks else _inside(one.annotation)
        if rule:
            found[name] = rule
    return found


def _marked(mark: Incidental) -> Rule:
    return dict.fromkeys(mark.keys, True) if mark.keys else True


def _inside(annotation: Any) -> Rule:
    """What of a model, or of the models that a tuple or dictionary holds, is left out."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _left_out(annotation)
    inner = next((rule for rule in map(_inside, get_args(annotation)) if rule), False)
    return {"__all__": inner} if inner else False
