"""How projects stand beside each other: value, cost, risk and state, each from its ledger."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from caf_governance.cost.account import Spent
from caf_governance.cost.benefit import Benefit, over_nothing, summed
from caf_governance.cost.worth import Trained
from caf_platform.decision import Frozen, Verdict
from caf_platform.ledger.state import ProjectState
from caf_platform.measures.estimate import VALUE_ROWS

CHAMPION = "champion"


class Standing(Frozen):
    """One project's present play.

    `expected_value` is what the gates' measured gains come to over the rows that champions
    served, in the project's unit; None where a gain is missing. `promised_value` is the part of it
    that is about the `realised_rows` whose labels came, `realised_value` what came true of those.
    `model_age_days` is from the champion's newest training day to the play's last moment.
    """

    project: str
    play: int
    unit: str
    expected_value: float | None
    promised_value: float | None
    realised_value: float | None
    realised_rows: int
    rows_served: int
    spent: Spent
    open_incidents: int
    stopped: bool
    gates: int
    gates_refused: int
    rollbacks: int
    awaiting: int
    champion: str | None
    last_window: str | None
    model_age_days: int | None
    finished: bool

    @property
    def risks(self) -> tuple[str, ...]:
        """What needs a person now, worst first."""
        named = {
            "stopped": self.stopped,
            "open incidents": self.open_incidents > 0,
            "no champion": self.champion is None,
            "awaits approval": self.awaiting > 0,
        }
        return tuple(name for name, so in named.items() if so)


def standing(
    state: ProjectState,
    trained: Iterable[Trained],
    benefits: Sequence[Benefit],
    spent: Spent,
    unit: str = "",
) -> Standing:
    """How a project stands, from its play's state, its versions and what it spent."""
    served = rows_served(state)
    verdicts = [model.gate.decision.verdict for model in state.models.values() if model.gate]
    return Standing(
        project=state.project,
        play=state.play,
        unit=unit,
        expected_value=expected_value(served, trained),
        promised_value=summed(one.whole[0] for one in benefits),
        realised_value=summed(one.whole[1] for one in benefits),
        realised_rows=sum(one.rows for one in benefits),
        rows_served=sum(served.values()),
        spent=spent,
        open_incidents=len(state.incidents.keys() - state.closed.keys()),
        stopped=state.stopped is not None,
        gates=len(verdicts),
        gates_refused=sum(said is not Verdict.PASS for said in verdicts),
        rollbacks=sum(move.verb == "rolled_back" for move in state.moves),
        awaiting=len(state.awaiting),
        champion=state.champion,
        last_window=state.windows[-1].window if state.windows else None,
        model_age_days=_age(state),
        finished=state.finished,
    )


def ranked(standings: Iterable[Standing]) -> list[Standing]:
    """Those of one unit together, for units do not compare; in each the most valuable first.

    Whose value is unknown comes last; between equals the cheaper in declared units goes first.
    """
    return sorted(
        standings,
        key=lambda one: (
            one.unit,
            one.expected_value is None,
            -(one.expected_value or 0.0),
            one.spent.cost_units,
            one.project,
        ),
    )


def rows_served(state: ProjectState) -> dict[str, int]:
    """How many rows each version answered for as champion; a fallback's answers are nobody's."""
    found: dict[str, int] = {}
    for batch in state.batches.values():
        for one in batch.scored.by if batch.scored else ():
            if one.role == CHAMPION:
                found[one.version] = found.get(one.version, 0) + one.rows
    return found


def expected_value(served: Mapping[str, int], trained: Iterable[Trained]) -> float | None:
    """The gains of all versions over no model at all, each over the rows that it served.

    A version's gain over its predecessor is added to the predecessor's own (see `over_nothing`).
    None where one of them is missing.
    """
    known = {one.version: one for one in trained}
    value = 0.0
    for version, rows in served.items():
        gain = over_nothing(version, known)
        if gain is None:
            return None
        value += gain * rows / VALUE_ROWS
    return value


def _age(state: ProjectState) -> int | None:
    moment: datetime | None = state.moment
    if state.champion is None or moment is None:
        return None
    learnt = state.models[state.champion].trained.train_to
    return (moment.date() - date.fromisoformat(learnt[:10])).days
