"""What was spent, added up from a play's records by stage, window, version or capability.

Every view of the same records has the same total. What serves several at once (a batch that
champion and former champion scored, a stage with several capabilities) is split evenly among
them: the column adds up, and its rows say who shared a cost, not who caused it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum

from caf_platform.decision import Frozen, Number
from caf_platform.ledger import events as e
from caf_platform.ledger.record import Record

NO_MODEL = "(no model)"
NO_CAPABILITY = "(no capability)"
OPEN = "(not over yet)"


class View(StrEnum):
    """What the cost of a play may be told by; a run is what led to the look at one window."""

    STAGE = "stage"
    RUN = "run"
    MODEL = "model"
    PROJECT = "project"
    CAPABILITY = "capability"


class Spent(Frozen):
    """An amount of everything; None: nobody measured it.

    `peak_bytes` is the highest mark of the process's memory by the end of a stage (or its
    worker's, where that is higher), which never falls; `grown_bytes` is by how much the stages
    themselves raised it. Bytes and requests are the lake's. Seconds are the wall clock's.
    """

    steps: float = 0.0
    seconds: float | None = None
    cpu_seconds: float | None = None
    peak_bytes: float | None = None
    grown_bytes: float | None = None
    read_bytes: float | None = None
    written_bytes: float | None = None
    reads: float | None = None
    writes: float | None = None
    rows: float | None = None
    cost_units: float = 0.0

    def share(self, part: float) -> "Spent":
        """A part of it; a highest mark is whole for everybody who shares it."""
        if part == 1:
            return self
        shared = {
            name: None if value is None else value * part
            for name, value in self.model_dump(exclude={"peak_bytes"}).items()
        }
        return Spent(**shared, peak_bytes=self.peak_bytes)


class Charge(Frozen):
    """What one step of a play spent, and who it was spent for.

    `models` are the versions it worked on, none of them where it worked on data alone.
    """

    project: str
    stage: str
    run: str
    models: tuple[str, ...]
    capabilities: tuple[str, ...]
    spent: Spent


def total(many: Iterable[Spent]) -> Spent:
    """All of it together; a highest mark is the highest of all."""
    every = tuple(many)
    sums = {
        name: _sum(getattr(one, name) for one in every)
        for name in Spent.model_fields
        if name not in ("peak_bytes", "steps", "cost_units")
    }
    return Spent(
        **sums,
        steps=sum(one.steps for one in every),
        cost_units=sum(one.cost_units for one in every),
        peak_bytes=max((o.peak_bytes for o in every if o.peak_bytes is not None), default=None),
    )


def charges(project: str, records: Iterable[Record]) -> tuple[Charge, ...]:
    """Every measured step of some records in order.

    A step belongs to the window that was closed next; the last ones to the window that is being
    looked at, or to none yet.
    """
    found: list[Charge] = []
    waiting: list[Charge] = []
    looked_at = OPEN
    for record in records:
        event = record.event
        if isinstance(event, e.WindowMonitored):
            looked_at = event.window
        charge = _charge(project, record, event)
        if charge is not None:
            waiting.append(charge)
        if isinstance(event, e.WindowClosed):
            found += (one.model_copy(update={"run": event.window}) for one in waiting)
            waiting, looked_at = [], OPEN
    found += (one.model_copy(update={"run": looked_at}) for one in waiting)
    return tuple(found)


def by(view: View, every: Sequence[Charge]) -> dict[str, Spent]:
    """What was spent under each name of a view, in order of first appearance."""
    names = _NAMES[view]
    found: dict[str, list[Spent]] = {}
    for charge in every:
        sharing = names(charge)
        for name in sharing:
            found.setdefault(name, []).append(charge.spent.share(1 / len(sharing)))
    return {name: total(parts) for name, parts in found.items()}


def _charge(project: str, record: Record, event: e.Event) -> Charge | None:
    stage = event.measured.get("stage")
    if not isinstance(stage, str):
        return None
    return Charge(
        project=project,
        stage=stage,
        run=OPEN,
        models=tuple(dict.fromkeys(_models(event))),
        capabilities=tuple(record.envelope.capabilities),
        spent=_spent(event),
    )


def _spent(event: e.Event) -> Spent:
    said = event.measured
    cpu = _sum((_number(said.get("cpu_seconds")), _number(said.get("worker_cpu_seconds"))))
    peaks = (_number(said.get("peak_bytes")), _number(said.get("worker_peak_bytes")))
    return Spent(
        steps=1,
        seconds=_number(said.get("seconds")),
        cpu_seconds=cpu,
        peak_bytes=max((peak for peak in peaks if peak is not None), default=None),
        grown_bytes=_number(said.get("grown_bytes")),
        read_bytes=_number(said.get("read_bytes")),
        written_bytes=_number(said.get("written_bytes")),
        reads=_number(said.get("reads")),
        writes=_number(said.get("writes")),
        rows=_rows(event),
        cost_units=event.cost_units if isinstance(event, e.ModelTrained) else 0.0,
    )


def _models(event: e.Event) -> Iterator[str]:
    """The versions that a step worked on."""
    if isinstance(event, e.ModelTrained):
        yield event.manifest.version
    elif isinstance(event, e.GateDecided | e.RolledBack):
        yield event.version
    elif isinstance(event, e.BatchScored):
        yield from (one.belongs_to for one in event.by)
    elif isinstance(event, e.WindowMonitored | e.ActionDecided) and event.champion:
        yield event.champion


def _rows(event: e.Event) -> float | None:
    """The rows that a step worked on, as its event states them; nothing is counted again."""
    if isinstance(event, e.BatchValidated | e.LabelsReceived | e.ModelTrained):
        return event.rows
    if isinstance(event, e.BatchScored):
        return sum(one.rows for one in event.by)
    if isinstance(event, e.QuarantineReplayed):
        return event.accepted + event.still_quarantined
    if isinstance(event, e.GateDecided):
        return _number(event.decision.numbers.get("enough_evidence.rows"))
    if isinstance(event, e.WindowMonitored) and "labels" in event.readings:
        return _number(event.readings["labels"].numbers.get("served_rows"))
    return None


def _number(value: Number | str) -> float | None:
    return None if value is None or isinstance(value, str | bool) else float(value)


def _sum(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


_NAMES: dict[View, Callable[[Charge], Sequence[str]]] = {
    View.STAGE: lambda charge: (charge.stage,),
    View.RUN: lambda charge: (charge.run,),
    View.MODEL: lambda charge: charge.models or (NO_MODEL,),
    View.PROJECT: lambda charge: (charge.project,),
    View.CAPABILITY: lambda charge: charge.capabilities or (NO_CAPABILITY,),
}
