"""A person at the command line: the key that they sign with.

The name only says which key; who acts, and what they may do, is what stands beside it. A key is
made on purpose, by `caf identity create`: whoever types a name without one has no rights. On one
machine whoever may write to the key folder can make any key; who wants more than that puts an
identity provider behind the signer port.
"""

import getpass
from datetime import UTC, datetime

from caf_platform.door.actor import Actor
from caf_platform.errors import BadInput
from caf_platform.ledger.state import ProjectState
from caf_platform.people import is_somebody, is_the_platforms
from caf_platform.ports.clock import VirtualClock
from caf_platform.ports.signer import Signer
from caf_platform.wiring import Platform


def person(platform: Platform, named: str) -> Signer:
    """The signer of whoever acts: named, set in CAF_ACTOR, or logged in.

    `BadInput` when that is nobody who has a key here.
    """
    return platform.identities.signer(actor_name(platform, named))


def actor_in(platform: Platform, state: ProjectState, named: str) -> Actor:
    """The person at a project's door, in the project's own time."""
    clock = VirtualClock(state.moment or datetime.now(UTC))
    return Actor(platform.ledger, person(platform, named), clock)


def actor_name(platform: Platform, named: str) -> str:
    """Who is meant: named, set in CAF_ACTOR, or the login name.

    `BadInput` when that is nobody, or one of the names by which the platform itself acts.
    """
    name = (named or platform.settings.actor or _login()).strip()
    if not is_somebody(name) or is_the_platforms(name):
        raise BadInput(
            f"'{name}' is no person." if is_somebody(name) else "Who are you?",
            why="What a person does is recorded under their name.",
            next_step="Say who you are with --as, or set CAF_ACTOR.",
        )
    return name


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        return ""
