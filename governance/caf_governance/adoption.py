"""What of the platform is used, by whom and since when: counted from the ledger of all projects."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from caf_platform.decision import Decision, Frozen, Verdict
from caf_platform.ledger import events as e
from caf_platform.ledger.record import Record
from caf_platform.people import how_many, is_the_platforms
from caf_platform.plugins import Kind

OBJECTS = (Verdict.REFUSE, Verdict.BREACH)

Said = tuple[str, Verdict | None, datetime]
"""One use: by which project, what a gate or monitor said, and when in real time."""


class Use(Frozen):
    """One part of the platform in use: how often, by which projects, when last in real time.

    `objected` counts the times at which a gate refused or a monitor saw a breach, `unjudged` those
    at which it could not judge; other parts have no say, and both are None.
    """

    kind: Kind
    name: str
    times: int
    objected: int | None
    unjudged: int | None
    projects: tuple[str, ...]
    last: datetime


class Adopter(Frozen):
    """One project over all its plays. `people` is how many acted, the platform itself left out.

    `first` and `last` are real time.
    """

    project: str
    plays: int
    windows: int
    batches: int
    rows: int
    versions: int
    promotions: int
    by_people: int
    people: int
    first: datetime
    last: datetime


def adopters(records: Mapping[str, Iterable[Record]]) -> tuple[Adopter, ...]:
    """Each project's own, from all its records in order; one without a record is left out."""
    found = ((project, list(own)) for project, own in records.items())
    return tuple(_adopter(project, own) for project, own in found if own)


def _adopter(project: str, records: list[Record]) -> Adopter:
    events = [record.event for record in records]
    actors = [r.envelope.actor for r in records if not is_the_platforms(r.envelope.actor)]
    promoted = [record for record in records if isinstance(record.event, e.Promoted)]
    return Adopter(
        project=project,
        plays=sum(isinstance(one, e.PlayStarted) for one in events),
        windows=sum(isinstance(one, e.WindowMonitored) for one in events),
        batches=sum(isinstance(one, e.BatchReceived) for one in events),
        rows=sum(one.accepted for one in events if isinstance(one, e.BatchValidated)),
        versions=sum(isinstance(one, e.ModelTrained) for one in events),
        promotions=len(promoted),
        by_people=sum(not is_the_platforms(one.envelope.actor) for one in promoted),
        people=how_many(actors),
        first=records[0].real_time,
        last=records[-1].real_time,
    )


def uses(records: Mapping[str, Iterable[Record]]) -> tuple[Use, ...]:
    """Every stage, gate, monitor and model family that was used; the most used of a kind first."""
    found: dict[tuple[Kind, str], list[Said]] = {}
    for project, own in records.items():
        for record in own:
            for kind, name, verdict in _used(record.event):
                seen = found.setdefault((kind, name), [])
                seen.append((project, verdict, record.real_time))
    used = (_use(kind, name, seen) for (kind, name), seen in found.items())
    return tuple(sorted(used, key=lambda one: (list(Kind).index(one.kind), -one.times, one.name)))


def _use(kind: Kind, name: str, seen: list[Said]) -> Use:
    said = [verdict for _, verdict, _ in seen if verdict is not None]
    return Use(
        kind=kind,
        name=name,
        times=len(seen),
        objected=sum(one in OBJECTS for one in said) if said else None,
        unjudged=sum(one is Verdict.CANNOT_JUDGE for one in said) if said else None,
        projects=tuple(dict.fromkeys(project for project, _, _ in seen)),
        last=max(when for _, _, when in seen),
    )


def _used(event: e.Event) -> Iterator[tuple[Kind, str, Verdict | None]]:
    stage = event.measured.get("stage")
    if isinstance(stage, str):
        yield Kind.STAGE, stage, None
    match event:
        case e.GateDecided():
            yield from _asked(Kind.GATE, event.parts)
        case e.WindowMonitored():
            yield from _asked(Kind.MONITOR, event.readings)
        case e.ModelTrained():
            yield Kind.MODEL_FAMILY, event.manifest.family, None


def _asked(kind: Kind, said: Mapping[str, Decision]) -> Iterator[tuple[Kind, str, Verdict]]:
    return ((kind, name, decision.verdict) for name, decision in said.items())
