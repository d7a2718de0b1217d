"""One action out of many readings: the safest that applies, and the others on record.

Order of safety: roll back, data incident, retrain, watch, nothing. Rolling back stands first
because it trains on nothing, leads to a version that was lawful before, and rests on a paired
comparison: both models saw the very same rows, good or bad, so bad features cannot make the
former champion look better than it served. Bad labels can: where they are suspect (the monitor
`label_noise`) nothing is rolled back on their word. The data incident is then recorded as
suppressed, and whoever acts should still open it. A data incident stands before retraining,
because a model learnt from bad data outlives the fault.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from pydantic import Field

from caf_monitoring.monitors import calls_for
from caf_monitoring.monitors.reading import NOT_ASKED, NOT_YET, because
from caf_platform.capabilities import Capability
from caf_platform.decision import Action, Decision, Frozen, Reason, Verdict
from caf_platform.ledger.values import Suppressed
from caf_platform.plugins import Kind, register
from caf_platform.project.policy import Policy

PERFORMANCE = ("calibration", "skill")
"""The monitors that say whether the model does its work."""

FIRST_MODEL, NEW_LABELS, SILENCE = "first_model", "new_labels", "silence"
LABEL_NOISE = "label_noise"
"""The monitor that says whether labels can be believed."""
WITHDRAWN = "data_withdrawn"
CONTRACT, OPEN_INCIDENT = "contract_violation", "open_data_incident"

NO_FORMER = "there is no lawful former champion to put back"

SAFEST_FIRST = tuple(Action)

Readings = Mapping[str, Decision]


class Context(Frozen):
    """What triage must know beside the readings.

    `former_champion` is the lawful version that a rollback would lead to. `trainable_rows` are
    the labelled rows that a first model could learn from, on `trainable_days` days of usable
    batches; `withdrawn_batches` are those that the champion learnt from; `new_labelled_rows` are
    those that came since the last training. `previous` are the readings of the window before,
    empty if there was none.
    """

    has_champion: bool
    former_champion: str | None = None
    refused_batches: tuple[str, ...] = ()
    withdrawn_batches: tuple[str, ...] = ()
    open_data_incidents: tuple[str, ...] = ()
    new_labelled_rows: int = 0
    trainable_rows: int = 0
    trainable_days: int = 0
    previous: dict[str, Decision] = Field(default_factory=dict)


class Triage(Frozen):
    """The one action, what caused it, and what else applied."""

    action: Action
    cause: str
    decision: Decision
    suppressed: tuple[Suppressed, ...] = ()


@dataclass(frozen=True)
class _Option:
    """One action that applies; with `blocked` it applies and must not be taken."""

    action: Action
    cause: str
    verdict: Verdict
    reasons: tuple[Reason, ...]
    blocked: str = ""


@register(
    Kind.CONTROL,
    "triage",
    Capability.INCIDENT_AND_PROBLEM_MANAGEMENT,
    Capability.AI_LIFECYCLE_MANAGEMENT,
)
def triage(readings: Readings, context: Context, policy: Policy) -> Triage:
    """The safest action that applies to a window; the first named cause among equals."""
    options = [
        *_bad_data(context),
        *_learnt_from_withdrawn(context),
        *_breached(readings, context, calls_for()),
        *_unjudged(readings, context),
        *_worth_watching(readings),
        *_new_data(context, policy),
    ]
    open_ones = [option for option in options if not option.blocked]
    chosen = min(
        [*open_ones, _nothing(context, policy)],
        key=lambda option: SAFEST_FIRST.index(option.action),
    )
    suppressed = tuple(_suppressed(option, chosen) for option in options if option is not chosen)
    decision = Decision(
        by="triage",
        verdict=chosen.verdict,
        reasons=chosen.reasons,
        numbers={verdict.value: _count(readings, verdict) for verdict in _READINGS},
    )
    return Triage(
        action=chosen.action, cause=chosen.cause, decision=decision, suppressed=suppressed
    )


_READINGS = (Verdict.OK, Verdict.BREACH, Verdict.CANNOT_JUDGE)


def _count(readings: Readings, verdict: Verdict) -> int:
    return sum(reading.verdict is verdict for reading in readings.values())


def performance_unjudged(readings: Readings) -> bool:
    """Whether calibration or skill said nothing, or was not asked."""
    return any(_silent(readings.get(name)) for name in PERFORMANCE)


def suspect(readings: Readings) -> bool:
    """Whether the labels contradict the champion as flipped ones would."""
    reading = readings.get(LABEL_NOISE)
    return reading is not None and reading.verdict is Verdict.BREACH


def _silent(reading: Decision | None) -> bool:
    return reading is None or reading.verdict not in (Verdict.OK, Verdict.BREACH)


def _is(reading: Decision, code: str) -> bool:
    return any(reason.code == code for reason in reading.reasons)


def _bad_data(context: Context) -> Iterator[_Option]:
    causes = {CONTRACT: context.refused_batches, OPEN_INCIDENT: context.open_data_incidents}
    told = {CONTRACT: "the contract refused", OPEN_INCIDENT: "still open:"}
    for cause, names in causes.items():
        if names:
            text = f"{told[cause]} {', '.join(names)}"
            reason = Reason(code=cause, text=text, found=len(names), limit=0)
            yield _Option(Action.DATA_INCIDENT, cause, Verdict.BREACH, (reason,))


def _learnt_from_withdrawn(context: Context) -> Iterator[_Option]:
    """A champion that learnt from data that may not be used goes back, or is trained anew."""
    names = context.withdrawn_batches
    if not (context.has_champion and names):
        return
    text = f"the champion learnt from what was withdrawn since: {', '.join(names)}"
    reason = Reason(code=WITHDRAWN, text=text, found=len(names), limit=0)
    option = _Option(Action.ROLL_BACK, WITHDRAWN, Verdict.BREACH, (reason,))
    if context.former_champion is None:
        yield replace(option, blocked=NO_FORMER)
        option = replace(option, action=Action.RETRAIN)
    yield option


def _breached(
    readings: Readings, context: Context, calls: Mapping[str, Action]
) -> Iterator[_Option]:
    for name, reading in _performance_first(readings):
        if reading.verdict is not Verdict.BREACH:
            continue
        action = calls.get(name, Action.WATCH)
        option = _Option(action, name, Verdict.BREACH, reading.reasons)
        blocked, instead = _blocked(option, readings, context)
        if blocked:
            yield replace(option, blocked=blocked)
        yield replace(option, action=instead)


def _performance_first(readings: Readings) -> list[tuple[str, Decision]]:
    return sorted(readings.items(), key=lambda pair: pair[0] not in PERFORMANCE)


def _blocked(option: _Option, readings: Readings, context: Context) -> tuple[str, Action]:
    """Why a breach's own action cannot be taken, and what is done instead."""
    target = context.former_champion if context.has_champion else None
    if option.action is Action.ROLL_BACK and target is None:
        return NO_FORMER, Action.RETRAIN
    if option.action is Action.ROLL_BACK and suspect(readings):
        return "the labels it rests on are suspect", Action.WATCH
    other = option.action is Action.RETRAIN and option.cause not in PERFORMANCE
    if other and performance_unjudged(readings):
        return "performance was not judged, so nothing says that a new model is needed", (
            Action.WATCH
        )
    return "", option.action


def _unjudged(readings: Readings, context: Context) -> Iterator[_Option]:
    if context.has_champion and performance_unjudged(readings):
        reasons = tuple(
            reason
            for name in PERFORMANCE
            if _silent(readings.get(name))
            for reason in _reasons(name, readings.get(name))
        )
        lasting = bool(context.previous) and any(
            _counts_as_silent(context.previous.get(name)) for name in PERFORMANCE
        )
        yield _silence(SILENCE if lasting else "performance_not_judged", lasting, reasons)
    for name, reading in readings.items():
        if name in PERFORMANCE or not _silent(reading) or _is(reading, NOT_ASKED):
            continue
        before = context.previous.get(name)
        lasting = before is not None and _counts_as_silent(before) and not _is(reading, NOT_YET)
        yield _silence(f"{name}_not_judged", lasting, _reasons(name, reading))


def _silence(cause: str, lasting: bool, reasons: tuple[Reason, ...]) -> _Option:
    if not lasting:
        return _Option(Action.WATCH, cause, Verdict.CANNOT_JUDGE, reasons)
    again = Reason(code="not_judged_again", text="the window before could not be judged either")
    return _Option(Action.DATA_INCIDENT, cause, Verdict.CANNOT_JUDGE, (again, *reasons))


def _counts_as_silent(reading: Decision | None) -> bool:
    """Silent for no good reason: neither without object nor a matter of time."""
    if reading is None:
        return True
    return _silent(reading) and not (_is(reading, NOT_ASKED) or _is(reading, NOT_YET))


def _reasons(name: str, reading: Decision | None) -> tuple[Reason, ...]:
    if reading is not None and reading.reasons:
        return reading.reasons
    return (Reason(code="not_judged", text=f"'{name}' gave no reading"),)


def _worth_watching(readings: Readings) -> Iterator[_Option]:
    drift = readings.get("data_drift")
    if drift is not None and drift.verdict is Verdict.OK and drift.numbers.get("watch"):
        yield _Option(Action.WATCH, "data_drift", Verdict.OK, drift.reasons)


def _new_data(context: Context, policy: Policy) -> Iterator[_Option]:
    if not context.has_champion:
        short, reasons = _first_model(context, policy)
        if not short:
            yield _Option(Action.RETRAIN, FIRST_MODEL, Verdict.OK, reasons)
        return
    enough, rows = policy.governor.retrain_after_new_rows, context.new_labelled_rows
    if enough is not None and rows >= enough.value:
        text = f"{rows} labelled rows since the last training, {enough.value} are enough"
        reason = because(NEW_LABELS, text, rows, enough)
        yield _Option(Action.RETRAIN, NEW_LABELS, Verdict.OK, (reason,))


def _first_model(context: Context, policy: Policy) -> tuple[bool, tuple[Reason, ...]]:
    """Whether a first model must wait, and the rows and days that it has and needs."""
    found = {
        "labelled rows": (context.trainable_rows, policy.training.min_training_rows),
        "days of batches": (context.trainable_days, policy.training.min_training_days),
    }
    reasons = tuple(
        because(FIRST_MODEL, f"{many} {what} to learn from, {needed.value} needed", many, needed)
        for what, (many, needed) in found.items()
    )
    return any(many < needed.value for many, needed in found.values()), reasons


def _nothing(context: Context, policy: Policy) -> _Option:
    if context.has_champion:
        reason = Reason(code="healthy", text="what was asked was judged, and nothing is amiss")
        return _Option(Action.NOTHING, "healthy", Verdict.OK, (reason,))
    _, reasons = _first_model(context, policy)
    wanting_first = tuple(sorted(reasons, key=_suffices))
    return _Option(Action.NOTHING, "too_little_data", Verdict.CANNOT_JUDGE, wanting_first)


def _suffices(reason: Reason) -> bool:
    return reason.found is not None and reason.limit is not None and reason.found >= reason.limit


def _suppressed(option: _Option, chosen: _Option) -> Suppressed:
    if option.blocked:
        reason = option.blocked
    elif option.action is chosen.action:
        reason = f"{chosen.action} is already the answer to '{chosen.cause}'"
    elif option.action is Action.RETRAIN and chosen.action is Action.DATA_INCIDENT:
        reason = f"no retraining on bad data ('{chosen.cause}')"
    else:
        reason = f"{chosen.action} for '{chosen.cause}' is safer"
    return Suppressed(action=option.action, cause=option.cause, reason=reason)
