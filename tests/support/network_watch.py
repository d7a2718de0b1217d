"""Runs a command as a newcomer would, offline and watched, and tells what tried to get out."""

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from checkout import ROOT

OFFLINE = (sys.executable, str(ROOT / "infra" / "offline.py"))
WATCH = Path(__file__).parent / "watch"


@dataclass(frozen=True)
class Seen:
    """How a command ended, and what it and its children did.

    `packets` is what Linux counted, None on a machine without network namespaces; `attempts`
    are look-ups and outside addresses of Python processes, `processes` those that were watched.
    """

    code: int
    told: str
    packets: int | None
    attempts: list[str]
    processes: list[str]


@cache
def can_cut() -> bool:
    """Whether this machine lets a process cut its own network."""
    return subprocess.run(OFFLINE, capture_output=True, check=False).returncode == 0


def cut_or_skip() -> None:
    """Skip where a test would otherwise really get out."""
    if not can_cut():
        pytest.skip("this machine does not let a process cut its own network")


def newcomer(home: Path, **settings: str) -> dict[str, str]:
    """An environment in which nobody has chosen anything: no CI, no pytest, no telemetry."""
    return {"PATH": os.environ["PATH"], "HOME": str(home), "TERM": "xterm", **settings}


def watched(
    command: Sequence[str], folder: Path, *, stdio: int | None = None, **settings: str
) -> Seen:
    """Run a command with its network cut, if that is possible, and every Python in it watched.

    `stdio` is a terminal that it reads from and writes to; otherwise what it told is returned.
    """
    log = folder / "network.log"
    log.write_text("", "utf-8")
    done = subprocess.run(
        [*(OFFLINE if can_cut() else ()), *command],
        cwd=ROOT,
        env=newcomer(folder, PYTHONPATH=str(WATCH), NETWORK_WATCH=str(log), **settings),
        stdin=subprocess.DEVNULL if stdio is None else stdio,
        stdout=subprocess.PIPE if stdio is None else stdio,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        timeout=600,
    )
    counted = re.search(r"^offline: (\w+) packets", done.stderr, re.MULTILINE)
    lines = log.read_text("utf-8").splitlines()
    return Seen(
        code=done.returncode,
        told=(done.stdout or "") + done.stderr,
        packets=int(counted[1].replace("no", "0")) if counted else None,
        attempts=[line for line in lines if " watched: " not in line],
        processes=[line.partition(" watched: ")[2] for line in lines if " watched: " in line],
    )
