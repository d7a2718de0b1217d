"""Seen by every Python process whose PYTHONPATH names this folder: who wants to get out, and where.

Each look-up of a name and each address outside loopback that a socket is pointed at becomes a line
of the file `NETWORK_WATCH` (process, what, where), and is refused; so does each process that is
watched. It cannot see what a library does without Python's sockets (Prefect's server looks names
up through libuv); the network namespace of `infra/offline.py` can.
"""

import ipaddress
import os
import sys

LOOKS_UP = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}
POINTS_AT = {"socket.connect", "socket.sendto", "socket.sendmsg"}


def address(host: object) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """A host that is an address already; None for a name, which somebody must be asked about."""
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    try:
        return ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None


def looks_up(host: object) -> bool:
    """Whether a name is looked up; `localhost` stands in the machine's own list of hosts."""
    return host not in (None, "", b"", "localhost", b"localhost") and address(host) is None


def leads_out(where: object) -> bool:
    """Whether a socket's address is another machine's; a path is a socket of this one."""
    if not isinstance(where, tuple) or where[0] == "":
        return False
    found = address(where[0])
    return found is None or not (found.is_loopback or found.is_unspecified)


def note(*words: object) -> None:
    """One line of the log, whole even if several processes write."""
    with open(os.environ["NETWORK_WATCH"], "a", encoding="utf-8") as log:  # noqa: PTH123 - no pathlib this early
        log.write(" ".join(map(str, (os.getpid(), *words))) + "\n")


def watch(event: str, arguments: tuple[object, ...]) -> None:
    """Note and refuse a look-up, and any address that is not loopback."""
    if event in LOOKS_UP and looks_up(arguments[0]):
        where = arguments[0]
    elif event in POINTS_AT and leads_out(arguments[1]):
        where = arguments[1]
    else:
        return
    note(event, where)
    raise PermissionError(f"watched: {event} {where}")


if "NETWORK_WATCH" in os.environ:
    note("watched:", *" ".join(sys.orig_argv).split())
    sys.addaudithook(watch)
