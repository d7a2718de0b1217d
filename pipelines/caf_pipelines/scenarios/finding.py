"""What was said against something, by whom: the common form in which two plays are compared."""

import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from caf_monitoring.monitors.reading import NOT_ASKED
from caf_monitoring.triage import WITHDRAWN
from caf_platform.decision import Action, Decision, Verdict
from caf_platform.errors import CafError
from caf_platform.ledger import events as e
from caf_platform.ledger.record import Record

QUARANTINE, LABELS, INCIDENT = "quarantine", "label file", "incident"
TRIAGE, GOVERNOR = "triage", "governor"


@dataclass(frozen=True, order=True)
class Finding:
    """One reason why something was not simply good.

    `by` is who said it: a stage, gate, monitor, rule of the door, the governor, or a port's
    name. `about` is the batch, window or version.
    """

    by: str
    verdict: str
    code: str
    about: str
    text: str = ""

    @property
    def same(self) -> tuple[str, str, str, str]:
        """What makes two findings of two plays the same one; wording and numbers do not."""
        return self.by, self.verdict, self.code, self.about


def findings(records: Iterable[Record]) -> list[Finding]:
    """Everything that was said against something in some records, in their order."""
    return [
        found
        for record in records
        if (reader := _READERS.get(record.type)) is not None
        for found in reader(record.event)
    ]


def actions(records: Iterable[Record]) -> dict[str, Action]:
    """What was done about each window."""
    events = (record.event for record in records if record.type == e.ActionDecided.TYPE)
    return {event.window: event.action for event in events if isinstance(event, e.ActionDecided)}


def raised_by(error: CafError) -> str:
    """The part of the platform in whose code an error was raised: `lake` of `adapters.lake_local`.

    The innermost module of ours counts, and never one of a game day.
    """
    frames = (frame for frame, _ in traceback.walk_tb(error.__traceback__))
    modules = [str(frame.f_globals.get("__name__", "")) for frame in frames]
    ours = [
        name
        for name in modules
        if name.startswith("caf_") and not name.startswith("caf_pipelines.scenarios")
    ]
    return ours[-1].rpartition(".")[2].partition("_")[0] if ours else "nobody of ours"


def _against(decision: Decision, about: str, by: str = "") -> Iterator[Finding]:
    if decision.verdict.good:
        return
    for reason in decision.reasons:
        yield Finding(by or decision.by, decision.verdict, reason.code, about, reason.text)


def _validated(event: e.BatchValidated) -> Iterator[Finding]:
    for code, rows in sorted(event.reasons.items()):
        yield Finding(QUARANTINE, "quarantined", code, event.batch, f"{rows} rows: {code}")
    if event.duplicates:
        text = f"{event.duplicates} rows came before"
        yield Finding(QUARANTINE, "quarantined", "duplicates", event.batch, text)


def _labels(event: e.LabelsReceived) -> Iterator[Finding]:
    for code in ("corrected", "unknown", "unusable"):
        if rows := getattr(event, code):
            yield Finding(LABELS, Verdict.REFUSE, code, event.name, f"{rows} labels {code}")


def _monitored(event: e.WindowMonitored) -> Iterator[Finding]:
    """A monitor that had nothing to judge has said nothing."""
    for name, reading in event.readings.items():
        found = _against(reading, event.window, by=name)
        yield from (one for one in found if one.code != NOT_ASKED)


def _decided(event: e.ActionDecided) -> Iterator[Finding]:
    """What the governor refused, what triage itself objects to, and what it held back."""
    if event.decision.by == GOVERNOR:
        yield from _against(event.decision, event.window)
        return
    if event.cause == WITHDRAWN:
        yield from _against(event.decision, event.window)
    for held in event.held_back:
        code = f"{held.action}_held_back"
        yield Finding(TRIAGE, "suppressed", code, event.window, held.reason)


def _gate(event: e.GateDecided) -> Iterator[Finding]:
    for name, part in event.parts.items():
        yield from _against(part, event.version, by=name)


_READERS: dict[str, Callable[..., Iterator[Finding]]] = {
    e.BatchValidated.TYPE: _validated,
    e.BatchRefused.TYPE: lambda event: _against(event.decision, event.batch),
    e.LabelsReceived.TYPE: _labels,
    e.WindowMonitored.TYPE: _monitored,
    e.ActionDecided.TYPE: _decided,
    e.GateDecided.TYPE: _gate,
    e.PromotionRefused.TYPE: lambda event: _against(event.decision, event.version),
    e.IncidentOpened.TYPE: lambda event: iter(
        [Finding(INCIDENT, "opened", event.incident, event.incident, event.title)]
    ),
}
