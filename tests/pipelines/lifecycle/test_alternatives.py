"""While the gate refuses a model for how it treats people, the next alternative is tried."""

import pytest
from micro_play import World, essences, recorded
from protected_sites import REWEIGHED, protecting

from caf_monitoring.governor import History
from caf_platform.decision import Verdict
from caf_platform.ledger.events import GateDecided, ModelTrained


@pytest.fixture(scope="module")
def refused() -> World:
    """A play under a bound that nobody keeps."""
    world = World()
    world.played(protecting(0.0))
    return world


def test_each_alternative_is_a_version_of_its_own_judged_like_any(refused: World) -> None:
    """All three are trained for one cause on the same days, and all are refused by `fair`."""
    first = [one for one in recorded(refused, ModelTrained) if one.cause == "first_model"]
    window = first[0].window
    tried = [one for one in first if one.window == window]
    gates = {one.version: one for one in recorded(refused, GateDecided)}

    assert [one.manifest.version for one in tried] == ["v1", "v2", "v3"]
    assert len({(one.train_from, one.train_to, one.rows) for one in tried}) == 1
    for one in tried:
        assert gates[one.manifest.version].parts["fair"].verdict is Verdict.REFUSE
        assert not gates[one.manifest.version].decision.verdict.good


def test_nobody_serves_whom_the_gate_refused(refused: World) -> None:
    """However often it was tried."""
    assert refused.opened(protecting(0.0)).session.state.champion is None


def test_a_retraining_with_alternatives_is_one_at_the_sum_of_their_costs(refused: World) -> None:
    """The governor counts causes, not attempts, and each attempt costs."""
    play = refused.opened(protecting(0.0))
    history: History = play.deciding._history({})
    trained = recorded(refused, ModelTrained)
    windows = {(one.window, one.cause) for one in trained}

    assert len(history.retrainings) == len(windows) < len(trained)
    costs = {
        past.window: [one.cost_units for one in trained if one.window == past.window]
        for past in history.retrainings
    }
    assert max(map(len, costs.values())) == 3
    for past in history.retrainings:
        assert past.cost_units == pytest.approx(sum(costs[past.window]))


def test_no_alternative_is_tried_once_the_gate_is_content() -> None:
    """The first model is fair enough: nothing else is trained for it."""
    world = World()
    play = world.played(protecting(1.0))

    windows = [one.window for one in recorded(world, ModelTrained)]
    assert len(set(windows)) == len(windows)
    assert play.session.state.champion is not None


def test_the_reweighed_one_says_so_and_is_another_model() -> None:
    """What it was trained with stands in the tracking store; it is not the plain one's file."""
    world = World()
    world.played(protecting(0.0, REWEIGHED))

    plain, reweighed = recorded(world, ModelTrained)[:2]
    parameters = [run.record.parameters for run in world.tracking.runs[:2]]
    assert "reweighed_by" not in parameters[0]
    assert parameters[1]["reweighed_by"] == "site"
    assert plain.manifest.digests["artifact"] != reweighed.manifest.digests["artifact"]


def test_a_process_that_takes_up_a_killed_one_tries_the_rest(refused: World) -> None:
    """Whichever of the three was the last on record, it ends in the same records."""
    whole = list(refused.ledger.read())
    for version in ("v1", "v2"):
        cut = next(
            at
            for at, record in enumerate(whole)
            if isinstance(record.event, GateDecided) and record.event.version == version
        )
        world = refused.copy()
        world.ledger.rows = world.ledger.rows[: cut + 1]

        world.played(protecting(0.0))

        assert essences(world.ledger.read()) == essences(whole)


def test_the_gates_days_are_on_record_and_are_those_that_are_compared_with(refused: World) -> None:
    """Whoever looks at the champion later compares with the days that judged it."""
    judged = recorded(refused, GateDecided)[0]
    trained = recorded(refused, ModelTrained)[0]

    assert trained.train_to < judged.judged_from <= judged.judged_to
