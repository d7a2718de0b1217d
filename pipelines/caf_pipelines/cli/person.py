"""A person at the command line: who they are, and the key they sign with.

The key is made at first use in the home's key folder. It holds every role of a person, because on
one machine everybody could make any key; duties are separated by name, at the door (author,
approver and publisher). Who wants more than that puts an identity provider behind the signer port.
"""

from typing import Final

from caf_pipelines.cli.opening import actor_name
from caf_platform.ports.signer import Principal, Role, Signer
from caf_platform.wiring import Platform

ROLES: Final = (Role.APPROVER, Role.PUBLISHER, Role.OPERATOR)


def person(platform: Platform, named: str) -> Signer:
    """The signer of whoever acts: named, set in CAF_ACTOR, or logged in."""
    return platform.signer_of(Principal(name=actor_name(platform, named), roles=ROLES))
