"""People on a game day: each acts by a key of their own, at the project's own time."""

from contextlib import suppress
from dataclasses import replace

from caf_pipelines.lifecycle.play import Play
from caf_pipelines.scenarios.game_day import GameDay
from caf_pipelines.timeline import Silent
from caf_platform.door import orders
from caf_platform.door.actor import Actor
from caf_platform.errors import BadInput, Refused
from caf_platform.ports.clock import VirtualClock
from caf_platform.ports.signer import Principal, Role, Signer


def wants_a_person(day: GameDay) -> None:
    """From here on a promotion needs somebody's yes and somebody else's hand."""
    day.allow("release", mode="manual")


def approves(day: GameDay, name: str, version: str) -> None:
    """Somebody with the role of an approver says yes; that it is refused stands in the ledger."""
    who = Actor(day.platform.ledger, _signer(day, name, Role.APPROVER), _now(day))
    with suppress(Refused):
        orders.approve(who, day.state, version, day.project)


def publishes(day: GameDay, name: str, version: str) -> None:
    """Somebody with the role of a publisher asks the door; its refusal stands in the ledger."""
    state = day.state
    play = Play.at(day.platform, day.project, Silent(), state)
    door = replace(play.models.door(), signer=_signer(day, name, Role.PUBLISHER), clock=_now(day))
    with suppress(Refused):
        door.promote(state, version, reason=f"asked for by {name}")


def withdraws(day: GameDay, name: str, batch: str, reason: str) -> None:
    """Somebody with the role of an operator takes a batch out of use."""
    who = Actor(day.platform.ledger, _signer(day, name, Role.OPERATOR), _now(day))
    orders.withdraw_batch(who, day.state, batch, reason=reason)


def _signer(day: GameDay, name: str, role: Role) -> Signer:
    """The person's key, made when they come for the first time."""
    with suppress(BadInput):
        return day.platform.identities.signer(name)
    day.platform.identities.create(Principal(name=name, roles=(role,)))
    return day.platform.identities.signer(name)


def _now(day: GameDay) -> VirtualClock:
    moment = day.state.moment
    if moment is None:
        raise BadInput("Nothing has happened yet on this game day.", next_step="Play first.")
    return VirtualClock(moment)
