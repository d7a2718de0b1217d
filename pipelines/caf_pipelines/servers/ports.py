"""Which loopback port a server gets: the one that was named, the usual one, or a free one."""

import socket
from collections.abc import Sequence
from dataclasses import dataclass

from caf_pipelines.servers.process import LOOPBACK
from caf_platform.errors import BadInput


@dataclass(frozen=True)
class Wish:
    """The port that a server should have.

    usual    taken when nobody names one; another one does if that is in use
    named    what a person asked for with `option`: this one and no other
    """

    server: str
    option: str
    usual: int
    named: int | None = None

    @property
    def wanted(self) -> int:
        """The port to try."""
        return self.named or self.usual


def ports_for(wishes: Sequence[Wish]) -> dict[str, int]:
    """A port for each server, by name; named ones first, and none twice.

    `BadInput` when a named port cannot be had.
    """
    given: dict[str, int] = {}
    for wish in sorted(wishes, key=lambda wish: wish.named is None):
        given[wish.server] = _port(wish, given)
    return given


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def _port(wish: Wish, given: dict[str, int]) -> int:
    wanted = wish.wanted
    owner = next((name for name, port in given.items() if port == wanted), "")
    problem = f"It is {owner}'s in this command." if owner else _problem(wanted)
    if not problem:
        return wanted
    if wish.named is None:
        return next(port for port in iter(free_port, None) if port not in given.values())
    raise BadInput(
        f"{wish.server} cannot have port {wanted}.",
        why=problem,
        next_step=f"Name another one with {wish.option}, or leave it out to get a free one.",
    )


def _problem(port: int) -> str:
    """Why nobody can listen on a port; empty when somebody can.

    Like a server it does not mind connections of a former one that are not quite closed yet.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            return f"{error.strerror}."
    return ""
