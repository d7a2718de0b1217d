"""Stage *decide*: one action for a window, within the governor's bounds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from caf_monitoring.governor import History, Request, govern
from caf_monitoring.triage import Context, triage
from caf_pipelines.stage import stage
from caf_platform.capabilities import Capability
from caf_platform.decision import Action, Decision
from caf_platform.ledger.values import Suppressed
from caf_platform.project.policy import Policy


@dataclass(frozen=True)
class Decided:
    """The action, what caused it, and what else applied and was not done."""

    action: Action
    cause: str
    decision: Decision
    suppressed: tuple[Suppressed, ...]


@stage(
    "decide",
    Capability.CONTINUOUS_INTEGRATION_AND_DELIVERY,
    Capability.INCIDENT_AND_PROBLEM_MANAGEMENT,
    Capability.CLOUD_FINANCIAL_MANAGEMENT,
)
def decide(
    window: str,
    readings: Mapping[str, Decision],
    context: Context,
    history: History,
    *,
    cost_units: float,
    policy: Policy,
    now: datetime,
) -> Decided:
    """Triage the readings; a retraining must also be allowed by the governor.

    A retraining that the governor holds back becomes *watch*, with the retraining recorded as
    suppressed.
    """
    found = triage(readings, context, policy)
    if found.action is not Action.RETRAIN:
        return Decided(found.action, found.cause, found.decision, found.suppressed)
    request = Request(
        cause=found.cause,
        window=window,
        cost_units=cost_units,
        new_labelled_rows=context.new_labelled_rows,
    )
    bounds = govern(request, history, policy.governor, now)
    numbers = {**found.decision.numbers, **bounds.numbers}
    if bounds.verdict.good:
        decision = found.decision.model_copy(update={"numbers": numbers})
        return Decided(Action.RETRAIN, found.cause, decision, found.suppressed)
    held = Suppressed(action=Action.RETRAIN, cause=found.cause, reason=bounds.summary)
    decision = bounds.model_copy(update={"numbers": numbers})
    return Decided(Action.WATCH, found.cause, decision, (*found.suppressed, held))
