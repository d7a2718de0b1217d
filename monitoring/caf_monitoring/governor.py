"""What keeps the retraining loop from running away: judged before each retraining, purely.

A retraining costs money and attention, and a model that is replaced on every wobble is worse
than a stale one. Every rule that says no is named, so that the record of a suppressed
retraining says all that stood in its way.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from caf_monitoring.budget import Retraining, days_ago, units_of
from caf_monitoring.budget import recent as recent_ones
from caf_monitoring.monitors import calls_for
from caf_monitoring.monitors.reading import because
from caf_monitoring.triage import FIRST_MODEL, NEW_LABELS
from caf_platform.capabilities import Capability
from caf_platform.decision import Action, Decision, Frozen, Number, Reason, Verdict
from caf_platform.plugins import Kind, register
from caf_platform.project.policy import GovernorPolicy


class Request(Frozen):
    """A retraining that triage asks for. `cost_units` is its declared cost, None if unknown."""

    cause: str
    window: str
    cost_units: Number
    new_labelled_rows: int = 0


class History(Frozen):
    """What happened before: every retraining, and which windows were breached.

    `breached` runs from the oldest window to the one the request is about.
    """

    retrainings: tuple[Retraining, ...] = ()
    breached: tuple[bool, ...] = ()


def breached(readings: Mapping[str, Decision]) -> bool:
    """Whether a window counts as breached: a monitor whose breach calls for another model."""
    calls, other_model = calls_for(), (Action.RETRAIN, Action.ROLL_BACK)
    return any(
        reading.verdict is Verdict.BREACH and calls.get(name) in other_model
        for name, reading in readings.items()
    )


@register(
    Kind.CONTROL, "governor", Capability.CLOUD_FINANCIAL_MANAGEMENT, Capability.RISK_MANAGEMENT
)
def govern(request: Request, history: History, policy: GovernorPolicy, now: datetime) -> Decision:
    """Pass: the retraining may start. Refuse: it is suppressed, with every rule it broke.

    The first model is asked only for its budget, for a free place, and that the same window
    did not ask before. New labels need no breached windows. A cost that nobody declared cannot
    be judged, which is no pass. `now` is timezone-aware; a retraining dated after it counts as
    recent.
    """
    recent = recent_ones(history.retrainings, policy, now)
    against = [*_once(request, history), *_queue(history), *_budget(request, recent, policy)]
    if request.cause != FIRST_MODEL:
        against += [
            *_cooldown(history, policy, now),
            *_rate(recent, policy),
            *_new_rows(request, policy),
        ]
    if request.cause not in (FIRST_MODEL, NEW_LABELS):
        against += _windows(history, policy)
    numbers: dict[str, Number] = {
        "recent_retrainings": len(recent),
        "recent_cost_units": units_of(recent),
        "cost_units": request.cost_units,
        "new_labelled_rows": request.new_labelled_rows,
        "breached_windows": sum(_last(history, policy)),
    }
    return _decision(against, request, recent, numbers)


def _decision(
    against: list[Reason],
    request: Request,
    recent: tuple[Retraining, ...],
    numbers: dict[str, Number],
) -> Decision:
    unknown = request.cost_units is None or units_of(recent) is None
    if against:
        verdict = Verdict.REFUSE
    elif unknown:
        verdict = Verdict.CANNOT_JUDGE
        text = "what this or a recent retraining costs was not declared"
        against = [Reason(code="cost_unknown", text=text)]
    else:
        verdict = Verdict.PASS
        against = [Reason(code="within_bounds", text="no bound of the policy stands against it")]
    return Decision(by="governor", verdict=verdict, reasons=tuple(against), numbers=numbers)


def _once(request: Request, history: History) -> Iterator[Reason]:
    same = [(past.cause, past.window) for past in history.retrainings]
    if (request.cause, request.window) in same:
        text = f"'{request.cause}' in window {request.window} was answered by a retraining already"
        yield Reason(code="same_cause", text=text)


def _queue(history: History) -> Iterator[Reason]:
    running = [past for past in history.retrainings if not past.finished]
    if running:
        text = f"a retraining for '{running[0].cause}' is still running; one at a time"
        yield Reason(code="queue_of_one", text=text, found=len(running), limit=1)


def _budget(
    request: Request, recent: tuple[Retraining, ...], policy: GovernorPolicy
) -> Iterator[Reason]:
    """Costs that are known already exceed the budget; unknown ones are judged elsewhere."""
    costs = [past.cost_units for past in recent] + [request.cost_units]
    total, limit = sum(cost for cost in costs if cost is not None), policy.max_cost_units
    if total > limit.value:
        text = (
            f"{total:g} cost units within {policy.per_days.value} days, "
            f"the budget is {limit.value:g}"
        )
        yield because("budget", text, total, limit)


def _cooldown(history: History, policy: GovernorPolicy, now: datetime) -> Iterator[Reason]:
    if not history.retrainings:
        return
    days, limit = min(days_ago(past, now) for past in history.retrainings), policy.cooldown_days
    if days < limit.value:
        text = f"the last retraining was {days:.1f} days ago, {limit.value} must pass"
        yield because("cooldown", text, days, limit)


def _rate(recent: tuple[Retraining, ...], policy: GovernorPolicy) -> Iterator[Reason]:
    if len(recent) >= policy.max_retrainings.value:
        text = (
            f"{len(recent)} retrainings within {policy.per_days.value} days, "
            f"{policy.max_retrainings.value} are allowed"
        )
        yield because("too_many", text, len(recent), policy.max_retrainings)


def _new_rows(request: Request, policy: GovernorPolicy) -> Iterator[Reason]:
    rows, limit = request.new_labelled_rows, policy.min_new_labelled_rows
    if rows < limit.value:
        text = f"{rows} new labelled rows since the last training, {limit.value} are needed"
        yield because("too_few_new_rows", text, rows, limit)


def _last(history: History, policy: GovernorPolicy) -> tuple[bool, ...]:
    return history.breached[-policy.of_last_windows.value :]


def _windows(history: History, policy: GovernorPolicy) -> Iterator[Reason]:
    last, limit = _last(history, policy), policy.breached_windows
    if sum(last) < limit.value:
        text = (
            f"{sum(last)} of the last {policy.of_last_windows.value} windows were breached, "
            f"{limit.value} are needed"
        )
        yield because("too_few_breached_windows", text, sum(last), limit)
