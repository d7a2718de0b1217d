"""The verbs that make people known: `caf identity create`, `list` and `retire`."""

import shlex
from collections.abc import Sequence
from typing import Any

from caf_pipelines.cli.opening import open_platform
from caf_pipelines.cli.output import console, show_json, show_table
from caf_pipelines.cli.person import actor_name
from caf_platform.ports.signer import Identity, Principal, Role


def create_identity(named: str, roles: Sequence[str], *, as_json: bool) -> None:
    """Make a person's key with its roles; without a name it is CAF_ACTOR's or the login's.

    `Refused` for a person who has one already. JSON: name, roles, key, retired.
    """
    platform = open_platform()
    name = actor_name(platform, named)
    held = tuple(dict.fromkeys(Role(role) for role in roles))
    made = platform.identities.create(Principal(name=name, roles=held))
    _tell(made, f"{name} may act here as {', '.join(held)}, with key {made.key_id}.", as_json)
    if not as_json:
        text = f"To act as them: --as {shlex.quote(name)}, or set CAF_ACTOR. "
        text += "The private key lies in the home's key folder: protect it like a password."
        console().print(text, markup=False, soft_wrap=True)


def list_identities(*, as_json: bool) -> None:
    """Everybody with a key, the platform too. JSON: identities, each as `create` tells it."""
    known = open_platform().identities.known()
    if as_json:
        show_json({"identities": [_plain(one) for one in known]})
        return
    rows = [
        (
            one.principal.name,
            ", ".join(one.principal.roles),
            one.key_id,
            "retired" if one.retired else "acts by itself" if one.principal.automatic else "active",
        )
        for one in known
    ]
    show_table("Who may act here", ("name", "roles", "key", "state"), rows)


def retire_identity(named: str, *, as_json: bool) -> None:
    """Let a person's key sign no more. What it signed still counts; JSON as `create` tells it."""
    platform = open_platform()
    gone = platform.identities.retire(named)
    _tell(gone, f"{gone.principal.name} signs no more; what they signed stays proved.", as_json)


def _tell(one: Identity, text: str, as_json: bool) -> None:
    if as_json:
        show_json(_plain(one))
    else:
        console().print(text, markup=False, soft_wrap=True)


def _plain(one: Identity) -> dict[str, Any]:
    roles = [role.value for role in one.principal.roles]
    return {
        "name": one.principal.name,
        "roles": roles,
        "key": one.key_id,
        "retired": one.retired,
    }
