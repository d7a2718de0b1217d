"""What becomes of a batch's rows once it is withdrawn, in plays that go on."""

from micro.data import Sensor, batch, batch_name, delivery
from micro_play import World, telling, whole_story

from caf_platform.door.actor import Actor
from caf_platform.door.orders import withdraw_batch
from caf_platform.ledger.events import BatchScored, BatchValidated
from caf_platform.ports.clock import VirtualClock
from caf_platform.ports.signer import Principal, Role
from caf_platform.wiring import Platform

DAY = 5


def operator(platform: Platform):
    """Somebody who may withdraw."""
    if not any(one.principal.name == "olga" for one in platform.identities.known()):
        platform.identities.create(Principal(name="olga", roles=(Role.OPERATOR,)))
    return platform.identities.signer("olga")


def withdrawn(world: World, day: int = DAY) -> None:
    """A day is taken out of use, after everything so far."""
    play = world.opened()
    platform, state = play.session.platform, play.session.state
    actor = Actor(platform.ledger, operator(platform), VirtualClock(state.moment))
    assert withdraw_batch(actor, state, batch_name(day), reason="wrong") is not None


def begun(days: int) -> World:
    """The first days, played."""
    world = World()
    world.played(telling(Sensor(days=range(1, days + 1))))
    return world


def usable(world: World) -> list[str]:
    """The batches whose rows count."""
    return world.opened().session.frames.usable()


def test_no_row_of_it_is_learnt_from_afterwards():
    """Neither by the first model, nor by any later one."""
    control = World(ledger=whole_story()).opened().session.state.models["v1"]
    day = next(iter(control.learnt))
    world = World()
    play = world.opened()
    play.take(next(iter(play.windows())))
    withdrawn(world, int(day[-2:]))

    models = world.played().session.state.models

    assert day not in usable(world)
    assert len(models) > 1
    assert all(day not in (*model.learnt, *model.judged_on) for model in models.values())


def test_the_same_file_again_does_not_bring_it_back():
    """It is known by its digest: nothing is judged, nothing recorded."""
    world = begun(6)
    withdrawn(world)
    validations = [r for r in world.ledger.read() if r.type == BatchValidated.TYPE]

    world.played(telling(Sensor(days=range(1, 7), more=[delivery(DAY, late=3)])))

    now = [r for r in world.ledger.read() if r.type == BatchValidated.TYPE]
    assert len(now) == len(validations)
    assert batch_name(DAY) not in usable(world)


def test_another_file_under_its_name_counts():
    """The mended one is a revision of its own, in force at once."""
    world = begun(6)
    withdrawn(world)

    mended = batch(DAY).head(30)
    play = world.played(
        telling(Sensor(days=range(1, 7), instead={batch_name(DAY): delivery(DAY, mended)}))
    )

    found = play.session.state.batches[batch_name(DAY)]
    assert found.validated is not None
    assert (found.validated.revision, found.validated.accepted) == (2, 30)
    assert len(play.session.frames.rows([batch_name(DAY)])) == 30


def test_answers_that_were_given_stand():
    """What was served was served: the record stays, and nobody answers again."""
    world = World()
    world.played()
    scored = [r.payload["batch"] for r in world.ledger.read() if r.type == BatchScored.TYPE]
    day = int(scored[0][-2:])
    withdrawn(world, day)

    play = world.played()

    again = [r.payload["batch"] for r in world.ledger.read() if r.type == BatchScored.TYPE]
    assert again == scored
    assert play.session.state.batches[scored[0]].scored is not None


def test_the_windows_that_follow_are_looked_at_without_it():
    """Also where the reference of the champion loses all its rows."""
    world = begun(24)
    champion = world.opened().session.state.champion
    assert champion is not None
    for name in world.opened().session.state.models[champion].learnt:
        withdrawn(world, int(name[-2:]))

    play = world.played()

    state = play.session.state
    assert len(state.windows) == 6
    assert state.actions[-1][1].action is not None
