"""People's keys in the key folder: made on purpose, once each, with the roles they were given."""

import shlex
from pathlib import Path

from caf_platform.adapters.signer import (
    LocalSigner,
    alone,
    answers,
    can_sign,
    keys_in,
    retire,
    store,
)
from caf_platform.errors import BadInput, Refused, did_you_mean
from caf_platform.people import is_somebody, is_the_platforms, same_person
from caf_platform.ports.signer import Identities, Identity, Principal, Role, Signer

PATIENCE = 30.0


class LocalIdentities(Identities):
    """The people whose keys lie in one folder."""

    def __init__(self, folder: Path, *, patience: float = PATIENCE) -> None:
        """`patience` is how many seconds another process may take that makes a key."""
        self._folder, self._patience = folder, patience

    def create(self, principal: Principal) -> Identity:
        """Make a key, once; simultaneous tries make one, and the others are refused."""
        _check(principal)
        with answers(self._folder), alone(self._folder, self._patience):
            for one in self._active():
                if same_person(one.principal.name, principal.name):
                    raise _exists(one.principal)
            return Identity(principal=principal, key_id=store(self._folder, principal))

    def signer(self, name: str) -> Signer:
        """By the name as it was given to the key, or spelled otherwise if that is only one's."""
        return LocalSigner.of_key(self._folder, self._named(name).key_id)

    def known(self) -> tuple[Identity, ...]:
        """Everybody's keys, by name; a folder that is not there yet knows nobody."""
        with answers(self._folder):
            found = [
                Identity(principal=owner, key_id=key_id, retired=not can_sign(self._folder, key_id))
                for key_id, owner in keys_in(self._folder)
            ]
        return tuple(sorted(found, key=lambda one: (one.principal.name, one.retired, one.key_id)))

    def retire(self, name: str) -> Identity:
        """Take the private key away. `Refused` for the platform's own: it is nobody's to retire."""
        if is_the_platforms(name):
            raise Refused(
                f"'{name}' is no person: its key signs what the platform itself decides.",
                why="Without it nothing could be recorded any more.",
                next_step="To let it decide nothing: set release.mode to manual in policy.yaml.",
            )
        found = self._named(name)
        with answers(self._folder):
            retire(self._folder, found.key_id)
        return found.model_copy(update={"retired": True})

    def _active(self) -> list[Identity]:
        return [one for one in self.known() if not (one.retired or one.principal.automatic)]

    def _named(self, name: str) -> Identity:
        active = self._active()
        exact = [one for one in active if one.principal.name == name]
        found = exact or [one for one in active if same_person(one.principal.name, name)]
        if not found and any(one.retired and one.principal.name == name for one in self.known()):
            raise BadInput(
                f"'{name}' was retired here, and acts no more.",
                next_step=f"To let them act again: caf identity create {shlex.quote(name)} "
                "--role ...",
            )
        if len(found) != 1:
            raise _unknown(
                name, [one.principal.name for one in found or active], several=bool(found)
            )
        return found[0]


def _check(principal: Principal) -> None:
    if not is_somebody(principal.name):
        raise BadInput("An identity needs somebody's name.")
    if not principal.roles:
        raise BadInput(
            f"'{principal.name}' would have no role, and could do nothing.",
            next_step="Add --role, once for each; see: caf identity create --help",
        )
    own = is_the_platforms(principal.name)
    if own or principal.automatic or Role.PLATFORM in principal.roles:
        raise Refused(
            f"'{principal.name}' cannot be the platform.",
            why="It makes its own key, and nobody else acts in its name.",
            next_step="Choose another name." if own else "Choose other roles.",
        )


def _exists(principal: Principal) -> Refused:
    roles = ", ".join(principal.roles)
    return Refused(
        f"'{principal.name}' has an identity already, as {roles}.",
        why="One person has one key, and roles belong to it.",
        next_step=f"To choose other roles: caf identity retire {shlex.quote(principal.name)}, "
        "then create it anew.",
    )


def _unknown(name: str, known: list[str], *, several: bool) -> BadInput:
    why = f"Known: {', '.join(known) or 'nobody'}. {did_you_mean(name, known)}".strip()
    if several:
        return BadInput(f"'{name}' may be several people here.", why=why, next_step="Say which.")
    return BadInput(
        f"Nobody called '{name}' has an identity here.",
        why=why,
        next_step=f"Make it on purpose, with its roles: caf identity create {shlex.quote(name)} "
        "--role ... (approver to approve, publisher to promote, operator to roll back or stop)",
    )
