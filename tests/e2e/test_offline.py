"""`infra/offline.py`: a command without a network, and whether anything tried to get out."""

import os
import signal
import subprocess
import sys

import pytest
from checkout import ROOT
from network_watch import OFFLINE, cut_or_skip

ASK = "import socket; socket.getaddrinfo('example.invalid', 443)"
CONNECT = "import socket; socket.create_connection(('192.0.2.1', 443))"
CONNECT_SIX = "import socket; socket.create_connection(('2001:db8::1', 443))"
ASK_LOOPBACK = (
    "import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'?', ('127.0.0.53', 53))"
)
LOOPBACK = """
import socket
with socket.create_server(("127.0.0.1", 0)) as server:
    socket.create_connection(("localhost", server.getsockname()[1])).close()
"""
AS_NOBODY = """
import ctypes, encodings.idna, os, socket, sys  # what is needed, while it may be read
import offline
os.setgroups([]); os.setgid(65534); os.setuid(65534)
ctypes.CDLL(None).prctl(4, 1)  # PR_SET_DUMPABLE, which a change of user takes away
try:
    offline.cut()
except OSError:
    sys.exit(2)
try:
    socket.create_connection(("192.0.2.1", 443))
except OSError:
    print(os.geteuid(), os.getegid(), offline.attempts())
"""


@pytest.fixture(autouse=True)
def _namespaces() -> None:
    cut_or_skip()


def offline(program: str) -> subprocess.CompletedProcess[str]:
    """A Python program without a network."""
    return subprocess.run(
        [*OFFLINE, sys.executable, "-c", program], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("program", [ASK, CONNECT, CONNECT_SIX, ASK_LOOPBACK])
def test_whatever_tries_to_get_out_is_counted(program):
    """A look-up, a connection by IPv4 and IPv6, a question to a resolver on loopback."""
    done = offline(f"try:\n {program}\nexcept OSError: pass")

    assert "offline: no" not in done.stderr
    assert "packets tried to get out" in done.stderr
    assert done.returncode == 1


def test_loopback_works_and_is_not_counted():
    """Servers of one's own are reached, by number and as localhost."""
    done = offline(LOOPBACK)

    assert done.stderr == "offline: no packets tried to get out\n"
    assert done.returncode == 0


@pytest.mark.parametrize("code", [0, 3, 130])
def test_the_command_s_exit_code_is_kept(code):
    """Whoever scripts it sees what the command said."""
    assert offline(f"raise SystemExit({code})").returncode == code


def test_the_command_keeps_its_user_and_may_be_stopped():
    """PostgreSQL refuses root, so nobody becomes root in here; Ctrl-C reaches the command."""
    program = "import os, signal; print(os.geteuid(), signal.getsignal(2) is not signal.SIG_IGN)"
    inherited = signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored under nohup

    try:
        told = offline(program).stdout.split()
    finally:
        signal.signal(signal.SIGINT, inherited)

    assert told == [str(os.geteuid()), "True"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_an_ordinary_user_needs_no_rights():
    """In a namespace of the user's own: the same user and group, the network as cut."""
    done = subprocess.run(
        [sys.executable, "-c", AS_NOBODY],
        env=os.environ | {"PYTHONPATH": str(ROOT / "infra")},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 2:
        pytest.skip("users may not make namespaces here")

    assert done.stdout.split() == ["65534", "65534", "1"], done.stderr
