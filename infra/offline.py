"""Runs a command with the network cut off, and says whether anything tried to get out.

`python infra/offline.py make demo` gives the command and all its children a network namespace of
their own in which only loopback is up: as root, or without any rights where Linux lets a user make
namespaces. Afterwards the namespace's own counters are read, which no library can get round:
packets without a route (whatever goes outside) and UDP datagrams (a name is looked up with one,
also from a resolver on loopback).

Ends with the command's exit code, with 1 when something tried to get out, and with 2 on a machine
that does not let a process cut its network.
"""

import ctypes
import fcntl
import os
import signal
import socket
import struct
import subprocess
import sys
from pathlib import Path

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000  # linux/sched.h
SIOCSIFFLAGS, IFF_UP = 0x8914, 0x1  # linux/sockios.h, linux/if.h
NOT_ALLOWED = 2


def cut() -> None:
    """Move this process to a network of its own with only loopback up; `OSError` if it may not."""
    user, group = os.geteuid(), os.getegid()
    _unshare(CLONE_NEWNET if user == 0 else CLONE_NEWUSER | CLONE_NEWNET)
    if user != 0:  # the same user and group as before: PostgreSQL, for one, refuses to run as root
        own = Path("/proc/self")
        (own / "setgroups").write_text("deny", "utf-8")
        (own / "uid_map").write_text(f"{user} {user} 1", "utf-8")
        (own / "gid_map").write_text(f"{group} {group} 1", "utf-8")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH22x", b"lo", IFF_UP))


def _unshare(what: int) -> None:
    if ctypes.CDLL(None, use_errno=True).unshare(what) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def attempts() -> int:
    """How many packets of this network namespace had nowhere to go, and UDP datagrams were sent."""
    lines = [line.split() for line in Path("/proc/self/net/snmp").read_text("utf-8").splitlines()]
    found = {
        f"{names[0]}{name}": int(value)
        for names, values in zip(lines[::2], lines[1::2], strict=True)
        for name, value in zip(names[1:], values[1:], strict=True)
    }
    six = dict(
        line.split() for line in Path("/proc/self/net/snmp6").read_text("utf-8").splitlines()
    )
    return (
        found["Ip:OutNoRoutes"]
        + found["Udp:OutDatagrams"]
        + int(six.get("Ip6OutNoRoutes", 0))
        + int(six.get("Udp6OutDatagrams", 0))
    )


def main(command: list[str]) -> int:
    """Run the command offline; its exit code, or 1 or 2 as above."""
    try:
        cut()
    except (OSError, AttributeError) as error:
        print(f"offline: this machine does not let a process cut its network: {error}")
        return NOT_ALLOWED
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the command's; it is waited for
    done = subprocess.run(command, check=False, preexec_fn=_heed_ctrl_c)  # nosec B603 # noqa: S603 - the caller's own words; no thread runs yet
    tried = attempts()
    print(f"offline: {tried or 'no'} packets tried to get out", file=sys.stderr)
    return done.returncode or int(tried > 0)


def _heed_ctrl_c() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["true"]))
