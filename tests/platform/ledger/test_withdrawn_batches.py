"""A batch that was withdrawn, as the ledger folds: what counts no more, and what rested on it."""

import pytest
from door_world import DoorWorld
from lawful_events import judged, received, trained, validated, withdrawn

from caf_platform.errors import Tampered
from caf_platform.ledger.events import Event
from caf_platform.ledger.state import ProjectState
from caf_platform.ledger.streams import CHAMPION, DATA, MODELS


@pytest.fixture
def world() -> DoorWorld:
    """Batches a and b in use, and a version that learnt from both and was judged on b."""
    found = DoorWorld.manual().begin()
    for name in ("a", "b"):
        took(found, received(name), validated(name))
    lesson = trained("v1").model_copy(update={"batches": ("a", "b", "never")})
    verdict = judged("v1").model_copy(update={"judged_batches": ("b",)})
    found.append(MODELS, lesson, "train", "v1", by="platform")
    found.append(MODELS, verdict, "gate", "v1", by="platform")
    return found


def took(world: DoorWorld, *events: Event) -> None:
    """Steps of a batch, recorded."""
    for event in events:
        step = (event.TYPE, getattr(event, "batch", ""), getattr(event, "revision", 0))
        world.append(DATA, event, *step)


def withdraws(world: DoorWorld, batch: str, revision: int = 1, by: str = "ops") -> ProjectState:
    """What is true once somebody withdrew it."""
    world.append(CHAMPION, withdrawn(batch, revision), "withdraw", batch, revision, by=by)
    return world.state()


def test_nothing_of_a_withdrawn_revision_is_in_use(world: DoorWorld) -> None:
    """It stays judged, so that nobody judges it again; the other batch is untouched."""
    state = withdraws(world, "a")

    assert state.batches["a"].validated_keys == ()
    assert state.batches["a"].judged
    assert state.batches["b"].validated is not None
    assert state.in_force(["a", "b", "never"]) == {"b": 1}


def test_what_rested_on_it_is_known(world: DoorWorld) -> None:
    """By the revision in force when a version was trained or judged."""
    state = withdraws(world, "b")

    model = state.models["v1"]
    assert (model.learnt, model.judged_on) == ({"a": 1, "b": 1}, {"b": 1})
    assert state.withdrawn_of(model.learnt) == ("b",)
    assert state.withdrawn_of(model.judged_on) == ("b",)
    assert world.state().withdrawn_of({"a": 1}) == ()


def test_a_later_revision_comes_into_force_and_does_not_clear_what_learnt_before(
    world: DoorWorld,
) -> None:
    """The mended file counts; the version learnt from the other one."""
    withdraws(world, "a")

    took(world, received("a", 2), validated("a", 2))

    state = world.state()
    assert state.in_force(["a"]) == {"a": 2}
    assert state.withdrawn_of(state.models["v1"].learnt) == ("a",)
    assert state.withdrawn_of({"a": 2}) == ()


def test_no_former_revision_comes_back_in_the_place_of_a_withdrawn_one(world: DoorWorld) -> None:
    """It had been replaced for a reason."""
    took(world, received("a", 2), validated("a", 2))

    state = withdraws(world, "a", 2)

    assert state.in_force(["a"]) == {}
    assert state.withdrawn_of(state.models["v1"].learnt) == ()


def test_an_earlier_revision_can_be_withdrawn_while_a_later_one_is_in_force(
    world: DoorWorld,
) -> None:
    """Which is about those who learnt from it."""
    took(world, received("a", 2), validated("a", 2))

    state = withdraws(world, "a", 1)

    assert state.in_force(["a"]) == {"a": 2}
    assert state.withdrawn_of(state.models["v1"].learnt) == ("a",)


@pytest.mark.parametrize("by", ["", "pat", "ada"])
def test_only_an_operator_can_take_data_away(world: DoorWorld, by: str) -> None:
    """An unsigned record, or one by another role, is believed by nobody who acts."""
    world.append(CHAMPION, withdrawn("a", 1), "withdraw", "a", 1, by=by)

    with pytest.raises(Tampered, match="batch_withdrawn"):
        world.state()
