"""What the platform says at the door: another play begins, another policy is in force.

Both change what a move is judged by, so both stand in the champion's stream: a move that was
decided before them and comes after them conflicts, and is decided anew.
"""

from caf_platform.door.actor import Actor
from caf_platform.errors import Refused
from caf_platform.ledger.events import PlayStarted, PolicyAdopted
from caf_platform.ledger.record import Record
from caf_platform.ledger.state import ProjectState
from caf_platform.ledger.streams import CHAMPION, STARTED


def begin(actor: Actor, state: ProjectState, event: PlayStarted) -> Record | None:
    """A new play of the project; None when somebody else has begun it meanwhile.

    `Refused` while scoring is stopped, `Conflict` when somebody moves or stops at this moment.
    """
    state.catch_up(actor.ledger)
    _not_while_stopped(state)
    if state.play >= event.play:
        return None
    version = state.champion_version
    return actor.append(state, CHAMPION, version, event, STARTED, play=event.play)


def adopt(actor: Actor, state: ProjectState, policy_digest: str) -> Record | None:
    """From here on decisions are taken under this policy. None when they are already."""
    if policy_digest == state.policy_digest:
        return None
    event = PolicyAdopted(policy_digest=policy_digest, former=state.policy_digest)
    version = state.champion_version
    return actor.append(state, CHAMPION, version, event, "policy", policy_digest, version)


def _not_while_stopped(state: ProjectState) -> None:
    """A new play has no champion and no fallback: the kill switch would be let go in silence."""
    if state.stopped is not None:
        raise Refused(
            f"Scoring of {state.project} is stopped, and a new play would end that unsaid.",
            why=f"It was stopped for: {state.stopped.reason}",
            next_step=f"Let it score again first: caf resume --reason ... -p {state.project}",
        )
